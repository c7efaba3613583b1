import {expect} from 'chai'
import {existsSync} from 'node:fs'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {delimiter, join} from 'node:path'
import {tmpdir} from 'node:os'
import {runProgram, type ProgramRun} from '../support/program.ts'
import {blankOut} from '../support/scan.ts'
import {root} from '../support/tree.ts'

const program = join(root, 'bin/run.js')

async function olderNode(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  for (const path of folders.map((folder) => join(folder, 'node')).filter((candidate) => existsSync(candidate))) {
    const {stdout} = await runProgram([path, '-p', 'process.versions.node'])
    const [major = 0, minor = 0] = stdout.split('.').map(Number)
    if (major < 22 || (major === 22 && minor < 13)) return path
  }
  return undefined
}

function expectRefusal(run: ProgramRun): void {
  expect(run.code).to.equal(3)
  expect(run.stdout).to.equal('')
  expect(run.stderr).to.match(/^vibe needs Node\.js 22\.13 or newer and found \d+\.\d+\.\d+: [^\n]+\.\n$/)
}

describe('under an older Node', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vibe-old-'))
  })
  after(() => rm(folder, {recursive: true, force: true}))

  for (const version of ['12.22.0', '20.20.2', '22.12.9']) {
    it(`says in one sentence that ${version} is too old`, async () => {
      const disguise = join(folder, `${version}.cjs`)
      await writeFile(
        disguise,
        `Object.defineProperty(process, 'versions', {value: {...process.versions, node: '${version}'}})`,
      )
      expectRefusal(await runProgram([process.execPath, '-r', disguise, program, '--version']))
    })
  }

  it('says the same under a real one, where there is one', async () => {
    const node = await olderNode()
    if (node === undefined) expect(process.versions.node).to.match(/^(2[2-9]|[3-9]\d)\./)
    else expectRefusal(await runProgram([node, program, 'run', 'x']))
  })

  it('is written without what an old parser stumbles over', async () => {
    const code = blankOut(await readFile(program, 'utf8'), {strings: true})
    expect(code).to.not.match(/\?\.|\?\?|=>|^\s*import\s+[\w{*]|^await\b|\b(const|let|class|async)\b/m)
    expect(code).to.include('process.versions.node')
  })
})

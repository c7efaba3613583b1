import {expect} from 'chai'
import {cp, mkdir, mkdtemp, readFile, readdir, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {homes} from '../../src/paths.ts'
import {runProgram} from '../support/program.ts'
import {root} from '../support/tree.ts'
import {makeVibeHome, type VibeHome} from '../support/vibe.ts'

describe('starting vibe', () => {
  let vibe: VibeHome
  beforeEach(async () => {
    vibe = await makeVibeHome()
  })
  afterEach(() => vibe.remove())

  it('says its version without loading anything else', async () => {
    const {version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {version: string}
    for (const flag of ['--version', '-v', 'version']) {
      const run = await vibe.runRecorded([flag])
      expect(run.stdout).to.equal(`vibe-coder/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
      expect(run.code).to.equal(0)
      expect(run.files.filter((path) => !path.endsWith('record-modules.mjs'))).to.deep.equal([join(root, 'bin/run.js')])
    }
  })

  it('shows the help on stderr when there is nothing to do', async () => {
    const run = await vibe.run([])
    expect(run).to.include({code: 2, stdout: ''})
    expect(run.stderr).to.include('FIRST STEPS')
  })

  it('refuses a mistyped command with what was meant, and asks nothing', async () => {
    const top = await vibe.run(['hlep'])
    expect(top).to.include({code: 2, stdout: ''})
    expect(top.stderr).to.include('Did you mean "vibe help"?')
    const sub = await vibe.run(['plugins', 'instal', 'x'])
    expect(sub).to.include({code: 2, stdout: ''})
  })

  it('ends with 2 for flags and values that do not exist', async () => {
    for (const argv of [
      ['help', '--nonsense'],
      ['plugins', 'install'],
      ['run', '--mode', 'nonsense', 'x'],
    ]) {
      const run = await vibe.run(argv)
      expect(run.code, `${argv.join(' ')}: ${run.stderr}`).to.equal(2)
      expect(run.stderr).to.not.match(/^\s+at /m)
    }
  })

  it('ends quietly when nobody reads', async () => {
    const line = `"${process.execPath}" "${join(root, 'bin/run.js')}" help | true; echo "\${PIPESTATUS[0]}"`
    const run = await runProgram(['bash', '-c', line], {cwd: vibe.project, env: vibe.env})
    expect({stdout: run.stdout, stderr: run.stderr}).to.deep.equal({stdout: '0\n', stderr: ''})
  })

  it('keeps compiled code where the caches are, for its user only', async () => {
    await vibe.run(['help'])
    const {cache} = homes(vibe.env)
    expect(await readdir(join(cache, 'compiled'))).to.not.be.empty
    expect((await stat(join(cache, 'compiled'))).mode & 0o777).to.equal(0o700)
    expect((await stat(cache)).mode & 0o777).to.equal(0o700)
  })

  it('says when it is not built', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vibe-unbuilt-'))
    await mkdir(join(folder, 'bin'))
    await cp(join(root, 'bin/run.js'), join(folder, 'bin/run.js'))
    await cp(join(root, 'package.json'), join(folder, 'package.json'))
    const run = await runProgram([process.execPath, join(folder, 'bin/run.js'), 'help'], {cwd: folder, env: vibe.env})
    await rm(folder, {recursive: true, force: true})
    expect(run).to.include({code: 3, stderr: 'vibe is not built yet: run "npm run build".\n'})
  })

  it('runs from its sources too', async () => {
    const argv = [process.execPath, join(root, 'bin/dev.js'), 'help', 'exit-codes'] as const
    const run = await runProgram([...argv], {cwd: vibe.project, env: vibe.env})
    expect(run.stdout).to.match(/^ {2}0 {2}done\n/)
    expect(run.stdout).to.include('130  interrupted')
    expect(run.code).to.equal(0)
  })
})

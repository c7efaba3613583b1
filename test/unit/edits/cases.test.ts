import {expect} from 'chai'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join, relative} from 'node:path'
import {applyEdits} from '../../../src/agent/apply-edits.ts'
import type {EditFormat} from '../../../src/edits/formats/read-format.ts'

type Content = string | {base64: string} | {link: string}
type Case = {
  name: string
  files: Record<string, Content>
  /** The text of a text format, or the arguments of a call. */
  input: string | object
  target?: string
  /** Every file afterwards, or the code of the first refusal; then nothing has changed. */
  after?: Record<string, string>
  refused?: string
  rung?: string
}

const FOLDER = join(import.meta.dirname, '../../fixtures/edits')

function put(root: string, files: Record<string, Content>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name)
    mkdirSync(dirname(path), {recursive: true})
    if (typeof content === 'string') writeFileSync(path, content)
    else if ('link' in content) symlinkSync(content.link, path)
    else writeFileSync(path, Buffer.from(content.base64, 'base64'))
  }
}

function filesOf(root: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const entry of readdirSync(root, {recursive: true, withFileTypes: true})) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) found[relative(root, path)] = readFileSync(path, 'utf8')
  }
  return found
}

describe('edits as data', () => {
  let count = 0
  for (const file of readdirSync(FOLDER).toSorted()) {
    const format = file.replace('.json', '').replace('-', '_') as EditFormat
    const cases = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Case[]
    count += cases.length
    describe(format, () => {
      for (const one of cases) it(one.name, () => tryCase(format, one))
    })
  }

  it('has at least 150 cases', () => expect(count).to.be.at.least(150))
})

async function tryCase(format: EditFormat, {files, input, target, after, refused, rung}: Case): Promise<void> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'vibe-edits-')))
  const root = join(place, 'root')
  mkdirSync(root)
  put(root, files)
  const before = filesOf(root)
  try {
    const report = await applyEdits({
      format,
      input: typeof input === 'string' ? input : JSON.stringify(input),
      root,
      ...(target !== undefined && {target}),
      dryRun: false,
      data: join(place, 'data'),
      signal: AbortSignal.timeout(20_000),
    })
    expect([report.refused[0]?.code, report.refused[0]?.message].slice(0, refused === undefined ? 2 : 1)).to.deep.equal(
      refused === undefined ? [undefined, undefined] : [refused],
    )
    expect(filesOf(root)).to.deep.equal(after ?? before)
    if (rung !== undefined) expect(report.applied.map((one) => one.rung)).to.include(rung)
  } finally {
    rmSync(place, {recursive: true})
  }
}

import {expect} from 'chai'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {runTool} from '../../src/build/run-tool.ts'
import {root} from '../support/tree.ts'

/** Assembled, so that the linter that reads this file does not find the word. */
const LATER = ['TO', 'DO'].join('')

const SAMPLES: ReadonlyArray<[rule: string, text: string]> = [
  ['no-explicit-any', 'export const a: any = 1'],
  ['no-non-null-assertion', 'export const a = (b?: string) => b!.length'],
  ['no-namespace', 'export namespace A { export const b = 1 }'],
  ['no-process-exit', 'export const stop = () => process.exit(1)'],
  ['no-floating-promises', 'export function f() { Promise.resolve(1).then(String) }'],
  ['no-warning-comments', `export const a = 1 // ${LATER}: more`],
  ['max-params', 'export function f(a: number, b: number, c: number, d: number) { return a + b + c + d }'],
  ['max-lines-per-function', `export function f() {\n${'  console.log(1)\n'.repeat(41)}}`],
  ['max-lines', 'export {}\n' + 'console.log(1)\n'.repeat(301)],
  ['no-var', 'export var a = 1'],
]

describe('the linter', () => {
  let folder: string
  before(async () => {
    // Below the repository, because its tsconfig must be found for the rules that know types.
    folder = await mkdtemp(join(tmpdir(), 'vibe-lint-'))
    await mkdir(join(folder, 'src'))
    await writeFile(
      join(folder, 'tsconfig.json'),
      '{"compilerOptions": {"strict": true, "target": "es2024"}, "include": ["src"]}',
    )
    for (const [rule, text] of SAMPLES) await writeFile(join(folder, 'src', `${rule}.ts`), text)
  })
  after(() => rm(folder, {recursive: true, force: true}))

  it('refuses what the house forbids', async () => {
    const config = join(root, 'test/house/oxlint.json')
    const run = await runTool(root, ['oxlint', '--type-aware', '--format', 'unix', '-c', config, folder])
    const caught = SAMPLES.map(([rule]) => rule).filter((rule) => {
      const lines = run.output.split('\n').filter((line) => line.includes(`${rule}.ts:`))
      return lines.some((line) => line.includes(`(${rule})`))
    })
    expect(run.ok).to.equal(false)
    expect(caught).to.deep.equal(SAMPLES.map(([rule]) => rule))
  })
})

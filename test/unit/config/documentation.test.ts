import {expect} from 'chai'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {variableNames} from '../../../src/config/environment.ts'
import {configKeys} from '../../../src/config/keys.ts'
import {validateConfig} from '../../../src/config/validate.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8')
const rows = new Map(
  page.split('\n').flatMap((line) => (/^\| `/.test(line) ? [[/`([^`]+)`/.exec(line)?.[1] ?? '', line] as const] : [])),
)
const projectWords = {yes: 'yes', tighten: 'only ', trusted: 'trusted', never: 'no'}

describe('docs/configuration.md', () => {
  for (const info of configKeys) {
    it(`documents ${info.key} with what a project may do`, () => {
      const cells =
        rows
          .get(info.key)
          ?.split('|')
          .map((cell) => cell.trim()) ?? []
      expect(cells).to.have.length(7)
      expect(cells[4]).to.match(new RegExp(`^${projectWords[info.project]}`))
    })
  }

  for (const name of variableNames) {
    it(`documents ${name}`, () => {
      const key = configKeys.find((info) => info.variable === name)?.key
      expect(rows.get(name)).to.contain(key === undefined ? '`env`' : `\`${key}\``)
    })
  }

  it('documents no key that does not exist', () => {
    const documented = [...rows].filter(([, line]) => line.split('|').length === 7).map(([key]) => key)
    expect(documented.sort()).to.deep.equal(configKeys.map((info) => info.key).sort())
  })

  it('shows an example that is valid', () => {
    const example = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
    expect(validateConfig(JSON.parse(example))).to.deep.equal([])
  })
})

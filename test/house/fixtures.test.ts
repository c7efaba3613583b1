import {expect} from 'chai'
import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {codeUnder, root} from '../support/tree.ts'

/** For each state of a provider one fixture plugin that is in it. */
const FIXTURES: Readonly<Record<string, string>> = {
  ok: 'good',
  'manifest-invalid': 'schema-invalid',
  'api-unsupported': 'api-99',
  'id-conflict': 'duplicate-id',
  'id-reserved': 'reserved-id',
  'protocol-missing': 'data-only',
  'entry-failed': 'throws-on-import',
  'hooks-declared': 'hooks',
}

async function declaredStates(): Promise<string[]> {
  const source = await readFile(join(root, 'src/providers/types.ts'), 'utf8')
  const union = /export type ProviderState =\s*([\s\S]*?)\n\n/.exec(source)?.[1] ?? ''
  return [...union.matchAll(/'([\w-]+)'/g)].map((match) => match[1] ?? '')
}

describe('every state of a provider', () => {
  it('has a fixture plugin that a test uses', async () => {
    expect(await declaredStates()).to.have.members(Object.keys(FIXTURES))
    const tests = (await codeUnder('test')).filter(({path}) => !path.includes('house/fixtures'))
    for (const [state, name] of Object.entries(FIXTURES)) {
      expect(existsSync(join(root, 'test/fixtures/plugins', name, 'package.json')), `${state}: ${name}`).to.equal(true)
      expect(
        tests.some(({text}) => text.includes(`'${name}'`)),
        `${name} is used`,
      ).to.equal(true)
    }
  })

  it('would be missed', () => {
    expect(existsSync(join(root, 'test/fixtures/plugins', 'no-such-fixture'))).to.equal(false)
    expect(Object.keys(FIXTURES)).to.not.include('some-new-state')
  })
})

import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {jsonIn, readOutputSchema} from '../../../src/agent/output-schema.ts'
import {VibeError} from '../../../src/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'vibe-schema-'))

function fileWith(schema: unknown): string {
  const file = join(folder, 'schema.json')
  writeFileSync(file, typeof schema === 'string' ? schema : JSON.stringify(schema))
  return file
}

async function refusal(schema: unknown): Promise<VibeError> {
  const error = await readOutputSchema(fileWith(schema)).catch((thrown: unknown) => thrown)
  if (!(error instanceof VibeError)) throw new Error('it was taken')
  expect(error.exit).to.equal(2)
  return error
}

describe('output schema', () => {
  for (const $schema of [
    undefined,
    'http://json-schema.org/draft-07/schema#',
    'https://json-schema.org/draft/2019-09/schema',
    'https://json-schema.org/draft/2020-12/schema',
  ]) {
    it(`says what does not fit under ${$schema ?? 'no named draft'}`, async () => {
      const {problems} = await readOutputSchema(fileWith({...($schema && {$schema}), type: 'object', required: ['n']}))
      expect(problems('{"n":1}')).to.deep.equal([])
      expect(problems('{}').join()).to.contain("required property 'n'")
      expect(problems('n is 1')).to.deep.equal(['the answer is no JSON'])
    })
  }

  it('refuses what is no schema before anything is asked of a model', async () => {
    expect((await refusal('{')).message).to.contain('not usable')
    expect((await refusal([])).message).to.contain('no object')
    expect((await refusal({type: 'objekt'})).message).to.contain('not usable')
    expect((await refusal({$ref: 'http://127.0.0.1:9/remote.json'})).message).to.contain('resolve')
    expect((await refusal({$async: true, type: 'object'})).message).to.contain('$async')
    expect((await refusal(`{"description":"${'x'.repeat(10_000_000)}"}`)).message).to.contain('more than')
    const missing = await readOutputSchema(join(folder, 'absent.json')).catch((error: unknown) => error)
    expect(missing).to.be.instanceOf(VibeError)
  })

  it('does not wait for a FIFO', async () => {
    const fifo = join(folder, 'fifo')
    execFileSync('mkfifo', [fifo])
    expect(await readOutputSchema(fifo).catch((error: Error) => error.message)).to.contain('no file')
  })

  it('ends a pattern that never would', async function () {
    this.timeout(20_000)
    const {problems} = await readOutputSchema(fileWith({type: 'string', pattern: '^(a+)+$'}))
    expect(() => problems(JSON.stringify(`${'a'.repeat(60)}!`))).to.throw(VibeError, 'longer than')
  })

  it('finds JSON in one whole fence', () => {
    expect(jsonIn('```json\n{"a": 1}\n```')).to.deep.equal({a: 1})
    expect(jsonIn('Here: ```json\n{}\n```')).to.equal(undefined)
  })
})

import {expect} from 'chai'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {failures, PLUGINS, report, type JsonReport} from './support.ts'

const AT_ONCE = 2

describe('every provider of ours', function () {
  this.timeout(120_000)
  const names = readdirSync(PLUGINS).filter((name) => name.startsWith('vibe-provider-'))
  const reports = new Map<string, JsonReport & {code: number}>()
  before(async () => {
    const waiting = [...names]
    const worker = async () => {
      for (let name = waiting.shift(); name; name = waiting.shift())
        reports.set(name, await report([join(PLUGINS, name)]))
    }
    await Promise.all(Array.from({length: AT_ONCE}, worker))
  })

  for (const name of names) {
    it(`${name} passes the conformance kit`, () => {
      const {code, ok, results = []} = reports.get(name) ?? {}
      expect(failures(results)).to.deep.equal([])
      expect({code, ok}).to.deep.equal({code: 0, ok: true})
      for (const leg of ['static', 'replay', 'grammar'])
        expect(
          results.some((one) => one.leg === leg),
          leg,
        ).to.equal(true)
    })
  }

  it('passes without a single excuse', () => {
    const excused = [...reports.values()].flatMap(({results}) =>
      results.filter(({status}) => status === 'expected-failure'),
    )
    expect(excused).to.deep.equal([])
  })

  it('is tried in each protocol that it speaks', () => {
    const subjects = (name: string) => new Set(reports.get(name)?.results.map(({subject}) => subject))
    expect(subjects('vibe-provider-openai')).to.include('openai (openai-chat)').and.include('openai (openai-responses)')
    expect(subjects('vibe-provider-anthropic')).to.include('anthropic (anthropic-messages)')
    expect(subjects('vibe-provider-ollama')).to.include('ollama (ollama)')
    expect(subjects('vibe-provider-lmstudio')).to.include('lmstudio (openai-chat)')
  })
})

import {expect} from 'chai'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {startScriptedServer, type Reply} from 'vibe-plugin-testkit'
import {findKeys, probeLocalServers, type Place} from '../../../src/providers/detect.ts'
import {registryOf} from '../../support/provider-fixtures.ts'

const signal = () => new AbortController().signal

describe('findKeys', () => {
  it('names keys that an installed provider would use, by their end alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vibe-detect-'))
    try {
      const registry = await registryOf(folder, [
        {id: 'alpha'},
        {id: 'beta', auth: [{kind: 'api-key', env: ['BETA_TOKEN', 'BETA_API_KEY']}]},
        {id: 'gamma'},
      ])
      const found = findKeys(
        {BETA_API_KEY: ' sk-0123456789-wxyz ', ALPHA_API_KEY: 'short', STRANGER_API_KEY: 'sk-0123456789'},
        registry,
      )
      expect(found).to.deep.equal([{type: 'beta', providerName: 'BETA', variable: 'BETA_API_KEY', masked: '…wxyz'}])
    } finally {
      await rm(folder, {recursive: true})
    }
  })
})

describe('probeLocalServers', () => {
  const replies: Array<[name: string, reply: Reply, models: string[] | undefined]> = [
    ["Ollama's list", {steps: [{write: '{"models":[{"name":"qwen"},{"name":"llama"}]}'}]}, ['qwen', 'llama']],
    ["OpenAI's list", {steps: [{write: '{"data":[{"id":"tiny"},{"odd":1},null]}'}]}, ['tiny']],
    ['an empty list', {steps: [{write: '{"data":[]}'}]}, []],
    ['a web page', {steps: [{write: '<html>'}]}, undefined],
    ['other JSON', {steps: [{write: '{"ok":true}'}]}, undefined],
    ['an error', {status: 500, steps: [{write: '{"data":[]}'}]}, undefined],
    ['a cut answer', {steps: [{write: '{"data":['}, {destroy: true}]}, undefined],
    ['an endless answer', {steps: Array.from({length: 40}, () => ({write: 'x'.repeat(50_000)}))}, undefined],
    ['silence', {steps: [{stall: true}]}, undefined],
  ]
  for (const [name, reply, models] of replies) {
    it(`${models ? 'offers' : 'does not offer'} what answers with ${name}`, async () => {
      const server = await startScriptedServer(() => reply)
      try {
        const place: Place = {kind: 'local', origin: server.url, path: '/v1/models'}
        const found = await probeLocalServers(signal(), [place])
        expect(found).to.deep.equal(models ? [{kind: 'local', endpoint: `${server.url}/v1`, models}] : [])
      } finally {
        await server.close()
      }
    })
  }

  it('asks all at once and waits for none longer than 400 ms', async () => {
    const server = await startScriptedServer(() => ({steps: [{stall: true}]}))
    try {
      const places = Array.from({length: 3}, (): Place => ({kind: 'local', origin: server.url, path: '/'}))
      const started = performance.now()
      expect(await probeLocalServers(signal(), places)).to.deep.equal([])
      expect(performance.now() - started).to.be.within(350, 800)
    } finally {
      await server.close()
    }
  })

  it('ends with its signal, also one that is already raised', async () => {
    const started = performance.now()
    expect(
      await probeLocalServers(AbortSignal.abort(), [{kind: 'local', origin: 'http://127.0.0.1:9', path: '/'}]),
    ).to.deep.equal([])
    expect(performance.now() - started).to.be.below(300)
  })
})

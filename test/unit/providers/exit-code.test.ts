import {expect} from 'chai'
import {ProviderError, type ProviderErrorCode, type ProviderErrorShape} from 'vibe-plugin-api'
import {VibeError} from '../../../src/errors.ts'
import {describeProviderError, exitForProviderError} from '../../../src/providers/exit-code.ts'

const EXITS: Record<ProviderErrorCode, number> = {
  'auth-missing': 4,
  'auth-invalid': 4,
  'auth-expired': 4,
  'permission-denied': 4,
  'model-not-found': 3,
  'invalid-request': 3,
  unsupported: 3,
  'context-overflow': 7,
  'content-blocked': 5,
  'rate-limited': 5,
  'quota-exhausted': 5,
  overloaded: 5,
  'server-error': 5,
  network: 5,
  tls: 5,
  timeout: 5,
  'stream-interrupted': 5,
  'bad-response': 5,
  aborted: 130,
  unknown: 5,
}

const work = {
  name: 'work',
  endpoint: 'https://api.example.test/v1',
  entry: {manifest: {id: 'anthropic', name: 'Anthropic'}},
}
const failed = (shape: Partial<ProviderErrorShape>, options?: ErrorOptions) =>
  new ProviderError({code: 'unknown', message: '', retryable: false, ...shape}, options)
const refused = () =>
  failed(
    {code: 'network', message: 'fetch failed'},
    {cause: new TypeError('fetch failed', {cause: Object.assign(new Error('connect'), {code: 'ECONNREFUSED'})})},
  )

describe('a failure of a provider', () => {
  for (const [code, exit] of Object.entries(EXITS)) {
    it(`${code} ends with ${exit} and says what mends it`, () => {
      const error = failed({code: code as ProviderErrorCode, message: 'In its own words.'})
      expect(exitForProviderError(error)).to.equal(exit)
      const {message, hint, origin} = describeProviderError(error, {instance: work})
      expect(message).to.contain('In its own words.')
      expect(hint).to.match(/\S/)
      expect(origin).to.equal('provider work at https://api.example.test/v1')
    })
  }

  it('with a code of a newer contract ends with 5', () => {
    expect(exitForProviderError({code: 'from-the-future' as never})).to.equal(5)
    expect(exitForProviderError({code: 'constructor' as never})).to.equal(5)
  })

  it('names the service, where the key came from and the mending command', () => {
    expect(
      describeProviderError(failed({code: 'auth-invalid', status: 401}), {
        instance: work,
        keyOrigin: 'ANTHROPIC_API_KEY',
      }),
    ).to.deep.equal({
      code: 'auth-invalid',
      message: 'Anthropic refused the key (401).',
      origin: 'provider work at https://api.example.test/v1; the key is from ANTHROPIC_API_KEY',
      hint: 'Set a new key: vibe provider:update work --key-stdin',
    })
    expect(describeProviderError(failed({code: 'auth-missing'}), {instance: {...work, name: 'env'}}).hint).to.contain(
      'VIBE_CODER_API_KEY',
    )
  })

  it('says what vibe itself found out about the key', () => {
    const cause = new VibeError({code: 'keychain-failed', message: 'It is locked', hint: 'unlock it', exit: 4})
    const error = new ProviderError({code: 'auth-missing', message: 'It is locked', retryable: false}, {cause})
    expect(describeProviderError(error, {instance: work})).to.include({message: 'It is locked', hint: 'unlock it'})
  })

  it('asks whether a local server runs when nothing answers', () => {
    const local = {name: 'home', endpoint: 'http://127.0.0.1:11434', entry: {manifest: {id: 'ollama', name: 'Ollama'}}}
    expect(describeProviderError(refused(), {instance: local})).to.include({
      message: 'Nothing answers at http://127.0.0.1:11434 (connection refused).',
      hint: 'Ollama does not seem to run. Start it with: ollama serve',
    })
    const other = {...local, entry: {manifest: {id: 'openai-compatible', name: 'Own'}}}
    expect(describeProviderError(refused(), {instance: other}).hint).to.contain('Is the server running?')
    expect(describeProviderError(refused(), {instance: work}).hint).to.equal(
      'Check the connection and the address: vibe provider:test work',
    )
  })

  it("prefers the plugin's own hint where there is no better one, and shows no login of an address", () => {
    const instance = {...work, endpoint: 'https://me:pass@api.example.test/v1?key=abc'}
    const {hint, origin} = describeProviderError(failed({code: 'overloaded', hint: 'Use the batch tier.'}), {instance})
    expect(hint).to.equal('Use the batch tier.')
    expect(origin).to.equal('provider work at https://api.example.test/v1')
  })
})

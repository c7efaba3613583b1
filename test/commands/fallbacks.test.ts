import {expect} from 'chai'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

let sandbox: Sandbox

const place = (port: number) => [
  '--type',
  'openai-compatible',
  '--endpoint',
  `http://127.0.0.1:${port}/v1`,
  '--model',
  'm',
  '--no-key',
  '--no-validate',
]

async function json(...args: string[]): Promise<Record<string, never>> {
  const {stdout, stderr, code} = await sandbox.vibe([...args, '--json'])
  expect(code, stderr + stdout).to.equal(0)
  return JSON.parse(stdout) as Record<string, never>
}

describe('fallbacks of a provider, on the command line', function () {
  this.timeout(60_000)
  beforeEach(async () => {
    sandbox = createSandbox()
    await json('provider:add', 'spare', ...place(9))
    await json('provider:add', 'work', ...place(8), '--fallback', 'spare', '--fallback', '/small')
  })
  afterEach(() => sandbox.remove())

  it('are set, shown, listed, changed and taken out', async () => {
    const shown = (await json('provider:show', 'work')) as unknown as {values: Array<{key: string; value: unknown}>}
    expect(shown.values.find(({key}) => key === 'fallbacks')?.value).to.deep.equal(['spare', '/small'])
    const plain = await sandbox.vibe(['provider:list'])
    expect(plain.stdout).to.contain('FALLBACKS').and.contain('spare, /small')
    const changed = (await json(
      'provider:update',
      'work',
      '--fallback',
      'spare/x',
      '--allow-remote-fallback',
    )) as unknown as {
      changed: unknown
    }
    expect(changed.changed).to.deep.equal(['fallbacks', 'allowRemoteFallback'])
    await json('provider:update', 'work', '--fallback', '', '--no-allow-remote-fallback')
    const list = (await json('provider:list')) as unknown as {providers: Array<{fallbacks?: string[]}>}
    for (const {fallbacks} of list.providers) expect(fallbacks).to.equal(undefined)
  })

  for (const [what, value] of [
    ['unknown', 'nobody'],
    ['the provider itself', 'work'],
    ['named twice', 'spare,spare'],
    ['too many', 'spare,/a,/b,/c,/d,/e'],
  ] as const) {
    it(`are refused when one is ${what}, and nothing is changed`, async () => {
      const {code, stderr} = await sandbox.vibe(['provider:update', 'work', '--fallback', value])
      expect(code).to.equal(2)
      expect(stderr).to.contain('providers.work.fallbacks')
      const {stdout} = await sandbox.vibe(['config:get', 'providers.work.fallbacks'])
      expect(stdout).to.contain('/small')
    })
  }

  it('lose a provider that is removed, and one that went wrong keeps nothing else from being changed', async () => {
    await json('provider:remove', 'spare')
    const {stdout} = await sandbox.vibe(['config:get', 'providers.work.fallbacks'])
    expect(stdout).to.contain('/small').and.not.to.contain('spare')
    await sandbox.vibe(['config:set', 'providers.work.fallbacks', '["gone"]'])
    const explained = await sandbox.vibe(['config:explain', 'providers.work.fallbacks'])
    expect(explained.stderr).to.contain('no provider is called "gone"').and.contain('config.json:')
    await json('provider:update', 'work', '--temperature', '0.5')
  })
})

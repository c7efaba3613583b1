import {expect} from 'chai'
import {openaiChatReply, startScriptedServer} from 'vibe-plugin-testkit'
import {BAD_CODE, BAD_PACKAGES, type BadPlugin} from '../support/bad-plugins.ts'
import {createSandbox} from '../support/sandbox.ts'
import {chatPlugin, installPlugins, manifestOf, packageJson, placePlugin} from '../support/user-plugins.ts'
import {join} from 'node:path'

describe('asked for, a plugin of the user that', function () {
  this.timeout(60_000)
  const usable = [...BAD_PACKAGES, ...BAD_CODE].filter((bad): bad is BadPlugin & {id: string} => bad.id !== undefined)

  for (const bad of usable) {
    const {that, plugin, id, fails} = bad
    it(`${that} ${fails ? 'fails with one clear error' : 'works'}`, async () => {
      const box = createSandbox()
      installPlugins(box.home, [plugin])
      const run = await box.vibe(['run', 'hello', '-p', id, '-m', 'm'])
      if (fails) {
        expect(run.stderr).to.match(fails.says)
        expect(run.stderr.match(/✗/g), run.stderr).to.have.length(1)
        expect(run).to.include({code: fails.exit, stdout: ''})
      } else {
        expect(run.code, run.stderr).to.equal(0)
        expect(run.stdout).to.equal('from the plugin\n')
      }
      if (fails && BAD_PACKAGES.includes(bad)) {
        const tested = await box.vibe(['provider:test', id])
        expect(tested.stderr).to.match(fails.says)
        expect(tested.code).to.equal(fails.exit)
      }
      box.remove()
    })
  }
})

describe('a plugin of the user', function () {
  this.timeout(60_000)

  it('that never ends its answer is stopped by --timeout', async () => {
    const box = createSandbox()
    installPlugins(box.home, [
      chatPlugin('vibe-endless', 'endless', '    await new Promise(() => setInterval(() => {}, 9))'),
    ])
    const started = performance.now()
    const run = await box.vibe(['run', 'hello', '-p', 'endless', '-m', 'm', '--timeout', '0.5'])
    expect(run).to.include({code: 7, stdout: ''})
    expect(performance.now() - started).to.be.below(3_000)
    box.remove()
  })

  it('that is linked works, and unlinks', async () => {
    const box = createSandbox()
    const folder = join(box.project, 'mine')
    placePlugin(folder, chatPlugin('vibe-mine', 'mine', ''))
    const linked = await box.vibe(['plugins', 'link', folder, '--no-install'])
    expect(linked.code, linked.stderr).to.equal(0)
    const run = await box.vibe(['run', 'hello', '-p', 'mine'])
    expect(run, run.stderr).to.include({code: 0, stdout: 'from the plugin\n'})
    expect((await box.vibe(['plugins', 'unlink', 'vibe-mine'])).code).to.equal(0)
    expect((await box.vibe(['run', 'hello', '-p', 'mine'])).code).to.equal(3)
    box.remove()
  })

  it('without code gets no key of ours unless it is named', async () => {
    const key = 'sk-test-0123456789abcdef'
    const server = await startScriptedServer(() => openaiChatReply({text: 'ready'}))
    const box = createSandbox()
    const {entry: _, ...manifest} = JSON.parse(
      manifestOf('acme', {
        protocol: 'openai-chat',
        endpoint: {default: `${server.url}/v1`, local: true},
        auth: [{kind: 'api-key', env: ['OPENAI_API_KEY'], optional: true}],
      }),
    ) as Record<string, unknown>
    const files = {'package.json': packageJson('acme'), 'vibe.provider.json': JSON.stringify(manifest)}
    installPlugins(box.home, [{name: 'acme', files}])
    const env = {OPENAI_API_KEY: key}
    expect((await box.vibe(['run', 'hello', '-p', 'acme'], {env})).stdout).to.equal('ready\n')
    const add = [
      'provider:add',
      'named',
      '--type',
      'acme',
      '--key-env',
      'OPENAI_API_KEY',
      '--model',
      'm',
      '--no-validate',
    ]
    expect((await box.vibe(add, {env})).code).to.equal(0)
    expect((await box.vibe(['run', 'hello', '-p', 'named'], {env})).stdout).to.equal('ready\n')
    const sent = server.requests.map(({headers}) => headers['authorization'])
    expect(sent).to.deep.equal([undefined, `Bearer ${key}`])
    await server.close()
    box.remove()
  })
})

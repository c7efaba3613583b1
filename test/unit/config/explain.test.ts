import {expect} from 'chai'
import fc from 'fast-check'
import {parseAssignment} from '../../../src/config/assign.ts'
import {assignValue, removeValue} from '../../../src/config/change.ts'
import {editConfig, editorOf} from '../../../src/config/edit.ts'
import {explainKey, getValue, listValues} from '../../../src/config/explain.ts'
import {jsonLines} from '../../../src/config/json-lines.ts'
import {configKeys} from '../../../src/config/keys.ts'
import {isSecretName, maskKey} from '../../../src/config/secrets.ts'
import {VibeError} from '../../../src/errors.ts'
import {configSchema as schema} from '../../../src/config/published-schema.ts'
import {chmodSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {makePlace, optionsOf, writeProject, writeUser} from './place.ts'

const signal = new AbortController().signal

describe('explaining configuration', () => {
  it('tells what every layer says, with file and line, and which wins', () => {
    const place = makePlace()
    writeUser(place, {defaultModel: 'user', offlineMode: false})
    writeProject(place, {defaultModel: 'project'})
    const options = optionsOf(place, {env: {...place.env, VIBE_CODER_MODEL: 'env'}})
    const {layers, value} = explainKey('defaultModel', options)
    expect(value).to.equal('env')
    expect(
      layers.map(({origin, value: said, wins}) => [origin.layer, origin.line ?? origin.variable, said, wins]),
    ).to.deep.equal([
      ['environment', 'VIBE_CODER_MODEL', 'env', true],
      ['project', 2, 'project', false],
      ['user', 2, 'user', false],
    ])
    expect(explainKey('offlineMode', options).layers.map(({origin, wins}) => [origin.layer, wins])).to.deep.equal([
      ['user', true],
      ['default', false],
    ])
    expect(() => explainKey('defaultModle', options))
      .to.throw(VibeError)
      .with.property('hint', 'Did you mean defaultModel?')
  })

  it('shows secrets by their last four characters only, wherever they hide', () => {
    const place = makePlace()
    const secret = 'sk-abcdefghijklmnop1234'
    writeUser(place, {
      customHeaders: {Authorization: `Bearer ${secret}`, 'X-Other': secret, 'X-Plain': 'blue'},
      providers: {
        w: {
          type: 'x',
          credential: {env: 'MY_KEY'},
          headers: {'x-api-key': 'abcdefghijklmnop'},
          settings: {password: 'hunter2hunter2', list: [secret]},
        },
      },
      npm: {registry: 'https://registry.test/'},
    })
    const shown = JSON.stringify([
      listValues(optionsOf(place), true),
      getValue('customHeaders', optionsOf(place)),
      explainKey('providers.w', optionsOf(place)),
      explainKey('customHeaders.Authorization', optionsOf(place)),
    ])
    expect(shown).to.not.match(/abcdefghijkl|hunter2/)
    expect(shown).to.contain('…1234').and.contain('MY_KEY').and.contain('blue')
    expect([maskKey('short'), maskKey('elevenchars'), maskKey('twelve-chars')]).to.deep.equal(['…', '…', '…hars'])
  })

  it('reads values by the type of their key', () => {
    expect(parseAssignment('defaultTemperature', '0.2').value).to.equal(0.2)
    expect(parseAssignment('defaultMaxTokens', '4096').value).to.equal(4096)
    expect(parseAssignment('offlineMode', 'true').value).to.equal(true)
    expect(parseAssignment('defaultModel', '42').value).to.equal('42')
    expect(parseAssignment('customHeaders.X-Team.eu', 'a')).to.deep.equal({
      path: ['customHeaders', 'X-Team.eu'],
      value: 'a',
    })
    expect(parseAssignment('providers.w.headers.X.y', 'a').path).to.deep.equal(['providers', 'w', 'headers', 'X.y'])
    expect(parseAssignment('trust.plugins', '["a"]').value).to.deep.equal(['a'])
    for (const [key, text] of [
      ['defaultTemperature', 'warm'],
      ['defaultTemperature', ''],
      ['defaultMaxTokens', '1.5'],
      ['offlineMode', 'maybe'],
      ['trust.plugins', '[a'],
      ['providers', 'x'],
      ['nothing.such', 'x'],
      ['__proto__.x', '1'],
      ['customHeaders.__proto__', '1'],
      ['', 'x'],
      ['defaultModel.x', '1'],
    ] as const) {
      expect(() => parseAssignment(key, text), `${key}=${text}`)
        .to.throw(VibeError)
        .with.property('exit', 2)
    }
  })

  for (const [key, value] of [
    ['providers.w.apiKey', 'x'],
    ['apiKey', 'x'],
    ['customHeaders.Authorization', 'x'],
    ['providers.w.settings.client_secret', 'x'],
    ['githubToken', 'x'],
    ['defaultModel', 'sk-abcdefghijklmnop'],
    ['providers.w.headers.Cookie', 'x'],
  ] as const) {
    it(`refuses the secret in ${key} and names the way`, () => {
      expect(() => parseAssignment(key, value))
        .to.throw(VibeError)
        .with.property('code', 'config-secret')
      expect(() => parseAssignment(key, value))
        .to.throw()
        .with.property('hint')
        .that.contains('--key-stdin')
    })
  }

  it('tells secrets from names that only look alike', () => {
    const names = [
      'apiKey',
      'API_KEY',
      'x-api-key',
      'accessToken',
      'clientSecret',
      'DB_PASSWORD',
      'Authorization',
      'Set-Cookie',
    ]
    expect(names.filter((name) => !isSecretName([name]))).to.deep.equal([])
    const harmless = ['maxTokens', 'defaultMaxTokens', 'num_tokens', 'tokenizer', 'keepAlive', 'X-Team', 'model', '']
    expect(harmless.filter((name) => isSecretName([name]))).to.deep.equal([])
  })

  it('says after a change what a stronger layer does, and can take out what it does not know', async () => {
    const place = makePlace()
    writeUser(place, {ancient: 1})
    const options = optionsOf(place, {env: {...place.env, VIBE_CODER_MODEL: 'env'}})
    const changed = await assignValue({key: 'defaultModel', value: 'm'}, options, signal)
    expect(changed.notices).to.deep.equal(['VIBE_CODER_MODEL sets defaultModel too and wins here'])
    expect((await removeValue('ancient', options, signal)).before).to.equal(1)
    expect(await removeValue('ancient', options, signal).catch((error: unknown) => error)).to.be.instanceOf(VibeError)
  })
})

describe('editing configuration', () => {
  it('splits the editor into words and asks no shell', () => {
    const words = (VISUAL: string) => editorOf({VISUAL}, 'linux')
    expect(words('code --wait')).to.deep.equal(['code', '--wait'])
    expect(words(`"/Program Files/x" -a 'b c' $(touch x)`)).to.deep.equal([
      '/Program Files/x',
      '-a',
      'b c',
      '$(touch',
      'x)',
    ])
    expect(editorOf({EDITOR: 'ed'}, 'linux')).to.deep.equal(['ed'])
    expect([editorOf({}, 'linux'), editorOf({VISUAL: ' '}, 'win32')]).to.deep.equal([['vi'], ['notepad.exe']])
  })

  it('checks afterwards what was written, and keeps it private', async () => {
    const place = makePlace()
    const editor = join(place.home, 'editor.sh')
    const edited = async (script: string) => {
      writeFileSync(editor, `#!/bin/sh\n${script}\n`)
      chmodSync(editor, 0o755)
      return editConfig(place.user, {...process.env, VISUAL: editor}, signal).catch((error: unknown) => error)
    }
    expect(await edited(`rm "$1"; umask 000; echo '{"defaultModel": 1}' > "$1"`))
      .to.have.nested.property('[0].message')
      .that.contains('defaultModel must be text')
    expect(statSync(place.user).mode & 0o777).to.equal(0o600)
    expect(await edited(`printf '{\\n"a": 1' > "$1"`)).to.include({code: 'config-corrupt', origin: `${place.user}:2`})
    expect(await edited('exit 3')).to.include({code: 'editor-failed', exit: 3})
    expect(await edited(`echo '{}' > "$1"`)).to.deep.equal([])
    expect(
      await editConfig(place.user, {EDITOR: '/no/such/editor'}, signal).catch((error: unknown) => error),
    ).to.include({code: 'editor-failed'})
  })
})

describe('keys and lines', () => {
  it('has the same keys as the published schema', () => {
    type Node = {$ref?: string; type?: string; properties?: Record<string, Node>; additionalProperties?: boolean | Node}
    const definitions = schema['definitions'] as Record<string, Node>
    const resolved = (node: Node): Node =>
      node.$ref === undefined ? node : (definitions[node.$ref.split('/').at(-1) ?? ''] ?? {})
    const keysOf = (node: Node, path: string): string[] => {
      const {properties, additionalProperties, type} = resolved(node)
      if (properties !== undefined)
        return Object.entries(properties).flatMap(([name, inner]) =>
          keysOf(inner, path === '' ? name : `${path}.${name}`),
        )
      if (typeof additionalProperties === 'object') return keysOf(additionalProperties, `${path}.*`)
      return [type === 'object' ? `${path}.*` : path]
    }
    expect(keysOf(schema as Node, '').sort()).to.deep.equal(configKeys.map((info) => info.key).sort())
  })

  it('finds the line of every value in any JSON, and never throws on any text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({maxDepth: 3}), {maxKeys: 6}), (tree) => {
        const {lineOf, duplicates} = jsonLines(JSON.stringify(tree, undefined, 1))
        expect(duplicates).to.deep.equal([])
        let line = 2
        for (const [name, value] of Object.entries(JSON.parse(JSON.stringify(tree)) as Record<string, unknown>)) {
          expect(lineOf([name])).to.equal(line)
          line += JSON.stringify(value, undefined, 1).split('\n').length
        }
      }),
    )
    fc.assert(
      fc.property(
        fc.string({unit: fc.constantFrom('{', '}', '[', ']', ':', ',', '"', '\\', 'a', '1', '\n', ' '), maxLength: 60}),
        (text) => {
          expect(jsonLines(text).lineOf(['a'])).to.satisfy(
            (line: unknown) => line === undefined || typeof line === 'number',
          )
        },
      ),
    )
  })
})

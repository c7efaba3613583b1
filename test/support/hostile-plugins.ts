import {chatPlugin, manifestOf, packageJson, type UserPlugin} from './user-plugins.ts'

/** What comes of asking for a hostile plugin: one clear line and an exit code, or an answer. */
export type Hostile = {
  /** "a plugin that …" */
  that: string
  id: string
  plugin: UserPlugin
  outcome: {says: RegExp; exit: number} | {answers: string}
}

const ANSWER = `yield {type: 'response-start', warnings: []}
    yield {type: 'text-start', index: 0}
    yield {type: 'text-delta', index: 0, text: 'fine'}
    yield {type: 'text-end', index: 0}
    yield {type: 'response-end', stopReason: 'end-turn', usage: {}}`
const VALIDATE = 'validateConnection: async () => ({ok: true, latencyMs: 0, warnings: []})'

/** A module whose provider works; `before` runs at import, `more` replaces or adds methods. */
export const moduleOf = (before: string, more = '') => `${before}
export const createProvider = () => ({
  id: 'x',
  async *chat() {
    ${ANSWER}
  },
  ${VALIDATE},
  ${more}
})
`
export const codePlugin = (id: string, module: string, manifest: object = {}): UserPlugin => ({
  name: `vibe-${id}`,
  files: {
    'package.json': packageJson(`vibe-${id}`),
    'vibe.provider.json': manifestOf(id, manifest),
    'index.js': module,
  },
})

const BRAND = `[Symbol.for('vibe.provider-error')]: true`
const failed = (says: RegExp) => ({says, exit: 5})
const started = (says: RegExp) => ({says, exit: 3})
const chat = (that: string, id: string, [body, outcome]: [string, Hostile['outcome']]): Hostile => ({
  that,
  id,
  plugin: chatPlugin(`vibe-${id}`, id, `    ${body}`),
  outcome,
})
const module = (that: string, id: string, [text, outcome]: [string, Hostile['outcome']]): Hostile => ({
  that,
  id,
  plugin: codePlugin(id, text),
  outcome,
})
const usual = {answers: 'from the plugin\n'}
const opened = `yield {type: 'text-start', index: 5}; `
const closed = `; yield {type: 'text-end', index: 5}`

export const THROWERS: readonly Hostile[] = [
  chat('throws null', 'tnull', ['throw null', failed(/vibe-tnull failed: null/)]),
  chat('throws undefined', 'tundefined', ['throw undefined', failed(/vibe-tundefined failed: undefined/)]),
  chat('throws a text', 'ttext', [`throw 'just text'`, failed(/vibe-ttext failed: just text/)]),
  chat('throws a symbol', 'tsymbol', [`throw Symbol('x')`, failed(/vibe-tsymbol failed: Symbol\(x\)/)]),
  chat('throws a function', 'tfunction', ['throw () => {}', failed(/it threw a function/)]),
  chat('throws an object with getters that throw', 'tgetter', [
    `throw {get message() { throw new Error('in it') }, toString() { throw 1 }}`,
    failed(/it threw an object that says nothing/),
  ]),
  chat('throws an Error whose message throws', 'terror', [
    `const e = new Error('x'); Object.defineProperty(e, 'message', {get() { throw new Error('in it') }}); throw e`,
    failed(/vibe-terror failed/),
  ]),
  chat('throws a proxy that throws', 'tproxy', [
    `const no = () => { throw new Error('no') }; throw new Proxy({}, {get: no, has: no, getPrototypeOf: no, ownKeys: no})`,
    failed(/vibe-tproxy failed/),
  ]),
  chat('throws 10 MB', 'tbig', [`throw new Error('x'.repeat(10_000_000))`, failed(/x…$/m)]),
  chat('throws escape sequences', 'tansi', [
    String.raw`throw new Error('\u001b[2J\u202ered\nline two')`,
    failed(/vibe-tansi failed: \[2J red line two$/m),
  ]),
  chat('throws a mark and nothing else', 'tmark', [`throw {${BRAND}}`, failed(/did not say why/)]),
  chat('throws a mark with members of odd types', 'todd', [
    `throw {${BRAND}, code: 'toString', message: {}, hint: 7, retryable: 'x', retryAfterMs: 'soon', status: {}}`,
    failed(/did not say why/),
  ]),
  chat('throws a mark with a code that throws', 'tcode', [
    `throw {${BRAND}, get code() { throw new Error('no') }, message: 'busy', retryable: false}`,
    failed(/busy/),
  ]),
]

export const FLOODERS: readonly Hostile[] = [
  chat('sends empty deltas for ever', 'fempty', [
    `${opened}for (;;) yield {type: 'text-delta', index: 5, text: ''}`,
    failed(/too many events that say nothing/),
  ]),
  chat('opens blocks for ever', 'fblocks', [
    `for (let i = 5; ; i++) yield {type: 'text-start', index: i}`,
    failed(/too many/),
  ]),
  chat('calls tools for ever', 'ftools', [
    `for (let i = 5; ; i++) { yield {type: 'tool-call-start', index: i, callId: 'c' + i, name: 'read'}; yield {type: 'tool-call-end', index: i, callId: 'c' + i, name: 'read', inputText: '{}', input: {}} }`,
    failed(/too many/),
  ]),
  chat('names a tool with 50 MB', 'fname', [
    `yield {type: 'tool-call-start', index: 5, callId: 'c'.repeat(50_000_000), name: 'n'.repeat(50_000_000)}`,
    failed(/name has 50000000 characters/),
  ]),
  chat('hides 60 MB in metadata', 'fmeta', [
    `${opened}yield {type: 'text-delta', index: 5, text: ''}; yield {type: 'text-end', index: 5, providerMetadata: {x: {y: 'm'.repeat(60_000_000)}}}`,
    usual,
  ]),
  chat('sends metadata that is a circle', 'fcircle', [
    `const m = {}; m.m = m; ${opened}yield {type: 'text-end', index: 5, providerMetadata: {x: m}}`,
    usual,
  ]),
  chat('counts in BigInt, NaN and less than nothing', 'fusage', [
    `yield {type: 'usage-update', usage: {input: 5n, output: NaN, inputCacheRead: -5, raw: {n: 5n}}}`,
    usual,
  ]),
  chat('sends a text that changes', 'fchanging', [
    `let n = 0; ${opened}yield {type: 'text-delta', index: 5, get text() { return n++ === 0 ? 'a' : 7 }}${closed}`,
    {answers: 'afrom the plugin\n'},
  ]),
  chat('sends things that are no events', 'fodd', [`yield null; yield 7; yield 'x'; yield []; yield () => {}`, usual]),
]

export const CHANGERS: readonly Hostile[] = [
  chat('aborts the process', 'gabort', ['process.abort()', failed(/it called process\.abort\(\)/)]),
  chat('kills the process', 'gkill', [`process.kill(process.pid, 'SIGKILL')`, failed(/it called process\.kill\(/)]),
  module('pollutes prototypes', 'gproto', [
    moduleOf(`Object.prototype.polluted = 'yes'; Array.prototype.map = null`),
    started(/it changed Object\.prototype\.polluted, Array\.prototype\.map/),
  ]),
  module('takes JSON.parse away', 'gjson', [moduleOf('JSON.parse = () => ({})'), started(/it changed JSON\.parse/)]),
  module('replaces fetch, console and the ends of the process', 'gprocess', [
    moduleOf(
      `globalThis.fetch = () => { throw 1 }; console.log = () => {}; process.exit = () => {}; process.stdout.write = () => true; process.emit = () => false; process.chdir('/')`,
    ),
    {answers: 'fine\n'},
  ]),
  module('writes to the descriptor of standard output', 'gwrite', [
    moduleOf(`import {writeSync} from 'node:fs'\nwriteSync(1, 'welcome\\n')`),
    {answers: 'fine\n'},
  ]),
  module('keeps standard input and a timer', 'gstdin', [
    moduleOf('process.stdin.resume(); setInterval(() => {}, 10)'),
    {answers: 'fine\n'},
  ]),
  module('removes every listener and sets the exit code', 'gexit', [
    moduleOf('process.removeAllListeners(); process.exitCode = 9'),
    {answers: 'fine\n'},
  ]),
  chat('pollutes prototypes while it answers', 'glate', [
    'Object.prototype.polluted = 1; Array.prototype.at = null',
    usual,
  ]),
]

export const SHAPES: readonly Hostile[] = [
  module('gives no stream', 'snone', [
    `export const createProvider = () => ({id: 'x', chat: () => undefined, ${VALIDATE}})`,
    failed(/chat\(\) gave no stream/),
  ]),
  module('has a chat that throws when it is looked at', 'sgetter', [
    `export const createProvider = () => ({id: 'x', get chat() { throw new Error('no chat') }, ${VALIDATE}})`,
    started(/no chat/),
  ]),
  module('makes a proxy that throws', 'sproxy', [
    `export const createProvider = () => new Proxy({}, {get() { throw new Error('no entry') }})`,
    started(/no entry/),
  ]),
  module('makes nothing', 'snull', ['export const createProvider = () => null', started(/returned no provider/)]),
  module('throws nothing when it is made', 'sthrow', [
    'export const createProvider = () => { throw null }',
    started(/failed to start: null/),
  ]),
  module('never settles when it is made', 'sthen', [
    'export const createProvider = () => ({then() {}})',
    started(/took more than 5 s/),
  ]),
  module('never settles when it is imported', 'simport', [
    'await new Promise(() => {})\nexport const createProvider = () => null',
    started(/took more than 5 s/),
  ]),
  module('never goes', 'sdispose', [moduleOf('', 'dispose: () => new Promise(() => {})'), {answers: 'fine\n'}]),
  module('throws when it goes', 'sgone', [moduleOf('', 'dispose: () => { throw null }'), {answers: 'fine\n'}]),
]

/** What other commands than a chat ask of a plugin. */
export const LISTERS: ReadonlyArray<Omit<Hostile, 'outcome'> & {args: string[]; says: RegExp; exit: number}> = [
  {
    that: 'never says what models there are',
    id: 'lhang',
    plugin: codePlugin('lhang', moduleOf('', 'listModels: () => new Promise(() => {})')),
    args: ['model:list', 'lhang'],
    says: /no whole answer within 5 s/,
    exit: 5,
  },
  {
    that: 'lists things that are no models',
    id: 'lodd',
    plugin: codePlugin(
      'lodd',
      moduleOf(
        '',
        String.raw`listModels: async () => [null, 7, {id: 5}, {id: '\u001b[2J'}, {id: 'one', price: {input: 'x'}}]`,
      ),
    ),
    args: ['model:list', 'lodd'],
    says: /^\s+MODEL\n\s+one +price unknown\n$/,
    exit: 0,
  },
  {
    that: 'lists two million models',
    id: 'lmany',
    plugin: codePlugin(
      'lmany',
      moduleOf('', `listModels: async () => Array.from({length: 2e6}, (_, i) => ({id: 'm' + i}))`),
    ),
    args: ['model:list', 'lmany', '--json'],
    says: /"m9999"(?![\s\S]*"m10000")/,
    exit: 0,
  },
  {
    that: 'never says whether it works',
    id: 'vhang',
    plugin: codePlugin('vhang', moduleOf('').replace(VALIDATE, 'validateConnection: () => new Promise(() => {})')),
    args: ['provider:test', 'vhang', '-m', 'm'],
    says: /no whole answer within 5 s/,
    exit: 5,
  },
  {
    that: 'says nothing about whether it works',
    id: 'vnull',
    plugin: codePlugin('vnull', moduleOf('').replace(VALIDATE, 'validateConnection: async () => null')),
    args: ['provider:test', 'vnull', '-m', 'm'],
    says: /gave no report/,
    exit: 5,
  },
]

const setting = (schema: object) => ({
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: {path: {type: 'string', description: 'd', ...schema}},
  },
})
const header = (id: string, path: string, links: Record<string, string> = {}): Hostile['plugin'] => ({
  name: `vibe-${id}`,
  files: {
    'package.json': JSON.stringify({
      name: `vibe-${id}`,
      version: '1.0.0',
      type: 'module',
      oclif: {},
      vibe: {apiVersion: 1, providers: [path]},
    }),
    'sub/m.json': manifestOf(id),
  },
  links,
})
const data = (id: string, changes: object, text?: string): Hostile['plugin'] => {
  const plugin = codePlugin(id, moduleOf(''), changes)
  return text === undefined ? plugin : {...plugin, files: {...plugin.files, 'vibe.provider.json': text}}
}

/** Each is listed in one line by the commands that touch providers: what it is listed under, and why. */
export const MANIFESTS: ReadonlyArray<{plugin: UserPlugin; says: RegExp}> = [
  {plugin: header('pup', './../vibe-plink/sub/m.json'), says: /manifest-invalid: .*leads outside the package/},
  {plugin: header('pfar', '../../x.json'), says: /manifest-invalid: .*must hold paths like/},
  {plugin: header('pabsolute', '/etc/passwd'), says: /manifest-invalid: .*must hold paths like/},
  {plugin: header('pfolder', './sub'), says: /manifest-invalid: .*is not a file/},
  {
    plugin: header('pdevice', './d.json', {'d.json': '/dev/zero'}),
    says: /manifest-invalid: .*leads outside the package/,
  },
  {plugin: header('plink', './l.json', {'l.json': '../vibe-pup/sub/m.json'}), says: /leads outside the package/},
  {plugin: data('eup', {entry: {module: './../evil.js'}}), says: /manifest-invalid: entry\.module/},
  {plugin: data('eurl', {entry: {module: 'https://evil.example/x.js'}}), says: /manifest-invalid: entry\.module/},
  {plugin: data('eencoded', {entry: {module: './%2e%2e/evil.js'}}), says: /manifest-invalid: entry\.module/},
  {plugin: data('ebuiltin', {entry: {module: 'node:fs'}}), says: /manifest-invalid: entry\.module/},
  {plugin: data('bdeep', {}, '['.repeat(200_000) + ']'.repeat(200_000)), says: /nested more than/},
  {plugin: data('bwide', setting({enum: Array.from({length: 50_000}, (_, n) => `v${n}`)})), says: /50000 members/},
  {plugin: data('bslow', setting({pattern: '^(a+)+$'})), says: /takes too long/},
  {plugin: data('bslower', setting({pattern: '(x+x+)+y', default: 'x'.repeat(40)})), says: /takes too long/},
  {
    plugin: data('bproto', {}, manifestOf('bproto').replace('"settings":{', '"__proto__":{"a":1},"settings":{')),
    says: /__proto__/,
  },
  {
    plugin: data('bclass', {
      settings: {
        type: 'object',
        additionalProperties: false,
        properties: {constructor: {type: 'string', description: 'd'}},
      },
    }),
    says: /"constructor"/,
  },
  {plugin: data('iturned', {name: 'Open\u202eAI'}), says: /manifest-invalid: name/},
  ...['open-ai', 'openal', 'lm-studio'].map((id, place) => ({
    plugin: data(`ilike${place}`, {id}),
    says: new RegExp(`id-reserved: the id "${id}" looks like that of vibe-provider-`),
  })),
  ...['OpenAI', 'оpenai', 'openai\u200b', '__proto__', '../x', 'a\u001b[2J', 'constructor', 'env'].map((id, place) => ({
    plugin: data(`iodd${place}`, {id}),
    says: /manifest-invalid: id /,
  })),
]

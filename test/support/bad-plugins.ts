import {chatPlugin, manifestOf, packageJson, type UserPlugin} from './user-plugins.ts'

/** How one way of being bad looks from outside. */
export type BadPlugin = {
  /** "a plugin …" */
  that: string
  plugin: UserPlugin
  /** The provider id to ask for; absent where it offers none that could be asked for. */
  id?: string
  /** What `vibe run -p ID` says, and its exit code; absent when it works after all. */
  fails?: {says: RegExp; exit: number}
  /** What every command but `--version` says on stderr because of it, as one line; nothing by default. */
  costs?: RegExp
}

const HOOK = `export default async function () { process.stdout.write('hooked\\n'); process.exit(7) }\n`
const HOOKS = Object.fromEntries(
  ['init', 'prerun', 'postrun', 'preparse', 'command_not_found', 'command_incomplete', 'finally'].map((name) => [
    name,
    './hook.js',
  ]),
)
const SHADOW = `import {writeSync} from 'node:fs'
export default class Shadow { static id = 'run'; static async run() { writeSync(1, 'shadow\\n') } }
`

const provider = (name: string, id: string, files: Record<string, string>): UserPlugin => ({
  name,
  files: {'package.json': packageJson(name), 'vibe.provider.json': manifestOf(id), ...files},
})
const fixture = (name: string): UserPlugin => ({name: `fixture-${name}`, fixture: name})
/** A fixture whose service needs no key. */
const keyless = (name: string): UserPlugin => ({...fixture(name), files: {'vibe.provider.json': manifestOf(name)}})

/** What is wrong before any code of it could run. */
export const BAD_PACKAGES: readonly BadPlugin[] = [
  {
    that: 'has a broken package.json',
    plugin: {name: 'vibe-torn', files: {'package.json': '{"name": '}},
    costs: /vibe-torn/,
  },
  {that: 'lacks its folder', plugin: {name: 'vibe-gone'}, costs: /vibe-gone.*its folder is missing/},
  {
    that: 'has a manifest that is no JSON',
    plugin: fixture('broken-json'),
    id: 'fixture-broken-json',
    fails: {says: /manifest-invalid.*is not JSON/, exit: 3},
  },
  {
    that: 'has a manifest of 10 MB',
    plugin: provider('vibe-vast', 'vast', {
      'vibe.provider.json': manifestOf('vast', {description: 'x'.repeat(10_000_000)}),
    }),
    id: 'vibe-vast',
    fails: {says: /manifest-invalid/, exit: 3},
  },
  {
    that: 'leads out of its folder by a link',
    plugin: {
      name: 'vibe-escape',
      files: {'package.json': packageJson('vibe-escape')},
      links: {'vibe.provider.json': '/etc/passwd'},
    },
    id: 'vibe-escape',
    fails: {says: /manifest-invalid/, exit: 3},
  },
  {
    that: 'leads out of its folder by its entry',
    plugin: {...provider('vibe-reach', 'reach', {}), links: {'index.js': '/etc/hostname'}},
    id: 'reach',
    fails: {says: /manifest-invalid.*entry\.module/, exit: 3},
  },
  {
    that: 'would pollute prototypes',
    plugin: fixture('polluting-prototype'),
    id: 'polluting-prototype',
    fails: {says: /manifest-invalid.*__proto__/, exit: 3},
  },
  {that: 'poses as openai', plugin: fixture('reserved-id')},
  {that: 'poses as the environment', plugin: fixture('env-id')},
  {
    that: 'speaks contract 99',
    plugin: fixture('api-99'),
    id: 'fixture-api-99',
    fails: {says: /api-unsupported/, exit: 3},
  },
  {
    that: 'declares hooks that write and exit',
    plugin: {
      name: 'vibe-hooked',
      files: {
        'package.json': packageJson('vibe-hooked', {hooks: HOOKS}),
        'vibe.provider.json': manifestOf('hooked'),
        'hook.js': HOOK,
        'index.js': HOOK,
      },
    },
    id: 'hooked',
    fails: {says: /hooks-declared/, exit: 3},
  },
  {
    that: 'declares commands that shadow ours',
    plugin: {
      name: 'vibe-shadow',
      files: {
        'package.json': packageJson('vibe-shadow', {commands: './commands'}),
        'vibe.provider.json': manifestOf('shadow'),
        'commands/run.js': SHADOW,
        'commands/provider/list.js': SHADOW,
        'commands/plugins/index.js': SHADOW,
        'commands/plugins/uninstall.js': SHADOW,
        'index.js': SHADOW,
      },
    },
    id: 'shadow',
    fails: {says: /hooks-declared.*commands/, exit: 3},
  },
]

const silent = chatPlugin('vibe-greets', 'greets', '')
const greeting: UserPlugin = {
  ...silent,
  files: {
    ...silent.files,
    'index.js': `console.log('welcome')\nprocess.stdout.write('hooked\\n')\n${silent.files?.['index.js'] ?? ''}`,
  },
}

/** What is wrong with its code, which runs only for who asks for it. */
export const BAD_CODE: readonly BadPlugin[] = [
  {
    that: 'throws when it is imported',
    plugin: keyless('throws-on-import'),
    id: 'throws-on-import',
    fails: {says: /failed to start/, exit: 3},
  },
  {
    that: 'ends the process when it is imported',
    plugin: keyless('exits-on-import'),
    id: 'exits-on-import',
    fails: {says: /failed to start: it called process\.exit/, exit: 3},
  },
  {
    that: 'hangs when it is imported',
    plugin: keyless('hangs-on-import'),
    id: 'hangs-on-import',
    fails: {says: /failed to start: starting it took more than 5 s/, exit: 3},
  },
  {
    that: 'writes to stdout when it is imported',
    plugin: greeting,
    id: 'greets',
  },
  {
    that: 'ends the process during a chat',
    plugin: chatPlugin('vibe-quits', 'quits', '    process.exit(0)'),
    id: 'quits',
    fails: {says: /vibe-quits failed: it called process\.exit\(0\)/, exit: 5},
  },
  {
    that: 'ends the process from a timer during a chat',
    plugin: chatPlugin(
      'vibe-quits-later',
      'quits-later',
      '    setTimeout(() => process.exit(0), 20); await new Promise(() => {})',
    ),
    id: 'quits-later',
    fails: {says: /vibe-quits-later failed: it called process\.exit\(0\)/, exit: 5},
  },
  {
    that: 'rejects in the background during a chat',
    plugin: chatPlugin(
      'vibe-rejects',
      'rejects',
      `    setTimeout(() => void Promise.reject('stray'), 20); await new Promise(() => {})`,
    ),
    id: 'rejects',
    fails: {says: /vibe-rejects failed: .*stray/, exit: 5},
  },
  {
    that: 'rejects after its answer',
    plugin: chatPlugin(
      'vibe-rejects-late',
      'rejects-late',
      `    setTimeout(() => void Promise.reject(new Error('too late')), 0)`,
    ),
    id: 'rejects-late',
  },
  {
    that: 'writes to stdout during a chat',
    plugin: chatPlugin('vibe-chatty', 'chatty', `    console.log('{"type":"result"}'); process.exitCode = 9`),
    id: 'chatty',
  },
  {
    that: 'blocks for 2 s',
    plugin: chatPlugin('vibe-blocks', 'blocks', '    for (const end = Date.now() + 2000; Date.now() < end;);'),
    id: 'blocks',
  },
  {
    that: 'floods with events',
    plugin: chatPlugin('vibe-floods', 'floods', `    for (;;) yield {type: 'nonsense'}`),
    id: 'floods',
    fails: {says: /vibe-floods/, exit: 5},
  },
]

import {homedir, hostname} from 'node:os'
import {TEST_KEY} from '../../context.ts'
import {startScriptedServer, type RecordedRequest} from '../../scripted-server.ts'
import {demand, Skip} from '../check.ts'
import {manifestContext} from '../subjects.ts'
import type {Bench} from './bench.ts'
import {same, show, whole} from './demands.ts'
import type {Scenario} from './scenario.ts'

/** Where requests go and what they carry of the user's. */
export const identity: readonly Scenario[] = [
  {
    id: 'key-header',
    title: 'the key is sent in its header and nowhere else',
    mend: 'Send the key where context.authHeader says, else where the service wants it; never in the address or the body.',
    run: async (bench) => {
      const {dialect, serve, subject} = bench
      withKey(bench)
      const {ask, chats} = await serve(() => dialect().reply({text: 'ok'}))
      whole(await ask())
      const [sent] = chats()
      const carriers = keyHeaders(sent)
      const allowed = manifestContext(subject).authHeader?.name.toLowerCase()
      const wanted = allowed === undefined ? dialect().keyHeaders : [allowed]
      demand(
        carriers.length === 1 && wanted.includes(carriers[0] ?? ''),
        `the key in ${wanted.join(' or ')}`,
        `it in ${carriers.join(', ') || 'no header'}`,
      )
      demand(sent?.path.includes(TEST_KEY) === false, 'an address without the key', sent?.path ?? '')
      demand(!sent.body.includes(TEST_KEY), 'a body without the key', 'a body with it')
    },
  },
  {
    id: 'key-fresh',
    title: 'each call asks for the key as it is then',
    mend: 'Await context.credential in each call; a key that was kept is wrong once it is renewed.',
    run: async (bench) => {
      withKey(bench)
      const {dialect, serve} = bench
      let number = 0
      const credential = async () => ({kind: 'api-key', value: `${TEST_KEY}-${++number}`}) as const
      const {ask, chats} = await serve(() => dialect().reply({text: 'ok'}), {credential})
      whole(await ask())
      whole(await ask())
      const last = Object.values(chats()[1]?.headers ?? {}).some((value) => value.includes(`${TEST_KEY}-${number}`))
      demand(
        number >= 2 && last,
        'the second key in the second call',
        number < 2 ? 'the key asked for once' : 'an older one',
      )
    },
  },
  {
    id: 'no-key',
    title: 'without a key none is made up',
    mend: 'Leave the header away when the credential is none: "Bearer undefined" helps nobody.',
    run: async ({dialect, serve}) => {
      const {ask, chats} = await serve(() => dialect().reply({text: 'ok'}), {credential: async () => ({kind: 'none'})})
      await ask()
      const values = Object.values(chats()[0]?.headers ?? {})
      const odd = values.find((value) => /\b(undefined|null|\[object)\b/.test(value))
      demand(odd === undefined, 'headers without a key', show(odd))
    },
  },
  {
    id: 'user-headers',
    title: "the user's own headers are sent, and win",
    mend: 'Set options.headers last, whatever the case of their names.',
    run: async (bench) => {
      const {dialect, serve} = bench
      const {ask, chats} = await serve(() => dialect().reply({text: 'ok'}))
      whole(await ask())
      const [carrier] = keyHeaders(chats()[0])
      const own: Record<string, string> = {'X-Acme-Team': 'blue', 'User-Agent': 'mine/1'}
      if (carrier !== undefined) own[carrier.toUpperCase()] = 'Bearer of-the-user'
      whole(await ask({options: {headers: own}}))
      const sent = chats()[1]?.headers ?? {}
      for (const [name, value] of Object.entries(own)) same(sent[name.toLowerCase()], value, name.toLowerCase())
    },
  },
  {
    id: 'user-agent',
    title: 'it says that it is vibe',
    mend: 'Send context.userAgent as the user-agent header.',
    run: async ({dialect, serve}) => {
      const {ask, chats} = await serve(() => dialect().reply({text: 'ok'}), {userAgent: 'vibe-conformance/7'})
      whole(await ask())
      same(chats()[0]?.headers['user-agent'], 'vibe-conformance/7', 'user-agent')
    },
  },
  {
    id: 'anonymous',
    title: 'nothing is told of the machine and who uses it',
    mend: 'Send neither names nor paths of the machine: only what the request and the user ask for.',
    run: async ({dialect, serve}) => {
      const {ask, chats} = await serve(() => dialect().reply({text: 'ok'}))
      whole(await ask())
      const {headers = {}, body = ''} = chats()[0] ?? {}
      const sent = `${Object.values(headers).join('\n')}\n${body}`
      const told = [homedir(), process.cwd(), hostname()].find((name) => name.length > 3 && sent.includes(name))
      demand(told === undefined, 'a request without names of this machine', told ?? '')
    },
  },
  {
    id: 'redirect',
    title: 'a redirect to another address is not followed',
    mend: "Set redirect: 'manual' (or followRedirect: false): the key and the conversation go only where the user said.",
    run: async ({dialect, serve}) => {
      const other = await startScriptedServer(() => dialect().reply({text: 'stolen'}))
      try {
        const {ask} = await serve(({path}) => ({status: 307, headers: {location: `${other.url}${path}`}, steps: []}))
        const told = await ask()
        same(other.requests.length, 0, 'the number of requests to the other address')
        demand(told.end === 'thrown', 'an error', 'an answer')
      } finally {
        await other.close()
      }
    },
  },
  {
    id: 'endpoint-path',
    title: 'an endpoint with a path of its own is kept whole',
    mend: "Append to context.endpoint; new URL('/path', endpoint) throws the endpoint's own path away.",
    run: async ({dialect, serve, context, open, listen}) => {
      const {server, chats} = await serve(() => dialect().reply({text: 'ok'}))
      const path = `/tenant/blue${dialect().base}`
      const provider = await open(context(`${server.url}${path}`))
      whole(await listen(provider))
      const [sent] = chats()
      demand(sent?.path.startsWith(`${path}/`) === true, `a path that begins with ${path}/`, sent?.path ?? 'no request')
      demand(!sent.path.includes('//'), 'a path without //', sent.path)
    },
  },
  {
    id: 'lazy',
    title: 'making the provider neither connects nor asks for the key',
    mend: 'Do nothing in createProvider that can wait: every start of vibe would.',
    run: async ({dialect, serve}) => {
      let asked = 0
      const credential = async () => {
        asked++
        return {kind: 'none'} as const
      }
      const {server} = await serve(() => dialect().reply({text: 'ok'}), {credential})
      same({requests: server.requests.length, asked}, {requests: 0, asked: 0}, 'before the first call')
    },
  },
]

function withKey({hasKey}: Bench): void {
  if (!hasKey) throw new Skip('it is used without a key')
}

/** The names of the headers that carry the key. */
function keyHeaders(request: RecordedRequest | undefined): string[] {
  return Object.entries(request?.headers ?? {})
    .filter(([, value]) => value.includes(TEST_KEY))
    .map(([name]) => name)
}

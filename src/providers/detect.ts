import type {Environment} from '../paths.ts'
import type {Registry} from './types.ts'

/** A key that lies in the environment under a name some provider's manifest claims. Only its end is ever shown. */
export type FoundKey = {type: string; providerName: string; variable: string; masked: string}

/** A model server that answers on this machine. */
export type FoundServer = {kind: 'ollama' | 'lm-studio' | 'local'; endpoint: string; models: string[]}

const PROBE_MS = 400
const LARGEST_ANSWER = 1_000_000
const PLACES = [
  {kind: 'ollama', origin: 'http://127.0.0.1:11434', path: '/api/tags'},
  {kind: 'lm-studio', origin: 'http://127.0.0.1:1234', path: '/v1/models'},
  {kind: 'local', origin: 'http://127.0.0.1:8080', path: '/v1/models'},
] as const

export type Place = {kind: FoundServer['kind']; origin: string; path: string}

/** Keys in the environment that an installed provider would use, one for each provider, by the provider's name. */
export function findKeys(env: Environment, registry: Registry): FoundKey[] {
  const found: FoundKey[] = []
  for (const entry of registry.entries) {
    if (entry.state !== 'ok' || !entry.manifest) continue
    const variables = entry.manifest.auth.flatMap((method) => (method.kind === 'api-key' ? method.env : []))
    const variable = variables.find((name) => (env[name]?.trim().length ?? 0) >= 10)
    const value = variable === undefined ? undefined : env[variable]?.trim()
    if (variable === undefined || value === undefined) continue
    found.push({type: entry.id, providerName: entry.manifest.name, variable, masked: `…${value.slice(-4)}`})
  }
  return found.toSorted((left, right) => left.providerName.localeCompare(right.providerName))
}

/**
 * Asks the three usual local ports at once; each answer has 400 ms. Nothing is started and nothing leaves this machine.
 * @param places other addresses to ask, for tests
 */
export async function probeLocalServers(
  signal: AbortSignal,
  places: readonly Place[] = PLACES,
): Promise<FoundServer[]> {
  const answers = await Promise.all(places.map((place) => probe(place, signal)))
  return answers.filter((answer) => answer !== undefined)
}

async function probe(place: Place, signal: AbortSignal): Promise<FoundServer | undefined> {
  const http = process.getBuiltinModule('node:http')
  return new Promise((resolve) => {
    const timed = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)])
    const nothing = () => resolve(undefined)
    const request = http.get(`${place.origin}${place.path}`, {signal: timed, agent: false}, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
        if (body.length > LARGEST_ANSWER) request.destroy()
      })
      response.on('error', nothing)
      response.on('close', nothing)
      response.on('end', () => resolve(response.statusCode === 200 ? read(place, body) : undefined))
    })
    request.on('error', nothing)
  })
}

function read(place: Place, body: string): FoundServer | undefined {
  const models = modelIds(body)
  return models && {kind: place.kind, endpoint: place.kind === 'ollama' ? place.origin : `${place.origin}/v1`, models}
}

/** Model names in Ollama's or OpenAI's list; undefined when the answer is neither, so that a web server is not offered. */
function modelIds(body: string): string[] | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return undefined // Some other program listens on this port.
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const list = 'models' in parsed ? parsed.models : 'data' in parsed ? parsed.data : undefined
  if (!Array.isArray(list)) return undefined
  return list
    .map((item: {id?: unknown; name?: unknown} | null) => item?.id ?? item?.name)
    .filter((id) => typeof id === 'string')
}

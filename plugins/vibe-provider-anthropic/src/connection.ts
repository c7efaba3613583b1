import type Anthropic from '@anthropic-ai/sdk'
import {ProviderError, type CallOptions, type Credential, type JsonObject, type ProviderContext} from 'vibe-plugin-api'
import type {Failing} from './errors.ts'
import {guardedFetch} from './guarded-fetch.ts'
import {CURRENT_VERSION} from './request.ts'

/** The longest timer there is: waiting is measured by the core. */
const NO_TIMEOUT = 2_147_483_647
const OLDER_VERSION = '2023-06-01'

export type Connection = {client: Anthropic; secret: string | undefined}

/** The setting, or for data-only manifests the quirk of the same meaning. */
export function apiVersionOf({settings, quirks}: ProviderContext): string {
  const chosen = settings['apiVersion']
  if (typeof chosen === 'string') return chosen
  return quirks.includes(`anthropic-${OLDER_VERSION}`) ? OLDER_VERSION : CURRENT_VERSION
}

/** Opens a client for one call; `failing` learns the key as soon as it is known, so that no error can show it. */
export async function connect(context: ProviderContext, options: CallOptions, failing: Failing): Promise<Connection> {
  const [{default: Client}, credential] = await Promise.all([
    import('@anthropic-ai/sdk'),
    unlessAborted(context.credential(options.signal), options.signal),
  ])
  const secret = secretOf(credential)
  failing.secret = secret
  const headers = headersFor(context, {secret, credential, more: options.headers})
  const client = new Client({
    // Any key keeps the SDK from looking for credentials of its own; the real one is among the headers below.
    apiKey: 'unused',
    baseURL: context.endpoint.replace(/\/+$/, '').replace(/\/v1$/, ''),
    maxRetries: 0,
    timeout: NO_TIMEOUT,
    logger: SILENT,
    logLevel: 'off',
    openTelemetry: false,
    fetch: guardedFetch({fetch: context.fetch, headers, onBytes: () => options.onActivity?.(), host: failing.host}),
  })
  return {client, secret}
}

const nothing = () => undefined
/** The SDK prints what it cannot parse, even with its log level off. */
const SILENT = {error: nothing, warn: nothing, info: nothing, debug: nothing}

function secretOf(credential: Credential): string | undefined {
  if (credential.kind === 'api-key') return credential.value
  return credential.kind === 'oauth' ? credential.accessToken : undefined
}

function headersFor(
  context: ProviderContext,
  {
    secret,
    credential,
    more,
  }: {secret: string | undefined; credential: Credential; more: Record<string, string> | undefined},
): Headers {
  const version = apiVersionOf(context)
  const headers = new Headers({'user-agent': context.userAgent, 'anthropic-version': version})
  if (secret !== undefined) {
    if (!/^[\x21-\x7e]+$/.test(secret)) {
      throw new ProviderError({
        code: 'auth-invalid',
        message: 'The key holds characters that cannot be sent.',
        hint: `Give it again with: vibe provider:update ${context.instanceId} --key-stdin`,
        retryable: false,
      })
    }
    const own =
      credential.kind === 'api-key' && version === OLDER_VERSION
        ? {name: 'x-api-key', scheme: 'none'}
        : {name: 'authorization', scheme: 'Bearer'}
    const {name, scheme} = context.authHeader ?? own
    headers.set(name, scheme === 'none' ? secret : `${scheme} ${secret}`)
  }
  for (const [name, value] of Object.entries(more ?? {})) headers.set(name, value)
  return headers
}

/** A keychain or a command may take its time; an abort need not wait for it. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, {once: true})
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    if (stop) signal.removeEventListener('abort', stop)
  }
}

/** @returns what a POST to the service yields; the typed methods of the SDK print warnings, this one does not */
export function post(
  client: Anthropic,
  path: string,
  how: {body: JsonObject; signal: AbortSignal; stream: boolean},
): Promise<unknown> {
  return client.post(path, how)
}

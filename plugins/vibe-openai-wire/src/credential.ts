import type {ProviderContext} from 'vibe-plugin-api'

/** @returns the secret to send, undefined when the service is used without one; asked for anew with each call */
export async function keyOf(context: ProviderContext, signal: AbortSignal): Promise<string | undefined> {
  const credential = await untilAborted(context.credential(signal), signal)
  if (credential.kind === 'api-key') return credential.value
  return credential.kind === 'oauth' ? credential.accessToken : undefined
}

/** @returns the header that carries the secret: what the manifest says, else a bearer token */
export function keyHeader({authHeader}: ProviderContext, key: string): {name: string; value: string} {
  const {name, scheme} = authHeader ?? {name: 'authorization', scheme: 'Bearer'}
  return {name: name.toLowerCase(), value: headerValue(scheme, key)}
}

/** Rejects with the signal's reason as soon as it aborts, whatever the work does. */
async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>()
  const stop = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', stop, {once: true})
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Basic wants `user:password` encoded; a key without a colon counts as encoded already. */
function headerValue(scheme: 'Bearer' | 'Basic' | 'none', key: string): string {
  if (scheme === 'none') return key
  if (scheme === 'Bearer') return `Bearer ${key}`
  return `Basic ${key.includes(':') ? Buffer.from(key).toString('base64') : key}`
}

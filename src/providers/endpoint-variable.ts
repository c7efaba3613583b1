import {checkEndpoint} from '../config/endpoint.ts'
import {VibeError} from '../errors.ts'

/**
 * The address in a service's own environment variable. Local servers also take `host:port`, `host` or `:port`, of which
 * the rest is completed from the usual address; an address to listen on everywhere is reached on this machine.
 * @param usual the manifest's default address
 * @throws VibeError `endpoint-invalid` (exit 3) that names the variable
 */
export function endpointFromVariable(text: string, variable: string, usual: string): string {
  try {
    return checkEndpoint(usual.startsWith('http:') ? completed(text, new URL(usual)) : text).url
  } catch (error) {
    if (!(error instanceof VibeError)) throw error
    throw new VibeError({...error, message: error.message, origin: variable})
  }
}

function completed(text: string, usual: URL): string {
  if (text.includes('://')) return text
  const [, host = '', port = '', path = ''] = /^(\[[^\]]*\]|[^:/]*)(:\d{1,5})?(\/.*)?$/.exec(text) ?? []
  if (host === '' && port === '') return text
  const usualPort = usual.port === '' ? '' : `:${usual.port}`
  const everywhere = host === '' || host === '0.0.0.0' || host === '[::]'
  return `${usual.protocol}//${everywhere ? usual.hostname : host}${port === '' ? usualPort : port}${path}`
}

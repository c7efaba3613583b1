import {isLocalAddress} from '../addresses.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

export type EndpointType = 'openai' | 'anthropic' | 'ollama' | 'lm-studio' | 'local' | 'generic'

export type Endpoint = {
  /** Absolute, without a trailing slash. */
  url: string
  type: EndpointType
  /** On this machine or a private network: needs no key and is allowed offline. */
  local: boolean
}

/**
 * @param options.insecure accept plain http also to an address that is not local
 * @throws VibeError `endpoint-invalid` (exit 3) with the reason
 */
export function checkEndpoint(text: string, options: {insecure?: boolean} = {}): Endpoint {
  const url = parse(text.trim().replace(/^(["'])(.*)\1$/, '$2'))
  const local = isLocalAddress(url.hostname)
  if (url.protocol === 'http:' && !local && !options.insecure) {
    throw invalid(
      `${url.origin} is plain http: everyone on the way could read the key and the code`,
      'Use https, or accept it with --insecure',
    )
  }
  return {url: url.href.replace(/\/+$/, ''), type: typeOf(url, local), local}
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    const bare = /^[\w.-]+(?::\d+)?(?:\/\S*)?$/.test(text)
    throw invalid(
      'The endpoint is not an http or https URL',
      bare
        ? `Write it whole: ${/^(?:localhost|127\.)/.test(text) ? 'http' : 'https'}://${text}`
        : 'Write it like https://host/v1',
    )
  }
  if (url.username !== '' || url.password !== '')
    throw invalid(
      `The endpoint at ${url.host} holds a user name or password`,
      'Give the key apart: --key-stdin, --key-env or --key-command',
    )
  if (url.search !== '' || url.hash !== '')
    throw invalid(
      `The endpoint ${url.origin}${url.pathname} has a part after ? or #, but paths are added at its end`,
      'Leave that part out',
    )
  return url
}

function typeOf(url: URL, local: boolean): EndpointType {
  if (url.hostname === 'api.openai.com') return 'openai'
  if (url.hostname === 'api.anthropic.com') return 'anthropic'
  if (url.port === '11434') return 'ollama'
  if (!local) return 'generic'
  return url.port === '1234' ? 'lm-studio' : 'local'
}

function invalid(message: string, hint: string): VibeError {
  return new VibeError({code: 'endpoint-invalid', message, hint, exit: ExitCode.notSetUp})
}

import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Environment} from '../paths.ts'

const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const
/** A local model server behind a proxy cannot be reached: Node would send even these there. */
const NEVER_PROXIED = 'localhost,.localhost,127.0.0.1,::1,[::1]'

export type ProxySetting = {variable: string; url: string}

/** The proxy variables that are set, lower case first, as every tool that knows them reads them. */
export function proxySettings(env: Environment): ProxySetting[] {
  return VARIABLES.flatMap((variable) => (env[variable] ? [{variable, url: env[variable]}] : []))
}

/** The environment as Node shall read it: loopback is always reached directly. */
export function proxyEnvironment(env: Environment): Record<string, string> {
  const given = env['no_proxy'] || env['NO_PROXY']
  const exceptions = given ? `${NEVER_PROXIED},${given}` : NEVER_PROXIED
  const settings = Object.fromEntries(proxySettings(env).map(({variable, url}) => [variable, url]))
  return {...settings, no_proxy: exceptions, NO_PROXY: exceptions}
}

/**
 * Sends this process's requests (fetch, and Node's default agents, which got uses) through the user's proxy.
 * Loads nothing when no variable asks for it.
 * @returns puts the former state back
 * @throws VibeError when this Node has no proxy support or a variable holds no URL: going around a proxy that the user
 *   asked for would be worse than not going
 */
export function useProxy(env: Environment): () => void {
  const [first] = proxySettings(env)
  if (!first) return () => undefined
  const {setGlobalProxyFromEnv} = process.getBuiltinModule('node:http') as {
    setGlobalProxyFromEnv?: (env: Record<string, string>) => () => void
  }
  if (!setGlobalProxyFromEnv) {
    throw proxyError(
      `Node ${process.versions.node} cannot send requests through a proxy.`,
      first,
      'Use the newest Node 24, or unset the variable.',
    )
  }
  const wrong = proxySettings(env).find(({url}) => !URL.canParse(url))
  if (wrong)
    throw proxyError(
      'The address of the proxy is no URL.',
      wrong,
      `Write it like this: ${wrong.variable}=http://proxy.example.com:3128`,
    )
  return setGlobalProxyFromEnv(proxyEnvironment(env))
}

function proxyError(message: string, {variable}: ProxySetting, hint: string): VibeError {
  return new VibeError({
    code: 'proxy-unusable',
    message,
    origin: `the variable ${variable}`,
    hint,
    exit: ExitCode.notSetUp,
  })
}

/** "HTTPS_PROXY (http://proxy:3128)", without a name and password. */
export function describeProxy({variable, url}: ProxySetting): string {
  return URL.canParse(url) ? `${variable} (${new URL(url).origin})` : variable
}

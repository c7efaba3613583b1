import {readFileSync} from 'node:fs'
import type {Environment} from '../paths.ts'
import {describeProxy, proxySettings, type ProxySetting} from '../net/proxy.ts'
import type {Finding} from './finding.ts'
import {isOpen, type Place} from './place.ts'

const CONNECT_MS = 3_000

export async function checkNetwork({host, workplace, offline}: Place, signal: AbortSignal): Promise<Finding[]> {
  const isOffline = offline || (isOpen(workplace) && workplace.config.values.offlineMode)
  const origin = isOpen(workplace) ? workplace.config.originOf('offlineMode') : undefined
  const why = origin?.file ?? origin?.variable ?? '--offline'
  const mode: Finding = {
    id: 'offline',
    title: 'Offline mode',
    state: 'ok',
    detail: isOffline ? `on (${why}): only local addresses are reached` : 'off',
  }
  const proxies = proxySettings(host.env)
  const found = await Promise.all(proxies.map((proxy) => proxyFinding(proxy, {isOffline, signal})))
  return [mode, ...found, ...exceptionFindings(host.env, proxies), ...certificateFindings(host.env)]
}

async function proxyFinding(
  proxy: ProxySetting,
  {isOffline, signal}: {isOffline: boolean; signal: AbortSignal},
): Promise<Finding> {
  const base = {id: `proxy:${proxy.variable}`, title: 'Proxy'}
  const mend = `unset ${proxy.variable}, or correct it`
  if (!URL.canParse(proxy.url) || !/^https?:$/.test(new URL(proxy.url).protocol))
    return {...base, state: 'error', detail: `${proxy.variable} holds no http or https URL`, mend}
  const name = describeProxy(proxy)
  if (isOffline) return {...base, state: 'skipped', detail: `${name} is not used offline`}
  const problem = await connectProblem(new URL(proxy.url), signal)
  if (problem === undefined)
    return {...base, state: 'ok', detail: `${name} is reachable; requests to services go through it`}
  return {
    ...base,
    state: 'warning',
    detail: `${name} is not reachable (${problem}), and requests to services go through it`,
    mend,
  }
}

/** Only a connection, without a word said. @returns why there is none */
function connectProblem({hostname, port, protocol}: URL, signal: AbortSignal): Promise<string | undefined> {
  const net = process.getBuiltinModule('node:net')
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    const socket = net.connect({
      host,
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
      timeout: CONNECT_MS,
      signal,
    })
    const end = (problem?: string) => {
      socket.destroy()
      resolve(problem)
    }
    socket.on('connect', () => end())
    socket.on('timeout', () => end(`no answer within ${CONNECT_MS / 1000} s`))
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
  })
}

function exceptionFindings(env: Environment, proxies: readonly ProxySetting[]): Finding[] {
  const exceptions = env['no_proxy'] || env['NO_PROXY']
  if (proxies.length === 0) return [{id: 'proxy', title: 'Proxy', state: 'ok', detail: 'none is set'}]
  if (!exceptions) return []
  return [
    {id: 'no-proxy', title: 'Proxy', state: 'ok', detail: `not for ${exceptions.slice(0, 200)}, nor for this machine`},
  ]
}

function certificateFindings(env: Environment): Finding[] {
  const title = 'Certificates'
  const findings: Finding[] = []
  const file = env['NODE_EXTRA_CA_CERTS']
  if (file) {
    const problem = certificateProblem(file)
    const base = {id: 'certificates', title}
    findings.push(
      problem === undefined
        ? {...base, state: 'ok', detail: `NODE_EXTRA_CA_CERTS adds ${file}`}
        : {
            ...base,
            state: 'warning',
            detail: `NODE_EXTRA_CA_CERTS names ${file}, which ${problem}, so it is ignored`,
            mend: 'export NODE_EXTRA_CA_CERTS=FILE with the certificates in PEM form, or unset it',
          },
    )
  }
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    const detail = 'NODE_TLS_REJECT_UNAUTHORIZED=0 lets anyone between you and a service read keys and answers'
    findings.push({
      id: 'certificates:unchecked',
      title,
      state: 'warning',
      detail,
      mend: 'unset NODE_TLS_REJECT_UNAUTHORIZED, and name your own authority in NODE_EXTRA_CA_CERTS',
    })
  }
  return findings
}

function certificateProblem(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1').includes('-----BEGIN CERTIFICATE-----') ? undefined : 'holds no certificate'
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`
  }
}

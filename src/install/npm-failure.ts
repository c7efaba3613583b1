import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {NpmResult} from './npm.ts'

export type Failed = {
  /** What was asked for: "vibe-provider-ollama@^1". */
  subject: string
  /** The registry, path or address it was asked of. */
  from: string
  result: NpmResult
}

type Kind = {code: string; says: string; hint: string; exit: ExitCode}

const LOG_IN = 'npm login --registry URL   (the key is kept in ~/.npmrc), then try again'
const KINDS: ReadonlyArray<[RegExp, Kind]> = [
  [
    /^(E404|ENOVERSIONS|ETARGET)$/,
    {
      code: 'package-not-found',
      says: 'there is no such package or version',
      hint: 'Check the name: vibe plugins install vibe-provider-NAME',
      exit: ExitCode.notSetUp,
    },
  ],
  [
    /^(E401|ENEEDAUTH|EOTP)$/,
    {code: 'registry-login', says: 'the registry asks for a login', hint: LOG_IN, exit: ExitCode.authentication},
  ],
  [
    /^E403$/,
    {
      code: 'registry-refused',
      says: 'the registry refuses it to this login',
      hint: `Ask for access, or: ${LOG_IN}`,
      exit: ExitCode.authentication,
    },
  ],
  [
    /^E407$/,
    {
      code: 'proxy-login',
      says: 'the proxy asks for a login',
      hint: 'Give it to npm: npm config set https-proxy http://NAME:PASSWORD@HOST:PORT',
      exit: ExitCode.authentication,
    },
  ],
  [
    /^E429$/,
    {
      code: 'registry-busy',
      says: 'the registry wants fewer requests',
      hint: 'Try again in a minute',
      exit: ExitCode.unreachable,
    },
  ],
  [
    /^(EINTEGRITY|EBADCHECKSUM)$/,
    {
      code: 'integrity',
      says: 'what arrived is not what the registry announced (wrong checksum)',
      hint: 'Try again; if it stays so, tell whoever runs the registry',
      exit: ExitCode.checkFailed,
    },
  ],
  [
    /^(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|ECONNABORTED)$/,
    {
      code: 'registry-unreachable',
      says: 'the registry cannot be reached',
      hint: 'Check the network and the proxy, or choose another: vibe config:set npm.registry URL',
      exit: ExitCode.unreachable,
    },
  ],
  [
    /^(ETIMEDOUT|ESOCKETTIMEDOUT|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|ERESPONSETIMEOUT|ECONNECTIONTIMEOUT)$|TIMEOUT/,
    {
      code: 'registry-slow',
      says: 'the registry did not answer in time',
      hint: 'Try again later, or choose another: vibe config:set npm.registry URL',
      exit: ExitCode.unreachable,
    },
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_/,
    {
      code: 'registry-certificate',
      says: "the registry's certificate is not trusted",
      hint: 'Name your CA to npm: npm config set cafile FILE   or set NODE_EXTRA_CA_CERTS',
      exit: ExitCode.unreachable,
    },
  ],
  [
    /^(ENOSPC|EDQUOT)$/,
    {
      code: 'disk-full',
      says: 'the disk is full',
      hint: 'Free some space and try again; nothing was changed',
      exit: ExitCode.notSetUp,
    },
  ],
  [
    /^(ERESOLVE|EBADENGINE|EBADPLATFORM|ENOTSUP|EUNSUPPORTEDPROTOCOL|EINVALIDPACKAGENAME|EINVALIDTAGNAME)$/,
    {
      code: 'package-unfit',
      says: 'it does not fit this system or the other plugins',
      hint: 'Try another version of it, or tell its author',
      exit: ExitCode.notSetUp,
    },
  ],
]

/** Codes that npm leaves in its sentence instead of its code. */
const NAMED = /\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EINTEGRITY|ENOSPC|EPIPE|ERR_SOCKET_TIMEOUT)\b/

const OTHER: Kind = {
  code: 'registry-answer',
  says: 'the registry gave no usable answer',
  hint: 'Try again later, or choose another: vibe config:set npm.registry URL',
  exit: ExitCode.unreachable,
}
const LATE: Kind = {
  code: 'registry-slow',
  says: 'it took too long',
  hint: 'Try again later, or choose another: vibe config:set npm.registry URL',
  exit: ExitCode.unreachable,
}

/** What npm failed with, as one sentence with its place and the step that mends it. */
export function npmFailure({subject, from, result}: Failed): VibeError {
  const {code, summary} = errorOf(result)
  const kind = result.state === 'late' ? LATE : kindOf(code, summary)
  const reason = kind === OTHER && summary !== '' ? ` (${summary})` : ''
  return new VibeError({
    code: kind.code,
    message: `Cannot install ${subject}: ${kind.says}${reason}. Nothing was changed.`,
    origin: from,
    hint: kind.hint.replace('URL   (', `${/^https?:/.test(from) ? from : 'URL'}   (`),
    exit: kind.exit,
  })
}

/** The code of npm's error ("E404"), "" for none. */
export function npmErrorCode(result: NpmResult): string {
  return errorOf(result).code
}

function kindOf(code: string, summary: string): Kind {
  const known = KINDS.find(([pattern]) => pattern.test(code))
  if (known) return known[1]
  const isLate = /network timeout|timed out/i.test(summary)
  const named = isLate ? 'ETIMEDOUT' : NAMED.exec(summary)?.[1]
  return KINDS.find(([pattern]) => pattern.test(named ?? ''))?.[1] ?? OTHER
}

function errorOf({stdout, stderr}: NpmResult): {code: string; summary: string} {
  const written = jsonError(stdout) ?? {}
  const [, fromText = ''] = /npm error code (\S+)/.exec(stderr) ?? []
  const code = typeof written.code === 'string' ? written.code : fromText
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.includes('A complete log'))
  const summary = typeof written.summary === 'string' && written.summary !== '' ? written.summary : (lines.at(-1) ?? '')
  // npm stumbles over some answers; what it then says is about its own insides.
  const isInside = /^(?:Cannot |Invalid array|Maximum call|undefined|.* is not (?:iterable|a function))/.test(summary)
  return {code, summary: isInside ? '' : oneLine(summary.replace(/^npm error (?:code )?/, ''))}
}

function jsonError(text: string): {code?: unknown; summary?: unknown} | undefined {
  try {
    const value: unknown = JSON.parse(text.slice(Math.max(0, text.indexOf('{'))))
    const error = typeof value === 'object' && value !== null && 'error' in value ? value.error : undefined
    return typeof error === 'object' && error !== null ? error : undefined
  } catch {
    return undefined // Ended before it had said anything.
  }
}

/** Takes control characters, addresses' passwords and length out of what a registry says. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\/\/[^/@\s]+@/g, '//')
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
}

import {isAbsolute} from 'node:path'
import type {Environment} from '../paths.ts'

/**
 * What a command inherits. A list of what may pass, since no list of what may not is ever complete: places, language,
 * tool chains. Never keys, tokens, agent sockets, or variables that make a program load code (NODE_OPTIONS, BASH_ENV,
 * LD_PRELOAD, PYTHONSTARTUP, GIT_*).
 */
const PASSED = new Set([
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'HOSTNAME',
  'CI',
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'JAVA_HOME',
  'GOPATH',
  'GOROOT',
  'GOBIN',
  'GOFLAGS',
  'CARGO_HOME',
  'RUSTUP_HOME',
  'NVM_DIR',
  'VOLTA_HOME',
  'PNPM_HOME',
  'BUN_INSTALL',
  'PYENV_ROOT',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'RBENV_ROOT',
  'GEM_HOME',
  'GEM_PATH',
  'ANDROID_HOME',
  'ANDROID_SDK_ROOT',
  'DOTNET_ROOT',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
])
const PASSED_ON_WINDOWS = new Set([
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'TEMP',
  'TMP',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
  'HOMEDRIVE',
  'HOMEPATH',
])
const PROXIES = /^(https?|all|no)_proxy$/i

/** No colours, pagers, editors or questions: there is no terminal, and the model reads plain text. */
const FIXED = {TERM: 'dumb', NO_COLOR: '1', PAGER: 'cat', GIT_PAGER: 'cat', GIT_TERMINAL_PROMPT: '0'}

/**
 * CI passes when the user has it but is never set: it turns warnings into errors in some tool chains. Proxies pass so
 * that downloads work, unless a password stands in them. Relative PATH entries would run the project's own programs.
 */
export function shellEnvironment(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const cleaned: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue
    const known =
      PASSED.has(name) || name.startsWith('LC_') || (platform === 'win32' && PASSED_ON_WINDOWS.has(name.toUpperCase()))
    if (known || (PROXIES.test(name) && !value.includes('@'))) cleaned[name] = value
    else if (name === 'PATH' || (platform === 'win32' && name.toUpperCase() === 'PATH'))
      cleaned[name] = absoluteEntries(value, platform)
  }
  return {...cleaned, ...FIXED}
}

function absoluteEntries(path: string, platform: NodeJS.Platform): string {
  const separator = platform === 'win32' ? ';' : ':'
  const absolute = (entry: string) => (platform === 'win32' ? /^[a-z]:[\\/]/i.test(entry) : isAbsolute(entry))
  return path.split(separator).filter(absolute).join(separator)
}

/** `secret`: asks for reading too. `protected`: asks for editing. */
export type Protection = {level: 'secret' | 'protected'; what: string}

const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g
const SHORT_NAME = /^([^~]{1,6})~\d+(\.[^.]{0,3})?$/

const SECRET_FOLDERS = ['.ssh', '.aws', '.gnupg', '.kube', '.docker', '.azure', '.config/gcloud', '.password-store']
const SECRET_FILES = [
  '.npmrc',
  '.netrc',
  '_netrc',
  '.pypirc',
  '.git-credentials',
  '.pgpass',
  '.htpasswd',
  'id_rsa',
  'id_dsa',
  'id_ecdsa',
  'id_ed25519',
]
const SECRET_ENDINGS = ['.pem', '.key', '.p12', '.pfx', '.jks', '.keystore', '.kdbx', '.ppk']
const SAMPLE_ENV = ['.env.example', '.env.sample', '.env.template', '.env.dist']

const PROTECTED_FOLDERS = [
  '.git',
  '.vibe-coder',
  '.vscode',
  '.idea',
  '.husky',
  '.claude',
  '.cursor',
  '.codex',
  '.gemini',
  '.devcontainer',
  'node_modules/.bin',
  '.github/workflows',
  '.venv/bin',
  'venv/bin',
  '.config/fish',
  '.config/git',
  '.local/bin',
]
const PROTECTED_FILES = [
  '.gitattributes',
  '.gitmodules',
  '.gitconfig',
  '.envrc',
  '.mcp.json',
  '.yarnrc',
  '.yarnrc.yml',
  '.pnpmfile.cjs',
  '.bashrc',
  '.bash_profile',
  '.bash_login',
  '.bash_logout',
  '.bash_aliases',
  '.profile',
  '.inputrc',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.zlogin',
  '.zlogout',
  '.kshrc',
  '.cshrc',
  '.tcshrc',
  '.vimrc',
  '.exrc',
]

/**
 * What asks apart wherever it lies: keys, and files that other programs obey.
 * @param path forward slashes; relative to the root when inside it, so that the root's own place does not count
 */
export function protectionOf(path: string): Protection | undefined {
  const segments = path
    .split(/[/\\]/)
    .map(foldSegment)
    .filter((segment) => segment !== '' && segment !== '.')
  const mainStreams = segments.map((segment) => foldSegment(segment.replace(/(.):.*$/s, '$1')))
  return secretOf(segments) ?? secretOf(mainStreams) ?? protectedOf(segments) ?? protectedOf(mainStreams)
}

/** One spelling for all names that a file system may take for the same: case, composition, invisible characters, ends. */
export function foldSegment(segment: string): string {
  if (segment === '.' || segment === '..') return segment
  return segment
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .toLowerCase()
    .replace(/[. ]+$/, '')
    .normalize('NFC')
}

function secretOf(segments: readonly string[]): Protection | undefined {
  const folder = SECRET_FOLDERS.find((name) => hasFolder(segments, name))
  if (folder) return {level: 'secret', what: `${folder} holds keys`}
  for (const segment of segments) {
    const isEnv = sameName(segment, '.env') || segment.startsWith('.env.') || segment.startsWith('.env~')
    if (isEnv && !SAMPLE_ENV.includes(segment)) return {level: 'secret', what: `${segment} may hold secrets`}
    if (SECRET_FILES.some((name) => sameName(segment, name)))
      return {level: 'secret', what: `${segment} may hold secrets`}
    if (SECRET_ENDINGS.some((ending) => segment.endsWith(ending)))
      return {level: 'secret', what: `${segment} looks like a key`}
  }
  return undefined
}

function protectedOf(segments: readonly string[]): Protection | undefined {
  const folder = PROTECTED_FOLDERS.find((name) => hasFolder(segments, name))
  if (folder) return {level: 'protected', what: `${folder} is protected`}
  const file = segments.find((segment) => PROTECTED_FILES.some((name) => sameName(segment, name)))
  return file === undefined ? undefined : {level: 'protected', what: `${file} is protected`}
}

function hasFolder(segments: readonly string[], folder: string): boolean {
  const wanted = folder.split('/')
  return segments.some((_, start) =>
    wanted.every((name, index) => {
      const segment = segments[start + index]
      return segment !== undefined && sameName(segment, name)
    }),
  )
}

/** `git~1` is what Windows calls `.git` in its short form. */
function sameName(segment: string, name: string): boolean {
  if (segment === name) return true
  const short = SHORT_NAME.exec(segment)?.[1]
  return short !== undefined && short.length >= 3 && name.replaceAll('.', '').startsWith(short)
}

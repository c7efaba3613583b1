import {readFileSync} from 'node:fs'
import {join, posix} from 'node:path'
import {demand} from '../check.ts'
import {isObject} from '../read-package.ts'
import type {CheckedPackage} from '../subject.ts'
import type {Shipped} from './shipped-files.ts'

/** A check of what would be published. */
export type FileCheck = {
  id: string
  title: string
  mend: string
  run: (checked: CheckedPackage, shipped: Shipped) => void
}

const MOST_BYTES = 10 * 1024 * 1024
const STRAY = /(^|\/)(\.env(\..*)?|\.npmrc|.*\.pem|.*\.key|id_rsa|id_ed25519)$|(^|\/)(node_modules|\.git)\/|\.tgz$/
const TEXT = /\.(?:[cm]?[jt]s|json|md|txt|ya?ml)$/
/** As services write their keys: none of these is made up by accident. */
const KEY =
  /\b(?:sk-(?:proj-|ant-api\d\d-|or-v1-)?(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{40,}|AIza[\w-]{35}|gsk_\w{40,}|gh[pousr]_\w{36}|npm_\w{36}|xai-\w{60,}|hf_[A-Za-z]{34})\b/
const CONTRACT = 'vibe-plugin-api'

export const fileChecks: readonly FileCheck[] = [
  {
    id: 'files',
    title: 'the published package holds everything it needs',
    mend: 'Name the missing file in "files" of package.json, and build before you check.',
    run: (checked, {paths}) => {
      const needed = [...checked.manifests.map(({path}) => path), ...entryModules(checked)]
      const missing = needed.map((path) => path.replace(/^\.\//, '')).filter((path) => !paths.includes(path))
      demand(missing.length === 0, 'every manifest and entry module', `without ${missing.join(', ')}`)
      const lost = lostImports(checked.root, paths)
      demand(lost.length === 0, 'every module that a shipped one imports', `without ${lost.join(', ')}`)
    },
  },
  {
    id: 'stray-files',
    title: "the published package holds nothing that is nobody's business",
    mend: 'Narrow "files" in package.json to what the package needs at run time.',
    run: ({root}, {paths}) => {
      const stray = paths.filter((path) => STRAY.test(path))
      demand(
        stray.length === 0,
        'no keys, settings of npm, archives or installed packages',
        stray.slice(0, 5).join(', '),
      )
      const keyed = paths.filter((path) => TEXT.test(path) && KEY.test(readFileSync(join(root, path), 'utf8')))
      demand(keyed.length === 0, 'no file with a key of a service in it', keyed.slice(0, 5).join(', '))
    },
  },
  {
    id: 'readme',
    title: 'a README says what it is',
    mend: 'Write README.md: what service this is, how a key is made, how it is added to vibe.',
    run: ({root}, {paths}) => {
      const readme = paths.find((path) => /^readme(\.\w+)?$/i.test(path))
      demand(readme !== undefined, 'a README in the package', 'none')
      const text = readFileSync(join(root, readme), 'utf8').trim()
      demand(text.length >= 40, 'a README with a sentence in it', `${text.length} characters`)
    },
  },
  {
    id: 'size',
    title: 'it is small enough to install anywhere',
    mend: 'Bundle the code, and leave sources, maps and tests out of "files".',
    run: (_checked, {unpackedBytes}) => {
      const got = `${(unpackedBytes / 1024 / 1024).toFixed(1)} MiB`
      demand(unpackedBytes <= MOST_BYTES, `at most ${MOST_BYTES / 1024 / 1024} MiB unpacked`, got)
    },
  },
  {
    id: 'imports',
    title: 'every package that its code imports is a dependency',
    mend: 'Add the package to "dependencies" in package.json, or bundle it.',
    run: ({root, pjson, name}, {paths}) => {
      const declared = new Set([name, ...members(pjson['dependencies']), ...members(pjson['optionalDependencies'])])
      const used = paths.filter(isModule).flatMap((path) => importsOf(join(root, path)).map(packageOf))
      const missing = [...new Set(used)].filter((one) => one !== undefined && !declared.has(one))
      const got = `not declared: ${missing.join(', ')}`
      demand(
        missing.length === 0,
        `each one in "dependencies"${missing.includes(CONTRACT) ? ', the contract too' : ''}`,
        got,
      )
    },
  },
]

function entryModules({manifests}: CheckedPackage): string[] {
  return manifests.flatMap(({manifest}) => (manifest?.entry ? [manifest.entry.module] : []))
}

function members(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : []
}

function isModule(path: string): boolean {
  return /\.m?js$/.test(path)
}

function lostImports(root: string, paths: readonly string[]): string[] {
  const known = new Set(paths)
  return paths.filter(isModule).flatMap((path) =>
    importsOf(join(root, path))
      .filter((target) => /^\.\.?\//.test(target))
      .map((target) => posix.join(posix.dirname(path), target))
      .filter((target) => !known.has(target)),
  )
}

/** Static imports at the beginning of lines, as compilers and bundlers write them. */
function importsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8')
  return [...text.matchAll(/^(?:import|export)\s+(?:[\w*\s{},$]+\s+from\s+)?["']([^"'\n]+)["']/gm)].map(
    ([, target = '']) => target,
  )
}

/** @returns undefined for a builtin, a relative path or an alias of the package itself */
function packageOf(target: string): string | undefined {
  if (/^[./#]/.test(target) || /^(node|data|file):/.test(target)) return undefined
  const builtin = process.getBuiltinModule(target.split('/')[0] ?? '') !== undefined
  return builtin
    ? undefined
    : target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/')
}

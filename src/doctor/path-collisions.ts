import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import {dirname, join, sep} from 'node:path'
import type {Environment} from '../paths.ts'
import type {Finding} from './finding.ts'
import type {Place} from './place.ts'

const NAME = 'vibe'
const BEGINNING = 2_000

/** One program called `vibe`. */
export type Program = {
  path: string
  /** Ours: this very installation, or another copy of it. */ kind: 'this' | 'copy' | 'other'
  what: string
}

export function checkPath({host, root}: Place): Finding[] {
  return [pathFinding(programsOnPath(host.env, root))]
}

/** Which `vibe` a shell would run, and which ones it hides. */
export function pathFinding(programs: readonly Program[]): Finding {
  const base = {id: 'path', title: 'PATH'}
  const [first, ...others] = programs
  if (first === undefined)
    return {
      ...base,
      state: 'warning',
      detail: `no folder of PATH has a ${NAME}`,
      mend: 'npm install -g vibe-coder, or add the folder of vibe to PATH',
    }
  const hidden =
    others.length === 0 ? '' : `; further down: ${others.map(({path, what}) => `${path} (${what})`).join(', ')}`
  if (first.kind === 'this') return {...base, state: 'ok', detail: `"${NAME}" runs ${first.path}${hidden}`}
  const own = others.find(({kind}) => kind === 'this')
  const detail = `"${NAME}" runs ${first.path}, which is ${first.what}${hidden}`
  const mend = own
    ? `Put ${dirname(own.path)} first in PATH, or type vibe-coder`
    : 'Type vibe-coder, or put the folder of this vibe first in PATH'
  return {...base, state: 'warning', detail, mend}
}

/** Every program of that name, in the order of PATH. @param root vibe's own package */
export function programsOnPath(
  env: Environment,
  root: string,
  platform: NodeJS.Platform = process.platform,
): Program[] {
  const windows = platform === 'win32'
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(windows ? ';' : ':').map((folder) => folder || '.')
  const endings = windows
    ? (env['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').split(';').map((ending) => ending.toLowerCase())
    : ['']
  const paths = [...new Set(folders)].flatMap((folder) => endings.map((ending) => join(folder, NAME + ending)))
  return paths.filter(isProgram).map((path) => ({path, ...identify(path, root)}))
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false // Not there, or nothing that could be run.
  }
}

function identify(path: string, root: string): Pick<Program, 'kind' | 'what'> {
  const real = realpathSync(path)
  if (real.startsWith(realpathSync(root) + sep)) return {kind: 'this', what: 'this vibe'}
  const owner = packageOf(real)
  const text = beginningOf(real)
  if (owner?.name === 'vibe-coder') return {kind: 'copy', what: `another copy of vibe-coder, ${owner.version}`}
  if (owner) return {kind: 'other', what: `the npm package ${owner.name} ${owner.version}`}
  if (/vibe-coder/.test(text)) return launcher(path, text, root)
  if (/mistral|from vibe\b/i.test(text)) return {kind: 'other', what: 'Mistral Vibe'}
  return {kind: 'other', what: 'another program'}
}

/** What npm and pnpm put into PATH where there are no links: a script that names the package beside it. */
function launcher(path: string, text: string, root: string): Pick<Program, 'kind' | 'what'> {
  const beside = join(dirname(path), 'node_modules', 'vibe-coder')
  const isThis = text.includes(root) || (existsSync(beside) && realpathSync(beside) === realpathSync(root))
  return isThis ? {kind: 'this', what: 'this vibe'} : {kind: 'copy', what: 'a launcher of another vibe-coder'}
}

/** The npm package that a file belongs to. */
function packageOf(path: string): {name: string; version: string} | undefined {
  for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder)) {
    try {
      const {name, version} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
      if (typeof name === 'string') return {name: name.slice(0, 60), version: String(version).slice(0, 20)}
    } catch {
      // No package here, or one that cannot be read: the folder above is asked.
    }
  }
  return undefined
}

function beginningOf(path: string): string {
  try {
    const descriptor = openSync(path, 'r')
    const buffer = Buffer.alloc(BEGINNING)
    const length = readSync(descriptor, buffer, 0, BEGINNING, 0)
    closeSync(descriptor)
    return buffer.toString('latin1', 0, length)
  } catch {
    return '' // A program that may be run but not read.
  }
}

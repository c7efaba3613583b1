import {chmod, copyFile, constants, lstat, readdir, readFile, rename} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {linkTarget, writeFailure, writeFileAtomic} from '../files/atomic-write.ts'
import {withLock} from '../files/lock.ts'
import {ensurePrivateFolder} from '../files/private-folder.ts'
import {governingKey} from './layers.ts'
import {parseConfig, readTextFile} from './read.ts'
import {valueAt, withoutValue, withValue} from './tree.ts'
import type {Tree} from './tree.ts'
import {validateConfig} from './validate.ts'

const MODE = 0o600

export type WriteResult = {
  file: string
  /** A copy of what was there and could not be read, or of what a reset replaced. */
  keptCopy?: string
  /** What the path held before, undefined for nothing. */
  before?: unknown
}

/**
 * Sets one value of the user's config.json; everything else in it stays, known to vibe or not.
 * @param value undefined takes the value out
 * @throws VibeError `config-value-invalid` (exit 2) when the schema does not allow the value; nothing is written then
 */
export async function changeConfig(
  file: string,
  change: {path: readonly string[]; value: unknown},
  signal: AbortSignal,
): Promise<WriteResult> {
  const edit = (tree: Tree) => {
    const next =
      change.value === undefined ? withoutValue(tree, change.path) : withValue(tree, change.path, change.value)
    refuseFaults(next, change.path)
    return next
  }
  return updateConfig(file, {edit, about: change.path}, signal)
}

/** Sets a value by its path. See `changeConfig`. */
export async function setValue(
  file: string,
  change: {path: readonly string[]; value: unknown},
  signal: AbortSignal,
): Promise<WriteResult> {
  return changeConfig(file, change, signal)
}

/** Takes a value, or a whole group, out. See `changeConfig`. */
export async function unsetValue(file: string, path: readonly string[], signal: AbortSignal): Promise<WriteResult> {
  return changeConfig(file, {path, value: undefined}, signal)
}

/**
 * Any change of config.json as a function of its tree, locked against other processes: read again, changed, replaced whole.
 * A file that is not valid JSON is first copied aside.
 * @param change.about the path whose former value the result tells
 */
export async function updateConfig(
  file: string,
  change: {edit: (tree: Tree) => Tree; about?: readonly string[]},
  signal: AbortSignal,
): Promise<WriteResult> {
  const target = await prepared(file)
  return withLock(target, signal, async () => {
    const read = readTextFile(target)
    const text = read.state === 'text' ? read.text : undefined
    const parsed = text === undefined ? undefined : parseConfig(text, file)
    const damaged =
      read.state === 'unreadable' ||
      parsed?.state === 'corrupt' ||
      (parsed?.state === 'ok' && parsed.lines.duplicates.length > 0)
    const tree = parsed?.state === 'ok' ? parsed.tree : {}
    const next = change.edit(tree)
    const keptCopy = damaged ? await keepCopy(target, 'corrupt') : undefined
    if (text === undefined || next !== tree) await write(target, next, text)
    const before = change.about === undefined ? undefined : valueAt(tree, change.about)
    return {file, ...(keptCopy === undefined ? {} : {keptCopy}), ...(before === undefined ? {} : {before})}
  })
}

/** Starts config.json anew and keeps the old one beside it. */
export async function resetConfig(file: string, signal: AbortSignal): Promise<WriteResult> {
  const target = await prepared(file)
  return withLock(target, signal, async () => {
    const keptCopy = readTextFile(target).state === 'absent' ? undefined : await keepCopy(target, 'backup')
    await write(target, {}, undefined)
    return {file, ...(keptCopy === undefined ? {} : {keptCopy})}
  })
}

/** The file behind a link (people link to their dotfiles), in a folder that exists. Only our own folder is tightened. */
async function prepared(file: string): Promise<string> {
  await ensurePrivateFolder(dirname(file))
  return linkTarget(file).catch((error: unknown) => {
    if (systemCode(error) === 'ELOOP') return file
    throw error
  })
}

async function write(target: string, tree: Tree, before: string | undefined): Promise<void> {
  const withSchema = Object.hasOwn(tree, '$schema') ? tree : {$schema: await schemaReference(target), ...tree}
  const indent = /\n([ \t]+)"/.exec(before ?? '')?.[1] ?? '  '
  await writeFileAtomic(target, `${JSON.stringify(withSchema, undefined, indent)}\n`, {mode: MODE})
}

/** The schema lies beside the file, so that editors find it without a network and in the version in use. */
async function schemaReference(target: string): Promise<string> {
  const {configSchema} = await import('./published-schema.ts')
  const name = 'config.schema.json'
  const path = join(dirname(target), name)
  const text = `${JSON.stringify(configSchema, undefined, 2)}\n`
  const present = await readFile(path, 'utf8').catch(() => undefined)
  if (present !== text) await writeFileAtomic(path, text, {mode: MODE})
  return `./${name}`
}

function refuseFaults(tree: Tree, path: readonly string[]): void {
  const near = validateConfig(tree).find((fault) => !fault.unknown && overlaps(fault.path, path))
  if (near === undefined) return
  throw new VibeError({
    code: 'config-value-invalid',
    message: near.message,
    ...(near.hint === undefined ? {} : {hint: near.hint}),
    exit: ExitCode.usage,
  })
}

/** Faults elsewhere were there before and are not this change's business. */
function overlaps(fault: readonly string[], path: readonly string[]): boolean {
  const shared = Math.min(fault.length, path.length)
  if (fault.length === 0) return governingKey(path) === undefined
  return fault.slice(0, shared).every((part, index) => part === path[index])
}

/** A copy with the time in its name, never over another. @returns its path */
async function keepCopy(target: string, kind: 'corrupt' | 'backup'): Promise<string> {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-')
  const taken = new Set(await readdir(dirname(target)))
  let name = `${basename(target)}.${kind}-${stamp}`
  for (let count = 2; taken.has(name); count++) name = `${basename(target)}.${kind}-${stamp}-${count}`
  const copy = join(dirname(target), name)
  try {
    // A folder or a circle of links in the file's place cannot be copied; out of the way, it harms nobody.
    if (!(await lstat(target)).isFile()) await rename(target, copy)
    else {
      await copyFile(target, copy, constants.COPYFILE_EXCL)
      await chmod(copy, MODE)
    }
  } catch (error) {
    throw writeFailure(copy, error)
  }
  return copy
}

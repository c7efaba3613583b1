import {findKey} from './keys.ts'
import type {KeyInfo} from './keys.ts'
import {readConfigFile} from './read.ts'
import type {ConfigFile} from './read.ts'
import {isTree, valueAt, withoutValue, withValue} from './tree.ts'
import type {Tree} from './tree.ts'
import {validateConfig} from './validate.ts'
import type {ConfigFault} from './validate.ts'
import type {LayerKind, LoadedConfig, Origin} from './values.ts'

/** One source of values, already freed of what is wrong or not allowed in it. */
export type Layer = {kind: LayerKind; tree: Tree; origin: (path: readonly string[]) => Origin}

export type Problem = LoadedConfig['problems'][number]

export type LayerFile = {layer: Layer; problems: Problem[]; file: ConfigFile}

/** Reads a config.json as a layer. What is not valid is set aside and said; the rest holds. From the last fault back, so that places in lists stay true. */
export function readLayer(kind: LayerKind, path: string): LayerFile {
  const file = readConfigFile(path)
  const lines = file.state === 'ok' ? file.lines : undefined
  const origin = (at: readonly string[]): Origin => {
    const line = lines?.lineOf(at)
    return {layer: kind, file: path, ...(line === undefined ? {} : {line})}
  }
  if (file.state !== 'ok')
    return {layer: {kind, tree: failClosed(file), origin}, problems: corruptProblem(file, kind), file}
  const faults = validateConfig(file.tree)
  const problems = faults.map((fault): Problem => problemOf(fault, origin(fault.path)))
  for (const {path: at, line, firstLine} of file.lines.duplicates) {
    problems.push({
      origin: {layer: kind, file: path, line},
      message: `${at.join('.')} is set twice, first on line ${firstLine}; the last one counts`,
    })
  }
  return {layer: {kind, tree: faults.reduceRight(setAside, file.tree), origin}, problems, file}
}

function problemOf(fault: ConfigFault, origin: Origin): Problem {
  return {
    origin,
    message: fault.unknown ? fault.message : `${fault.message}; it is set aside`,
    ...(fault.hint === undefined ? {} : {hint: fault.hint}),
  }
}

function corruptProblem(file: ConfigFile, kind: LayerKind): Problem[] {
  if (file.state !== 'corrupt') return []
  const origin: Origin = {layer: kind, file: file.file, ...(file.line === undefined ? {} : {line: file.line})}
  const offline = kind === 'user' ? ' Until it is mended, only local addresses are reached.' : ''
  return [
    {
      origin,
      message: `Nothing of ${file.file} is used: ${file.reason}.${offline}`,
      hint: kind === 'user' ? 'vibe config:edit, or vibe config:reset (which keeps a copy)' : 'Mend the file',
    },
  ]
}

/** A file that cannot be read may have said "offline" or "never": what protects is assumed. */
function failClosed(file: ConfigFile): Tree {
  return file.state === 'corrupt' ? {offlineMode: true} : {}
}

function setAside(tree: Tree, fault: ConfigFault): Tree {
  const [first, second, index] = fault.path
  if (fault.path.length === 0) return {offlineMode: true}
  if (first === 'offlineMode') return withValue(tree, ['offlineMode'], true)
  // Within a rule, a word that is not understood may have narrowed what the rule allows.
  if (first !== 'permissions' || (fault.unknown && fault.path.length <= 2)) return withoutValue(tree, fault.path)
  const rules = valueAt(tree, ['permissions', 'rules'])
  if (second !== 'rules' || index === undefined || !Array.isArray(rules))
    return withValue(tree, ['permissions'], {rules: askInstead(undefined)})
  const kept: unknown[] = rules.map((rule: unknown, at) =>
    String(at) === index && !(isTree(rule) && 'faulty' in rule) ? {faulty: rule} : rule,
  )
  return withValue(tree, ['permissions', 'rules'], kept)
}

const kinds = ['read', 'edit', 'execute', 'network']

/** A rule that cannot be understood may have been a "never": it becomes "ask". An "allow" is just dropped. */
function askInstead(rule: unknown): Tree[] {
  const decision = valueAt(rule, ['decision'])
  if (decision === 'allow') return []
  const kind = valueAt(rule, ['kind'])
  const wanted = typeof kind === 'string' && kinds.includes(kind) ? [kind] : kinds
  return wanted.map((each) => ({decision: 'ask', kind: each}))
}

/** The permission rules of a layer, with what was not understood turned into questions. */
export function rulesOf(tree: Tree): Tree[] {
  const rules = valueAt(tree, ['permissions', 'rules'])
  if (!Array.isArray(rules)) return []
  return rules.filter(isTree).flatMap((rule) => ('faulty' in rule ? askInstead(rule['faulty']) : [rule]))
}

/** The key that rules over a path, also over one that lies deeper than the key. */
export function governingKey(path: readonly string[]): KeyInfo | undefined {
  for (let length = path.length; length > 0; length--) {
    const info = findKey(path.slice(0, length))
    if (info !== undefined) return info
  }
  return undefined
}

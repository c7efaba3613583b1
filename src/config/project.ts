import {join} from 'node:path'
import {governingKey, readLayer, rulesOf} from './layers.ts'
import type {Layer, LayerFile, Problem} from './layers.ts'
import {leaves, valueAt, withoutValue, withValue} from './tree.ts'
import type {Tree} from './tree.ts'

/** The project's own configuration file. */
export function projectFile(root: string): string {
  return join(root, '.vibe-coder', 'config.json')
}

/**
 * The project's layer, filtered on the parsed tree: it may set harmless data and be stricter than the user; what executes
 * or redirects needs trust, and providers, headers, plugins and registries are the user's alone.
 */
export function readProject(root: string, trusted: boolean): LayerFile {
  const read = readLayer('project', projectFile(root))
  if (read.file.state !== 'ok') return {...read, layer: {...read.layer, tree: {}}}
  const problems = [...read.problems]
  let tree: Tree = read.layer.tree
  for (const {path} of leaves(tree)) {
    const refusal = refusalFor(path, tree, trusted)
    if (refusal === undefined) continue
    // An unknown key has been named already.
    if (refusal !== '') problems.push(refused(path, refusal, read.layer))
    tree = withoutValue(tree, path)
  }
  const rules = rulesOf(tree)
  const stricter = rules.filter((rule) => rule['decision'] !== 'allow')
  if (stricter.length < rules.length)
    problems.push(refused(['permissions', 'rules'], 'a project cannot allow anything', read.layer))
  if (rules.length > 0) tree = withValue(tree, ['permissions', 'rules'], stricter)
  return {...read, layer: {...read.layer, tree}, problems}
}

/** Undefined: accepted; otherwise why not, empty for what is no key at all. */
function refusalFor(path: readonly string[], tree: Tree, trusted: boolean): string | undefined {
  const rule = governingKey(path)?.project
  if (rule === undefined) return ''
  if (rule === 'never') return 'only your own configuration may set it'
  if (rule === 'trusted' && !trusted) return 'the project is not trusted'
  if (path[0] === 'offlineMode' && valueAt(tree, path) === false) return 'a project can switch offline mode on, not off'
  return undefined
}

function refused(path: readonly string[], reason: string, layer: Layer): Problem {
  return {origin: layer.origin(path), message: `${path.join('.')} of the project is set aside: ${reason}`}
}

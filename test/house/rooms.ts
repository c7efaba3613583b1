import {posix} from 'node:path'
import {importsOf} from '../support/scan.ts'
import type {Source} from '../support/tree.ts'

/** The house from its roof to its ground. A room imports only from below; rooms of one storey leave each other alone. */
const STOREYS: readonly string[][] = [
  ['commands', 'hooks', 'base-*.ts', 'help.ts'],
  ['ui'],
  ['slash'],
  ['doctor'],
  ['agent'],
  ['tools', 'context', 'completion'],
  ['edits', 'search', 'mcp', 'install'],
  ['permissions', 'sessions', 'providers', 'git'],
  ['config', 'net', 'debug-log.ts'],
  ['files', 'schema'],
  ['errors.ts', 'exit-codes.ts', 'exit-code-table.ts', 'paths.ts', 'addresses.ts', 'did-you-mean.ts', 'redact.ts'],
]

/** Packages that only some places may import. */
const RESERVED: ReadonlyArray<{package: RegExp; allowed: RegExp}> = [
  {package: /^@oclif\/core/, allowed: /^(src\/(commands|hooks|build)\/|src\/(base-[\w-]+|help)\.ts|bin\/)/},
  {package: /^(enquirer|listr2|marked|highlight\.js)(\/|$)/, allowed: /^src\/ui\//},
  {package: /^openai(\/|$)/, allowed: /^plugins\/vibe-provider-openai\//},
  {package: /^@anthropic-ai\/sdk/, allowed: /^plugins\/vibe-provider-anthropic\//},
  {package: /^vibe-provider-/, allowed: /^$/},
  {package: /^vibe-plugin-testkit/, allowed: /^plugins\/[^/]+\/test\//},
]

/** @returns one sentence for each import that goes against the plan */
export function wrongArrows(source: Source): string[] {
  return importsOf(source.text).flatMap((target) => {
    const problem = target.startsWith('.') ? wrongPath(source.path, target) : wrongPackage(source.path, target)
    return problem ? [`${source.path} imports ${target}: ${problem}`] : []
  })
}

function wrongPackage(path: string, target: string): string | undefined {
  const rule = RESERVED.find((candidate) => candidate.package.test(target))
  return rule && !rule.allowed.test(path) ? 'this place may not import it' : undefined
}

function wrongPath(path: string, target: string): string | undefined {
  const resolved = posix.join(posix.dirname(path), target)
  const owner = /^plugins\/[^/]+\//.exec(path)?.[0]
  if (owner !== undefined) return resolved.startsWith(owner) ? undefined : 'a plugin imports nothing outside itself'
  if (!path.startsWith('src/') || path.startsWith('src/build/')) return undefined
  if (!resolved.startsWith('src/') || resolved.startsWith('src/build/')) return 'a room imports only from rooms'
  const from = storey(path)
  const to = storey(resolved)
  if (from.height === -1 || to.height === -1) return 'one of the two is in no room of the plan'
  if (from.room === to.room || to.height > from.height) return undefined
  // The ground and the doors consist of single files that belong together.
  const isShared = from.height === to.height && (from.height === 0 || from.height === STOREYS.length - 1)
  return isShared ? undefined : to.height === from.height ? 'both are on one storey' : 'it is above'
}

function storey(path: string): {room: string; height: number} {
  const room = (path.split('/')[1] ?? '').replace(/^base-.*\.ts$/, 'base-*.ts')
  return {room, height: STOREYS.findIndex((rooms) => rooms.includes(room))}
}

/** @returns each ring of files that import one another at run time, as "a -> b -> a" */
export function cycles(sources: readonly Source[]): string[] {
  const edges = new Map(sources.map((source) => [source.path, runtimeImports(source)]))
  const done = new Set<string>()
  const found: string[] = []
  const walk = (path: string, trail: string[]) => {
    const start = trail.indexOf(path)
    if (start !== -1) found.push([...trail.slice(start), path].join(' -> '))
    if (start !== -1 || done.has(path)) return
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path])
    done.add(path)
  }
  for (const path of edges.keys()) walk(path, [])
  return found
}

function runtimeImports({path, text}: Source): string[] {
  const withoutTypes = text.replace(/^(import|export) type [^'"]*from .*$/gm, '')
  const own = importsOf(withoutTypes).filter((target) => target.startsWith('.'))
  return own.map((target) => posix.join(posix.dirname(path), target))
}

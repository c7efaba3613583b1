import type {Plugin, PluginBuild} from 'esbuild'
import {isBuiltin} from 'node:module'

/** Bundled packages import these for the few who need them: TLS and HTTP/2 take 4 ms to load, plain http needs neither. */
const RARELY_USED = ['node:http2', 'node:https', 'node:tls']

/**
 * Importing a builtin as an ES module reads every one of its names. Some of them load more: one of `node:http` loads
 * undici, twice the start-up time of the whole command line, and one of `node:fs` its streams. This hands out the same
 * module as CommonJS, whose names are read only when used.
 */
export const builtins: Plugin = builtinsWith(RARELY_USED)

/** @param onDemand the builtins that are loaded when something of them is first called */
export function builtinsWith(onDemand: readonly string[]): Plugin {
  return {name: 'builtins', setup: (build) => handOut(build, new Set(onDemand))}
}

function handOut(build: PluginBuild, onDemand: ReadonlySet<string>): void {
  build.onResolve({filter: /^[\w:/]+$/}, ({path, kind}) => {
    if (!isBuiltin(path) || kind === 'require-call' || kind === 'require-resolve') return undefined
    // Split off into a chunk of its own, a CommonJS module keeps only its default export: the names would be gone.
    if (kind === 'dynamic-import') return {path, external: true}
    return {path: path.startsWith('node:') ? path : `node:${path}`, namespace: 'builtin'}
  })
  build.onLoad({filter: /.*/, namespace: 'builtin'}, ({path}) => ({
    contents: onDemand.has(path)
      ? loadedOnDemand(path)
      : `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    loader: 'js',
  }))
}

/** The same names, each of which loads the module when it is called or read. Constants are written out. */
function loadedOnDemand(path: string): string {
  const real = `process.getBuiltinModule(${JSON.stringify(path)})`
  const members = Object.entries(process.getBuiltinModule(path) as Record<string, unknown>).map(([name, value]) => {
    if (name === 'constants') return `constants: ${JSON.stringify(value)}`
    if (typeof value === 'function' && /^[a-z]/.test(name)) return `${name}: (...given) => ${real}.${name}(...given)`
    return `get ${name}() { return ${real}.${name} }`
  })
  return `module.exports = {\n${members.join(',\n')}\n}`
}

import type {Plugin} from 'esbuild'
import {isAbsolute, join, resolve} from 'node:path'

/**
 * esbuild makes a chunk for each set of entries that share a module, which are dozens of small files on the way to the
 * first request, and opening one takes longer than reading it. Here every entry, and every file of ours that is
 * imported on demand, begins with the same core, so that the core is in one set and thereby in one file.
 * @param core the files whose static imports make up the core
 */
export function oneCore(root: string, core: readonly string[]): Plugin {
  const imports = core.map((path) => `import ${JSON.stringify(path)}`).join('\n')
  const ours = (path: string) => path.startsWith(join(root, 'src')) || path.startsWith(join(root, 'bin'))
  return {
    name: 'one-core',
    setup(build) {
      build.onResolve({filter: /^vibe:core$/}, () => ({path: 'core', namespace: 'vibe-core'}))
      build.onLoad({filter: /.*/, namespace: 'vibe-core'}, () => ({contents: imports, resolveDir: root}))
      build.onResolve({filter: /\.ts$/}, ({path, kind, resolveDir, namespace}) => {
        if (namespace === 'vibe-entry' || (kind !== 'entry-point' && kind !== 'dynamic-import')) return undefined
        const target = isAbsolute(path) ? path : resolve(resolveDir, path)
        return ours(target) ? {path: target, namespace: 'vibe-entry'} : undefined
      })
      build.onLoad({filter: /.*/, namespace: 'vibe-entry'}, ({path}) => ({
        contents: [`import 'vibe:core'`, ...reExports(root, path)].join('\n'),
        resolveDir: root,
      }))
    },
  }
}

/** Commands have a default export and nothing else, everything else has names only. */
function reExports(root: string, path: string): string[] {
  const from = `from ${JSON.stringify(path)}`
  return path.startsWith(join(root, 'src/commands')) ? [`export {default} ${from}`] : [`export * ${from}`]
}

import type {Plugin} from 'esbuild'
import {isBuiltin} from 'node:module'

/**
 * Importing a builtin as an ES module reads every one of its names. Some of them load more: one of `node:http` loads
 * undici, twice the start-up time of the whole command line, and one of `node:fs` its streams. This hands out the same
 * module as CommonJS, whose names are read only when used.
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup(build) {
    build.onResolve({filter: /^[\w:/]+$/}, ({path, kind}) => {
      if (!isBuiltin(path) || kind === 'require-call' || kind === 'require-resolve') return undefined
      return {path: path.startsWith('node:') ? path : `node:${path}`, namespace: 'builtin'}
    })
    build.onLoad({filter: /.*/, namespace: 'builtin'}, ({path}) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
      loader: 'js',
    }))
  },
}

import type {Plugin} from 'esbuild'

/**
 * Importing `node:http` as an ES module reads every one of its names, and one of them loads undici: twice the start-up
 * time of the whole command line. This hands out the same module as CommonJS, whose names are read only when used.
 */
export const builtinHttp: Plugin = {
  name: 'builtin-http',
  setup(build) {
    build.onResolve({filter: /^(node:)?http$/}, (wanted) =>
      wanted.kind === 'require-call' ? undefined : {path: 'node:http', namespace: 'builtin-http'},
    )
    build.onLoad({filter: /.*/, namespace: 'builtin-http'}, () => ({
      contents: `module.exports = process.getBuiltinModule('node:http')`,
      loader: 'js',
    }))
  },
}

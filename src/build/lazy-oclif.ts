import type {Plugin} from 'esbuild'
import {readFile} from 'node:fs/promises'
import {patched} from './patches.ts'

/**
 * oclif's compiled files load everything they may need at their top. Here each is loaded where it is used: a command
 * that needs no help text and finds its manifest does without the formatter, the globber and the template engine.
 */
export const lazyOclif: Plugin = {
  name: 'lazy-oclif',
  setup(build) {
    build.onLoad({filter: /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/}, async ({path}) => ({
      contents: requireWhereUsed(patched(path, await readFile(path, 'utf8'))),
      loader: 'js',
    }))
  },
}

const TOP_LEVEL = /^const (\w+_\d+) = ((?:__importDefault\()?require\("[^"]+"\)\)?);$/gm

/** `const a_1 = require("a")` at the top goes, and each `a_1` becomes `require("a")`, which is loaded once anyway. */
export function requireWhereUsed(source: string): string {
  const names = new Map([...source.matchAll(TOP_LEVEL)].map((match) => [match[1] ?? '', `(${match[2] ?? ''})`]))
  const body = source.replace(TOP_LEVEL, '')
  return body.replace(/\b\w+_\d+\b/g, (name) => names.get(name) ?? name)
}

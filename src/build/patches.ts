import type {Plugin} from 'esbuild'
import {readFile} from 'node:fs/promises'

type Patch = {file: RegExp; from: string; to: string}

/** Places in bundled packages that cost every start time for something that is not needed there. */
const PATCHES: readonly Patch[] = [
  {
    // The name FormData alone makes Node load undici, for a body that we never send.
    file: /[\\/]got[\\/]dist[\\/]source[\\/]core[\\/]index\.js$/,
    from: '!(options.body instanceof FormData)',
    to: `Object.prototype.toString.call(options.body) !== '[object FormData]'`,
  },
  {
    // Only Linux can be inside Windows, and then its kernel says so.
    file: /[\\/]@oclif[\\/]core[\\/]lib[\\/]util[\\/]os\.js$/,
    from: `return (await import('wsl-utils')).isWsl`,
    to: `return /microsoft/i.test(require('node:os').release()) && (await import('wsl-utils')).isWsl`,
  },
  {
    // Compiling a glob takes longer than reading all manifests; a star is all that our own patterns use.
    file: /[\\/]@oclif[\\/]core[\\/]lib[\\/]config[\\/]plugin-loader\.js$/,
    from: '(0, minimatch_1.minimatch)(p, w)',
    to: String.raw`(/^@?[\w./*-]+$/.test(w)
      ? new RegExp('^' + w.replaceAll('.', '\\.').replaceAll('*', '[^/]*') + '$').test(p)
      : (0, minimatch_1.minimatch)(p, w))`,
  },
  {
    // Comparing by a language loads its rules, 5 ms; the names of commands are plain ASCII.
    file: /[\\/]@oclif[\\/]core[\\/]lib[\\/]config[\\/]plugin\.js$/,
    from: 'a.id.localeCompare(b.id)',
    to: '(a.id < b.id ? -1 : Number(a.id > b.id))',
  },
  ...['and', 'or'].map((word) => listFormatWhenUsed(word)),
]

/** The words "and" and "or" of error messages load a language's rules, 4 ms; most runs have no error. */
function listFormatWhenUsed(word: string): Patch {
  const made = `new Intl.ListFormat('en', { style: 'long', type: '${word === 'and' ? 'con' : 'dis'}junction' })`
  return {
    file: /[\\/]@sindresorhus[\\/]is[\\/]distribution[\\/]index\.js$/,
    from: `const ${word}Formatter = ${made}`,
    to: `const ${word}Formatter = {format: (list) => ${made}.format(list)}`,
  }
}

/** A patch whose place is gone fails the build: the package has changed, and somebody must look. */
export function patched(path: string, source: string): string {
  return PATCHES.filter(({file}) => file.test(path)).reduce((text, {from, to}) => {
    if (!text.includes(from)) throw new Error(`${path} no longer contains ${from}: see src/build/patches.ts`)
    return text.replace(from, () => to)
  }, source)
}

export const patches: Plugin = {
  name: 'patches',
  setup(build) {
    // oclif's files are patched where they are made lazy: esbuild takes the first plugin that answers.
    build.onLoad(
      {filter: /[\\/](got[\\/]dist[\\/]source[\\/]core|@sindresorhus[\\/]is[\\/]distribution)[\\/]index\.js$/},
      async ({path}) => ({
        contents: patched(path, await readFile(path, 'utf8')),
        loader: 'js',
      }),
    )
  },
}

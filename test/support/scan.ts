/** Which parts of a source become spaces. Line breaks stay, so that line numbers do. */
export type Blank = {strings: boolean}

const TOKEN = [
  String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)`,
  String.raw`(?<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")`,
  String.raw`(?<template>${'`'}(?:\\[\s\S]|\$\{(?:[^{}]|\{[^{}]*\})*\}|[^${'`'}\\])*${'`'})`,
  // A slash starts a pattern only where a value may stand.
  String.raw`(?<=(?:^|[=(,;:!&|?{}\[\n]|=>|return)[ \t]*)(?<pattern>\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])*\/[a-z]*)`,
].join('|')

/** Replaces comments and patterns, and strings when asked, by spaces, so that words in them are not taken for code. */
export function blankOut(source: string, {strings}: Blank): string {
  return source.replace(new RegExp(TOKEN, 'g'), (found, ...rest) => {
    const groups = rest.at(-1) as Record<string, string | undefined>
    const isString = groups['text'] !== undefined || groups['template'] !== undefined
    return isString && !strings ? found : found.replace(/[^\n]/g, ' ')
  })
}

const IMPORT = /(?:\b(?:import|export)\b[^'"();]*?\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])(?<target>[^'"]+)\1/g

/** What a source imports or re-exports from, types and `import()` included. */
export function importsOf(source: string): string[] {
  const code = blankOut(source, {strings: false})
  return [...code.matchAll(IMPORT)].map((match) => match.groups?.['target'] ?? '')
}

/** The line numbers, from 1, on which a pattern matches. */
export function linesMatching(source: string, pattern: RegExp): number[] {
  return source.split('\n').flatMap((line, index) => (pattern.test(line) ? [index + 1] : []))
}

import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {root} from './tree.ts'

export type Snippet = {language: string; text: string}

export type DocumentedCommand = {
  /** The document and the text as it stands there. */
  where: string
  /** "config:set"; undefined for a first word that is none. */
  id: string | undefined
  flags: string[]
}

type ManifestCommand = {id: string; flags: Record<string, {char?: string}>}
export type Commands = Map<string, ManifestCommand>

const MANIFESTS = [
  'oclif.manifest.json',
  'node_modules/@oclif/plugin-plugins/oclif.manifest.json',
  'node_modules/@oclif/plugin-autocomplete/oclif.manifest.json',
]
/** Understood before a command is looked for. */
const EVERYWHERE = new Set(['--help', '-h', '--no-plugins', '--version', '--json'])

export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The fenced blocks of a document, in order. */
export function snippets(markdown: string): Snippet[] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
  }))
}

/** All commands of the built vibe, those of its two oclif plugins included. */
export function manifestCommands(): Commands {
  const all = MANIFESTS.flatMap((path) => {
    const manifest = JSON.parse(readDocument(path)) as {commands: Record<string, ManifestCommand>}
    return Object.entries(manifest.commands)
  })
  // oclif prefers vibe's own command of a name, which is listed first.
  return new Map(all.reverse())
}

/** Each `vibe …` that stands in code, with `a|b` written out. */
export function documentedCommands(path: string, commands: Commands): DocumentedCommand[] {
  const markdown = readDocument(path)
  const inFences = snippets(markdown)
    .filter(({language}) => language === 'sh' || language === '')
    .flatMap(({text}) => text.split('\n'))
  const inline = [...markdown.replaceAll(/^```.*?^```$/gms, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
  return [...inFences, ...inline].flatMap((code) =>
    commandsIn(code).flatMap((line) => understood(line, {path, commands})),
  )
}

/** The flags of a command line or of a text about one. */
export function flagsIn(text: string): string[] {
  return [...text.matchAll(/(?<=^|[\s`"(])--?[a-z][a-z-]*/g)].map(([flag]) => flag)
}

/** Those of the flags that a command does not have. */
export function unknownFlags({id, flags}: DocumentedCommand, commands: Commands): string[] {
  const own = Object.entries(commands.get(id ?? '')?.flags ?? {})
  const known = new Set(own.flatMap(([name, {char}]) => [`--${name}`, ...(char === undefined ? [] : [`-${char}`])]))
  return flags.filter((flag) => !known.has(flag) && !EVERYWHERE.has(flag))
}

function commandsIn(code: string): string[] {
  const line = code.replace(/\s+#.*$/, '').replaceAll(String.raw`\|`, '|')
  return [...line.matchAll(/(?:^|\| |[A-Z_]+=\S+ |npx )vibe(?= |$)(.*?)(?= \| |   |$)/g)].map((match) =>
    (match[1] ?? '').trim(),
  )
}

function understood(line: string, {path, commands}: {path: string; commands: Commands}): DocumentedCommand[] {
  const where = `${path}: vibe ${line}`
  const flags = flagsIn(line.replaceAll(/"[^"]*"/g, '""'))
  const [first = '', second = ''] = line.split(' ')
  const isPrompt = first === '' || /^["[A-Z-]/.test(first)
  if (isPrompt) return [{where, id: 'chat', flags}]
  const [topic = '', ...choices] = first.split(':')
  const names =
    choices.length === 0
      ? [first]
      : choices
          .join(':')
          .split('|')
          .map((choice) => `${topic}:${choice}`)
  return names.map((name) => ({where, id: [`${name}:${second}`, name].find((id) => commands.has(id)), flags}))
}

export type DiffNames = {
  /** As people know it: relative to the root, with forward slashes. */
  path: string
  /** Where a moved file was. */
  from?: string
}

export type HeaderFacts = DiffNames & {
  isNew: boolean
  isDeleted: boolean
  /** Whether hunks follow. */
  hasHunks: boolean
  /** Where no hunks follow that tell the names. */
  needsGit: boolean
  /** Whether the file is executable on each side; undefined where there is no file or nobody knows. */
  executable: {before: boolean | undefined; after: boolean | undefined}
  /** Percent of a moved file that stayed. */
  similarity?: number
}

/**
 * What stands above the hunks of one file: the two plain lines where those say everything, git's extended header where
 * a file is moved, empty or gets another mode. Empty when there is nothing to say.
 */
export function diffHeader(facts: HeaderFacts): string {
  const extended = extendedLines(facts)
  const git = extended.length > 0 || facts.needsGit
  const lines = git ? [`diff --git ${quoted(oldName(facts))} ${quoted(newName(facts))}`, ...extended] : []
  if (facts.hasHunks)
    lines.push(
      `--- ${facts.isNew ? '/dev/null' : terminated(oldName(facts))}`,
      `+++ ${facts.isDeleted ? '/dev/null' : terminated(newName(facts))}`,
    )
  // Else a plain header that follows, of the next file, would be read as a part of this one.
  else if (lines.length > 0 && !facts.needsGit) lines.push('')
  return lines.map((line) => `${line}\n`).join('')
}

/** What git writes in place of hunks for bytes that are no text. */
export function binaryLine(names: DiffNames & {isNew: boolean; isDeleted: boolean}): string {
  const old = names.isNew ? '/dev/null' : quoted(oldName(names))
  return `Binary files ${old} and ${names.isDeleted ? '/dev/null' : quoted(newName(names))} differ\n`
}

function extendedLines({from, path, isNew, isDeleted, hasHunks, executable, similarity}: HeaderFacts): string[] {
  const {before, after} = executable
  if (isNew) return after || !hasHunks ? [`new file mode ${modeWord(after)}`] : []
  if (isDeleted) return before || !hasHunks ? [`deleted file mode ${modeWord(before)}`] : []
  const modes =
    before !== undefined && after !== undefined && before !== after
      ? [`old mode ${modeWord(before)}`, `new mode ${modeWord(after)}`]
      : []
  if (from === undefined) return modes
  return [
    ...modes,
    `similarity index ${similarity ?? 100}%`,
    `rename from ${quoted(withoutRoot(from))}`,
    `rename to ${quoted(withoutRoot(path))}`,
  ]
}

function modeWord(executable: boolean | undefined): string {
  return executable ? '100755' : '100644'
}

function oldName({path, from}: DiffNames): string {
  return `a/${withoutRoot(from ?? path)}`
}

function newName({path}: DiffNames): string {
  return `b/${withoutRoot(path)}`
}

function withoutRoot(name: string): string {
  return name.replace(/^\/+/, '')
}

/** A tab ends a name with blanks, which readers would cut. */
function terminated(name: string): string {
  const written = quoted(name)
  return written === name && name.includes(' ') ? `${name}\t` : written
}

const ESCAPES: Record<string, string> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\t': String.raw`\t`,
  '\n': String.raw`\n`,
  '\v': String.raw`\v`,
  '\f': String.raw`\f`,
  '\r': String.raw`\r`,
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
}

/** A name as C would write it, where it has characters that end a line or a name. */
function quoted(name: string): string {
  // oxlint-disable-next-line no-control-regex
  const special = /[\u0000-\u001f"\\\u007f]/g
  if (name.search(special) < 0) return name
  const escaped = name.replace(
    special,
    (character) => ESCAPES[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )
  return `"${escaped}"`
}

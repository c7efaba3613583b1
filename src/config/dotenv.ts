export type EnvLine = {name: string; value: string; /** 1-based. */ line: number}

const start = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/

/**
 * The assignments of a .env file: comments, `export`, quotes (also over several lines), BOM and CRLF are understood;
 * nothing is expanded or run. A quote that never closes ends with its line.
 */
export function parseDotenv(text: string): EnvLine[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  const found: EnvLine[] = []
  for (let index = 0; index < lines.length; index++) {
    const current = lines[index] ?? ''
    const match = start.exec(current)
    if (match?.[1] === undefined) continue
    const rest = current.slice(match[0].length)
    const quote = /^["'`]/.exec(rest)?.[0]
    const quoted = quote === undefined ? undefined : readQuoted({lines, index, rest, quote})
    found.push({name: match[1], value: quoted?.value ?? unquoted(rest), line: index + 1})
    index += quoted?.more ?? 0
  }
  return found
}

type Opening = {lines: readonly string[]; index: number; rest: string; quote: string}

/** @returns undefined when the quote never closes; `more` counts the further lines that belong to the value */
function readQuoted({lines, index, rest, quote}: Opening): {value: string; more: number} | undefined {
  const end = closing(rest, 1, quote)
  if (end !== undefined) return {value: content(rest.slice(1, end), quote), more: 0}
  const parts = [rest.slice(1)]
  // A forgotten quote must not swallow the file, nor be looked for again from every line.
  for (let more = 1; more <= 50 && index + more < lines.length; more++) {
    const next = lines[index + more] ?? ''
    const stop = closing(next, 0, quote)
    parts.push(stop === undefined ? next : next.slice(0, stop))
    if (stop !== undefined) return {value: content(parts.join('\n'), quote), more}
  }
  return undefined
}

function closing(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++
    else if (text[at] === quote) return at
  }
  return undefined
}

function content(text: string, quote: string): string {
  if (quote !== '"') return text
  return text.replace(
    /\\([\s\S])/g,
    (whole, letter: string) => ({n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$'})[letter] ?? whole,
  )
}

function unquoted(rest: string): string {
  return rest
    .replace(/(?:^|[ \t])#.*$/, '')
    .trim()
    .replace(/^["'`]/, '')
}

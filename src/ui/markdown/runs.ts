import {addressBeside, linkAddress} from './addresses.ts'
import type {MarkdownOptions} from './types.ts'

/** What a piece of text looks like, as bits. */
export const MARK = {bold: 1, italic: 2, strike: 4, code: 8, underline: 16, dim: 32} as const

/** Text of one look. A line break in it breaks the line. */
export type Run = {
  text: string
  marks: number
  /** Where a link leads, as the model wrote it. */
  href?: string
}

/** How runs become text for the terminal. */
export type Look = Required<Pick<MarkdownOptions, 'style' | 'links'>> & {
  /** Nothing can be shown by colour or weight, so that signs have to. */
  bare: boolean
  background: 'light' | 'dark' | undefined
}

export function lookOf({style, links = false, background}: MarkdownOptions): Look {
  return {style, links, bare: style.bold('x') === 'x', background}
}

/** @returns runs in which each differs in its look from the one before */
export function joined(runs: readonly Run[]): Run[] {
  const found: Run[] = []
  for (const run of runs) {
    const last = found.at(-1)
    if (last && last.marks === run.marks && last.href === run.href) last.text += run.text
    else if (run.text !== '') found.push({...run})
  }
  return found
}

/** One line for the terminal; all that it opens it closes. */
export function paint(runs: readonly Run[], look: Look): string {
  return joined(runs)
    .map((run) => paintRun(run, look))
    .join('')
}

function paintRun({text, marks, href}: Run, {style, links}: Look): string {
  let painted = text
  if (marks & MARK.code) painted = style.magenta(painted)
  if (marks & MARK.bold) painted = style.bold(painted)
  if (marks & MARK.italic) painted = style.italic(painted)
  if (marks & MARK.strike) painted = style.strike(painted)
  if (marks & MARK.dim) painted = style.dim(painted)
  const target = href === undefined || !links ? undefined : linkAddress(href)
  if (marks & MARK.underline || target !== undefined) painted = style.underline(painted)
  return target === undefined ? painted : `\u001B]8;;${target}\u001B\\${painted}\u001B]8;;\u001B\\`
}

/** A link's text, and behind it the address where the reader could not see it otherwise. */
export function linkRuns(label: Run[], href: string, {links, ...look}: Look & {marks: number}): Run[] {
  const text = label.map((run) => run.text).join('')
  const beside = addressBeside(text, href, links)
  const shown = label.map((run) => ({...run, href}))
  return beside === undefined ? shown : [...shown, {text: ` (${beside})`, marks: look.marks, href}]
}

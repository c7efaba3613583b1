/**
 * How a model asks for tools, from the best way down: through the service's own tool calls, as JSON in its text, with
 * edits as SEARCH/REPLACE blocks, with edits as whole files. A model that cannot do one may still do the next.
 */
export const RUNGS = ['native', 'json', 'search-replace', 'whole-file'] as const
export type Rung = (typeof RUNGS)[number]

/** What a user may ask for: the best rung that works, or always this one. */
export type ToolMode = 'auto' | Rung
export const TOOL_MODES: readonly ToolMode[] = ['auto', ...RUNGS]

/** @returns undefined below the last one */
export function rungBelow(rung: Rung): Rung | undefined {
  return RUNGS[RUNGS.indexOf(rung) + 1]
}

export function isRung(value: unknown): value is Rung {
  return RUNGS.some((rung) => rung === value)
}

/** For people: "uses … ". */
export const RUNG_WORDS: Record<Rung, string> = {
  native: "the service's own tool calls",
  json: 'tool calls as JSON in the text',
  'search-replace': 'edits as SEARCH/REPLACE blocks',
  'whole-file': 'edits as whole files',
}

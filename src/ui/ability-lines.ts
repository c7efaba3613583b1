import {ABILITIES, type Abilities, type Ability} from '../providers/abilities.ts'
import {RUNG_WORDS} from '../providers/ladder/rungs.ts'
import type {ProbeReport} from '../providers/probe/probe-provider.ts'
import {seconds} from './figures.ts'
import {sanitize} from './sanitize.ts'
import {wrapWords} from './wrap.ts'

const WORDS: Record<Ability, string> = {
  text: 'text',
  streaming: 'streaming',
  usage: 'token counts',
  tools: 'tool calls',
  parallelTools: 'several calls at once',
  jsonCalls: 'calls as JSON',
  searchReplace: 'SEARCH/REPLACE',
  wholeFile: 'whole files',
}
const MARKS = {yes: '✓', no: '✗', unknown: '?'} as const

/** What a measurement found, one line each, and the way that is used from now on. */
export function probeLines(report: ProbeReport, columns: number | undefined): string[] {
  const {name, model, endpoint, toolMode, rung} = report
  const forced = toolMode === undefined || toolMode === rung ? '' : `, but you chose ${toolMode} (toolMode)`
  return [
    `${name}: ${sanitize(model)} at ${endpoint}`,
    ...abilityRows(report).map((row) => rowLine(row, columns)),
    `Way of calling tools: ${rung} (${RUNG_WORDS[rung]})${forced}`,
  ]
}

type Row = {mark: string; label: string; text: string}

function abilityRows({findings, contextWindow, firstTokenMs}: Abilities): Row[] {
  const unknown = contextWindow === undefined
  return [
    ...ABILITIES.map((ability) => {
      const {is, why} = findings[ability]
      return {mark: MARKS[is], label: WORDS[ability], text: `${is}, ${sanitize(why)}`}
    }),
    {
      mark: unknown ? MARKS.unknown : MARKS.yes,
      label: 'context window',
      text: unknown ? 'unknown, the service does not tell it' : `${contextWindow.toLocaleString('en-US')} tokens`,
    },
    ...(firstTokenMs === undefined ? [] : [{mark: ' ', label: 'first word', text: `after ${seconds(firstTokenMs)}`}]),
  ]
}

const LABEL = Math.max(...Object.values(WORDS).map(({length}) => length))

/** In columns where there is room for them; the reasons are a service's own words and may be long. */
function rowLine({mark, label, text}: Row, columns: number | undefined): string {
  if (columns !== undefined && columns < 60) return wrapWords(`${mark} ${label}: ${text}`, columns)
  const lead = `${mark} ${label.padEnd(LABEL)}  `
  if (columns === undefined) return lead + text
  return lead + wrapWords(text, columns - lead.length).replaceAll('\n', `\n${' '.repeat(lead.length)}`)
}

/** One line for the end of a set-up: "tool calls through the service's own tool calls". */
export function abilityLine({rung, findings}: Abilities): string {
  if (findings.tools.is === 'yes') return RUNG_WORDS[rung]
  const lack = sanitize(findings.tools.why)
  // A model that did none of what it was asked may do better in earnest; if not, the next way down is taken then.
  return rung === 'native' ? `${RUNG_WORDS[rung]}, though when asked ${lack}` : `${RUNG_WORDS[rung]}; ${lack}`
}

import {ABILITIES, type Abilities, type Ability} from '../providers/abilities.ts'
import {RUNG_WORDS} from '../providers/ladder/rungs.ts'
import type {ProbeReport} from '../providers/probe/probe-provider.ts'
import {seconds} from './figures.ts'
import {table} from './provider-lines.ts'
import {sanitize} from './sanitize.ts'

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
    ...table(['', '', '', ''], abilityRows(report), columns).filter((line) => line.trim() !== ''),
    `Way of calling tools: ${rung} (${RUNG_WORDS[rung]})${forced}`,
  ]
}

function abilityRows({findings, contextWindow, firstTokenMs}: Abilities): string[][] {
  return [
    ...ABILITIES.map((ability) => {
      const {is, why} = findings[ability]
      return [MARKS[is], WORDS[ability], is, sanitize(why)]
    }),
    contextWindow === undefined
      ? ['?', 'context window', 'unknown', 'the service does not tell it']
      : ['✓', 'context window', `${contextWindow.toLocaleString('en-US')}`, 'tokens'],
    ...(firstTokenMs === undefined ? [] : [['', 'first word', seconds(firstTokenMs), '']]),
  ]
}

/** One line for the end of a set-up: "tool calls through the service's own tool calls". */
export function abilityLine({rung, findings}: Abilities): string {
  const lacks = findings.tools.is === 'yes' ? '' : `; ${sanitize(findings.tools.why)}`
  return `${RUNG_WORDS[rung]}${lacks}`
}

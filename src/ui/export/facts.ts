import type {AnswerRecord} from '../../sessions/turns.ts'
import type {SessionView} from '../../sessions/view.ts'
import {costText} from '../session-lines.ts'
import {tokensOf} from '../usage-lines.ts'

/** What stands at the top of an export. */
export function factsOf(view: SessionView): Array<[string, string]> {
  const {id, project, startedAt, modifiedAt, models, totals, turns = 0, forkedFrom, inUse} = view
  const known: Array<[string, string | undefined]> = [
    ['session', id],
    ['project', project],
    ['fork of', forkedFrom && `${forkedFrom.id}, its first ${forkedFrom.turns} turns`],
    ['from', startedAt === undefined ? undefined : timeText(startedAt)],
    ['to', `${timeText(modifiedAt)}${inUse ? ', not finished' : ''}`],
    ['turns', String(turns)],
    ['models', models.map(({provider, model}) => `${provider}/${model}`).join(', ') || undefined],
    ['used', totals.answers === 0 ? undefined : `${tokensOf(totals)}, cost ${costText(totals)}`],
  ]
  return known.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}

/** "work/gpt-5 · 1200 in, 340 out · $0.007" */
export function answerFacts({provider, model, usage, costUsd, stopReason, discarded}: AnswerRecord): string {
  const {input, output} = usage
  const counted = input === undefined || output === undefined ? 'tokens unknown' : `${input} in, ${output} out`
  const cost = costUsd === undefined ? 'cost unknown' : costText({costUsd})
  const ended = stopReason === 'interrupted' ? ['stopped'] : stopReason === 'max-output' ? ['cut at its limit'] : []
  const left = discarded ? ['another provider took over'] : []
  return [`${provider}/${model}`, counted, cost, ...ended, ...left].join(' · ')
}

/** "2026-11-25 15:20", of this machine's clock; what is no time stays as it is. */
export function timeText(at: string): string {
  const ms = Date.parse(at)
  return Number.isNaN(ms) ? at : new Date(ms).toLocaleString('sv-SE', {dateStyle: 'short', timeStyle: 'short'})
}

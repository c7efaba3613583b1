import {demand, judge, type CheckResult} from '../check.ts'
import type {Told} from '../replay/listen.ts'
import type {Subject} from '../subjects.ts'
import {grammarRules} from './rules.ts'

/** Holds every stream that was heard against every rule. */
export function runGrammar({label, dialect}: Subject, streams: readonly Told[]): Promise<CheckResult[]> {
  return Promise.all(
    grammarRules.map(({id, title, mend, broken}) =>
      judge({id: `grammar/${id}`, leg: 'grammar', subject: label, title, mend}, () => {
        demand(streams.length > 0, 'streams to look at', 'none')
        const found = streams.flatMap((told) => {
          const problem = broken(told, dialect?.lacks ?? [])
          return problem === undefined ? [] : [`in ${told.scenario}: ${problem}`]
        })
        const more = found.length > 1 ? ` (and in ${found.length - 1} more)` : ''
        demand(found.length === 0, `each of ${streams.length} streams to keep it`, `${found[0]}${more}`)
      }),
    ),
  )
}

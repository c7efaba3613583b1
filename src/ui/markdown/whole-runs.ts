import {InlineCuts} from './inline-cuts.ts'
import {inlineRuns} from './inline-runs.ts'
import type {Look, Run} from './runs.ts'

/** The runs of a text that is whole: a heading, a cell. */
export function wholeRuns(source: string, look: Look, marks = 0): Run[] {
  const runs: Run[] = []
  const cuts = new InlineCuts(({text, literal}) => {
    if (literal) runs.push({text, marks})
    else runs.push(...inlineRuns(text, look, marks))
  })
  cuts.add(source)
  cuts.end()
  return runs
}

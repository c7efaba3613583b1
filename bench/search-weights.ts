import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {WEIGHTS, type Weights} from '../src/search/weights.ts'
import {readRepository} from './search-data.ts'
import {featuresOf, openHistory, qualityOf, SIGNALS, TEXT_ALONE, type Judged} from './search-features.ts'

/**
 * Finds the weights of src/search/weights.ts: one after the other is raised and lowered for as long as that makes the
 * answers better on the repositories given. Others must judge the result: node bench/search-quality.ts REPOSITORY…
 */
const {values, positionals} = parseArgs({
  options: {questions: {type: 'string', default: '100'}},
  allowPositionals: true,
})
const cache = mkdtempSync(join(tmpdir(), 'vibe-weights-'))
const repositories: Judged[][] = []
for (const repository of positionals) {
  const history = readRepository(repository, Number(values.questions))
  const engine = await openHistory(history, cache)
  repositories.push(history.questions.map((question) => featuresOf(engine, question)))
  engine.store.database.close()
  history.remove()
  process.stderr.write(`${history.name}: ${history.questions.length} questions\n`)
}
rmSync(cache, {recursive: true, force: true})

/** Every repository counts the same, however many questions it has. */
function worth(weights: Weights): number {
  const all = repositories.map((judged) => qualityOf(judged, weights))
  return all.reduce((sum, {mrr, r10}) => sum + mrr + r10, 0) / all.length
}

const FACTORS = [0, 0.5, 0.75, 1.33, 2]
const TUNED = SIGNALS.filter((name) => name !== 'text' && name !== 'mention')

let best = WEIGHTS
let value = worth(best)
process.stdout.write(`text alone ${worth(TEXT_ALONE).toFixed(4)}, weights so far ${value.toFixed(4)}\n`)
for (let round = 0; round < 4; round++) {
  const before = value
  for (const name of TUNED) {
    const base = best[name] || 0.1
    for (const factor of FACTORS) {
      const tried = {...best, [name]: Number((base * factor).toFixed(3))}
      const got = worth(tried)
      if (got <= value + 1e-4) continue
      best = tried
      value = got
    }
  }
  process.stdout.write(`round ${round + 1}: ${value.toFixed(4)} ${JSON.stringify(best)}\n`)
  if (value - before < 1e-3) break
}

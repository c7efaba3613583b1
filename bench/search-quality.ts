import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {WEIGHTS} from '../src/search/weights.ts'
import {isNamed, readRepository} from './search-data.ts'
import {
  featuresOf,
  openHistory,
  PATH_ALONE,
  qualityOf,
  TEXT_ALONE,
  type Judged,
  type Quality,
} from './search-features.ts'

/** How well search finds the files that a commit message is about, beside BM25 over whole files in the same run. */
const {values, positionals} = parseArgs({
  options: {questions: {type: 'string', default: '150'}},
  allowPositionals: true,
})
const cache = mkdtempSync(join(tmpdir(), 'vibe-quality-'))
const all: Judged[] = []
for (const repository of positionals) {
  const history = readRepository(repository, Number(values.questions))
  const engine = await openHistory(history, cache)
  const judged = history.questions.map((question) => featuresOf(engine, question))
  report(`${history.name} (${judged.length} questions, ${engine.documents.byPath.size} files)`, judged)
  all.push(...judged)
  engine.store.database.close()
  history.remove()
}
rmSync(cache, {recursive: true, force: true})
report(`all (${all.length} questions)`, all)
const hard = all.filter(({question}) => !isNamed(question))
report(`all whose message names no file (${hard.length})`, hard)

function report(title: string, judged: readonly Judged[]): void {
  const line = (name: string, {mrr, r1, r5, r10}: Quality) =>
    `  ${name.padEnd(16)} MRR ${mrr.toFixed(3)}  R@1 ${percent(r1)}  R@5 ${percent(r5)}  R@10 ${percent(r10)}`
  const rows = [
    line('BM25 of paths', qualityOf(judged, PATH_ALONE)),
    line('BM25 of files', qualityOf(judged, TEXT_ALONE)),
    line('no history', qualityOf(judged, {...WEIGHTS, history: 0, churn: 0})),
    line('vibe search', qualityOf(judged, WEIGHTS)),
  ]
  process.stdout.write(`${[title, ...rows].join('\n')}\n`)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`.padStart(6)
}

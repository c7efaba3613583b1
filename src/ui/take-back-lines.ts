import type {CommitNote} from '../agent/commits/follow.ts'
import type {FileReport, StepReport, TakeBackReport} from '../agent/take-back.ts'
import {changeTotals, titledDiff} from './change-report.ts'
import {changeCounts, changeName, changeWords} from './change-words.ts'
import type {DiffScreen} from './diff.ts'
import {sanitize} from './sanitize.ts'

/**
 * What an undo or a redo did, or would do, for people.
 * @param screen for the diffs of all files; absent to leave them out
 */
export function takeBackLines(report: TakeBackReport, screen?: DiffScreen): string[] {
  const {action, done, steps, files, merged, conflicts} = report
  const titles = steps.map(({title}) => sanitize(title)).join(', ')
  if (conflicts.length > 0) return conflictLines(report, titles)
  const head = done
    ? action === 'undo'
      ? 'Took back'
      : 'Brought back'
    : action === 'undo'
      ? 'Would take back'
      : 'Would bring back'
  return [
    `${head}: ${titles}`,
    ...(files.length > 1 ? [`  ${changeTotals(files)}`] : []),
    ...files.map(fileLine),
    ...(files.length === 0 ? ['  Nothing to change: the files are like that already.'] : []),
    ...merged.map((path) => `  Your own later changes in ${sanitize(path)} stay.`),
    ...(report.commits ?? []).map((note) => commitLine(note, done)),
    ...(screen ? files.flatMap((file) => titledDiff({...file, diff: file.diff ?? ''}, screen)) : []),
    ...(done && action === 'undo' ? ['Bring it back with: vibe redo'] : []),
  ]
}

const COMMIT_WORDS: Record<CommitNote['outcome'], readonly [done: string, preview: string]> = {
  'taken-back': ['is off the branch again', 'would be taken off the branch'],
  stays: ['stays', 'would stay'],
  'brought-back': ['is on the branch again', 'would be put on the branch again'],
  'not-brought-back': ['was not made again', 'would not be made again'],
}

function commitLine({commit, outcome, reason, hint}: CommitNote, done: boolean): string {
  const why = reason === undefined ? '.' : `: ${sanitize(reason)}.${hint === undefined ? '' : ` You can: ${hint}`}`
  return `  Commit ${commit.slice(0, 10)} ${COMMIT_WORDS[outcome][done ? 0 : 1]}${why}`
}

function conflictLines({action, steps, conflicts}: TakeBackReport, titles: string): string[] {
  const id = steps[0]?.id ?? 'ID'
  return [
    `Nothing was changed. ${action === 'undo' ? 'Taking back' : 'Bringing back'} "${titles}" would touch what was changed since:`,
    ...conflicts.map(({path, reason}) => `  ${sanitize(path)}: ${reason}`),
    ...(action === 'undo' ? [`See what stood there before with: vibe undo ${id} --print FILE`] : []),
  ]
}

const WORDS: Record<FileReport['change'], string> = {
  created: 'made',
  deleted: 'deleted',
  changed: 'changed',
  moved: 'moved',
  mode: '',
}

function fileLine(report: FileReport): string {
  const file = {...report, diff: report.diff ?? ''}
  const words = changeWords(file).join(', ')
  return `  ${[changeName(file), WORDS[report.change], changeCounts(file), words].filter((part) => part !== '').join('  ')}`
}

/** @param now milliseconds since 1970 */
export function stepLines(steps: readonly StepReport[], now: number): string[] {
  return steps.map(({id, at, title, state, files}) => {
    const names = files.length > 3 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ')
    return `${id}  ${ageOf(now - Date.parse(at)).padEnd(9)} ${state === 'undone' ? '(undone) ' : ''}${sanitize(title)}: ${sanitize(names)}`
  })
}

function ageOf(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60 / 24)} days`
}

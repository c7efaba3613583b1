import type {FileDiff} from '../edits/file-diff.ts'
import {changeCounts, changeName, changeWords} from './change-words.ts'
import {diffLines, type DiffScreen} from './diff.ts'
import {wrapWords} from './wrap.ts'

const VERBS = {create: 'New file', change: 'Change', delete: 'Delete', move: 'Rename'} as const
const SHORT = {create: 'new', change: 'change', delete: 'delete', move: 'rename'} as const

/** The whole of what would be changed: what it is in short, then file by file every line. */
export function changeReport(files: readonly FileDiff[], screen: DiffScreen): string[] {
  const {style, columns} = screen
  const many = files.length > 1
  return [
    ...(many ? [...overview(files, screen), ''] : []),
    ...files.flatMap((file, index) => {
      const title = many ? `${index + 1} of ${files.length}  ${VERBS[file.op]}` : VERBS[file.op]
      const head = [changeName(file), changeCounts(file), changeWords(file).join(', ')].filter((part) => part !== '')
      const body = diffLines(file.diff, screen)
      return [
        ...(index > 0 ? [''] : []),
        wrapWords(`${style.bold(title)}  ${head.join('  ')}`, columns),
        ...(body.length > 0 ? ['', ...body] : []),
      ]
    }),
  ]
}

/** `3 files  +12 -4`; a single file by its name. */
export function changeTotals(files: readonly Omit<FileDiff, 'diff'>[]): string {
  const [only, ...more] = files
  if (only && more.length === 0) return [changeName(only), changeCounts(only)].join('  ').trimEnd()
  const sum = (pick: (file: {added: number; removed: number}) => number) =>
    files.reduce((total, file) => total + pick(file), 0)
  return `${files.length} files  +${sum((file) => file.added)} -${sum((file) => file.removed)}`
}

function overview(files: readonly FileDiff[], {style, columns}: DiffScreen): string[] {
  const lines = files.map((file) => {
    const parts = [changeName(file), changeCounts(file), changeWords(file).join(', ')]
    return wrapWords(`  ${SHORT[file.op].padEnd(6)}  ${parts.filter((part) => part !== '').join('  ')}`, columns)
  })
  return [style.bold(changeTotals(files)), ...lines]
}

/** The diff of a file below its name; in a pipe it names the file itself. Nothing where no lines changed. */
export function titledDiff(file: FileDiff, screen: DiffScreen): string[] {
  const lines = diffLines(file.diff, screen)
  if (lines.length === 0 || screen.columns === undefined) return lines
  return ['', screen.style.bold(changeName(file)), ...lines]
}

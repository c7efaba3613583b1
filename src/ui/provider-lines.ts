import type {Environment} from '../paths.ts'
import type {AddResult} from '../providers/add-provider.ts'
import {shortHome} from './short-path.ts'

/** What a person reads after a provider was saved. */
export function savedLines(result: AddResult, env: Environment): string[] {
  const {name, type, endpoint, model, file, current, keyStore, warning, check} = result
  return [
    `Saved "${name}" (${type}, ${endpoint}${model === undefined ? '' : `, ${model}`}) to ${shortHome(file, env)} (only you can read it).`,
    ...(keyStore === undefined ? [] : [`The key is in ${shortHome(keyStore, env)}.`]),
    ...(warning === undefined ? [] : [warning]),
    ...(check === undefined ? ['It was not tried: vibe provider:test ' + name] : []),
    current
      ? 'Ready. Start with: vibe'
      : `Use it with: vibe -p ${name}   or make it current: vibe provider:use ${name}`,
  ]
}

/**
 * Columns as wide as their longest cell, two blanks apart, without trailing blanks.
 * @param columns of the terminal: where the table is wider, each row becomes a few lines, the first column's mark and the
 * second's name above the rest; undefined for no limit
 */
export function table(head: string[], rows: string[][], columns?: number): string[] {
  const lines = aligned(head, rows)
  return columns === undefined || lines.every((line) => line.length <= columns) ? lines : rows.flatMap(stacked)
}

function stacked(row: string[]): string[] {
  const [mark = '', name = '', ...rest] = row
  return [`${mark.padEnd(1)} ${name}`.trimEnd(), ...rest.filter((cell) => cell !== '').map((cell) => `      ${cell}`)]
}

function aligned(head: string[], rows: string[][]): string[] {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

import {CHECKS} from '../doctor/checks.ts'
import {examine, exitFor} from '../doctor/examine.ts'
import type {Finding, FindingState} from '../doctor/finding.ts'
import type {Surroundings} from '../doctor/place.ts'
import type {ExitCode} from '../exit-codes.ts'
import type {Environment} from '../paths.ts'
import {sanitize} from './sanitize.ts'
import {shortHome} from './short-path.ts'
import {styleFor, type Output, type Style} from './style.ts'
import {canShowTasks, showTasks} from './tasks.ts'
import {wrapWords} from './wrap.ts'

const SIGNS: Record<FindingState, {sign: string; colour: keyof Style}> = {
  ok: {sign: '✓', colour: 'green'},
  warning: {sign: '!', colour: 'yellow'},
  error: {sign: '✗', colour: 'red'},
  skipped: {sign: '-', colour: 'dim'},
}

export type Examination = {findings: Finding[]; exit: ExitCode}

/** Looks at everything and shows it: while it works as a list on a terminal, then in one line for each finding. */
export async function runDoctor(
  surroundings: Surroundings,
  options: {signal: AbortSignal; out: Output; quiet: boolean},
): Promise<Examination> {
  const {signal, out, quiet} = options
  const {env} = surroundings.host
  const isLive = !quiet && canShowTasks(out, env)
  const list = isLive ? await showTasks(CHECKS) : undefined
  let findings: Finding[] = []
  try {
    findings = await examine(surroundings, signal, (id, found) => list?.done(id, !found.some(isError)))
  } finally {
    await list?.close()
  }
  if (!quiet)
    out.write(
      `${findingLines(findings, {columns: out.isTTY ? out.columns : undefined, env, style: styleFor(out, env)}).join('\n')}\n`,
    )
  return {findings, exit: exitFor(findings)}
}

function isError({state}: Finding): boolean {
  return state === 'error'
}

type Look = {columns: number | undefined; env: Environment; style: Style}

/** One line for each finding, the step that mends it below, and a sentence at the end. */
export function findingLines(findings: readonly Finding[], look: Look): string[] {
  return [...findings.flatMap((finding) => lines(finding, look)), '', summary(findings, look)]
}

function lines({title, state, detail, mend}: Finding, {columns, env, style}: Look): string[] {
  const {sign, colour} = SIGNS[state]
  const text = shortHome(sanitize(`  ${title}: ${detail}`), env)
  // Wrapped without its sign, which colours, so that the second line stands below the first.
  const wrapped = wrapWords(text, columns)
  const first = `${style[colour](sign)}${wrapped.slice(1)}`
  const isShown = mend !== undefined && state !== 'ok'
  return isShown ? [first, `    → ${shortHome(sanitize(mend), env)}`] : [first]
}

function summary(findings: readonly Finding[], {columns, style}: Look): string {
  const count = (state: FindingState) => findings.filter((finding) => finding.state === state).length
  const [errors, warnings] = [count('error'), count('warning')]
  const some = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`
  if (errors > 0)
    return style.red(
      wrapWords(
        `${some(errors, 'thing')} to mend before anything works${warnings > 0 ? `, ${some(warnings, 'warning')}` : ''}.`,
        columns,
      ),
    )
  return wrapWords(warnings > 0 ? `Nothing stops work; ${some(warnings, 'warning')}.` : 'All is well.', columns)
}

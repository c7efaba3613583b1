import type {PullProgress} from 'vibe-plugin-api'
import {bytesText, seconds} from './figures.ts'
import {sanitize} from './sanitize.ts'
import type {Output} from './style.ts'

export type PullFace = {
  show: (progress: PullProgress) => void
  /** Leaves the last state on the screen. @param ok whether the model is there */
  end: (ok: boolean) => Promise<void>
}

const BAR = 24
const STEP_PERCENT = 10

/** A bar that moves in a terminal; a line for each tenth, and each new step, everywhere else. */
export async function openPullFace(model: string, output: NodeJS.WriteStream): Promise<PullFace> {
  return output.isTTY && output.columns > 0 ? bar(sanitize(model), output) : lines(sanitize(model), output)
}

async function bar(model: string, output: NodeJS.WriteStream): Promise<PullFace> {
  const {Listr, ListrLogger, ProcessOutput} = await import('listr2')
  const whole = Promise.withResolvers<void>()
  const rate = speedometer()
  let draw = (_text: string): void => undefined
  const title = (progress?: PullProgress) =>
    barText({model, progress, speed: rate(progress?.completed)}, output.columns)
  const list = new Listr(
    [
      {
        title: title(),
        task: async (_context, task) => {
          draw = (text) => void (task.title = text)
          await whole.promise
        },
      },
    ],
    {
      registerSignalListeners: false,
      exitOnError: false,
      rendererOptions: {logger: new ListrLogger({processOutput: new ProcessOutput(output, output)})},
    },
  )
  const letGo = holdSignals()
  const running = list.run()
  let last: PullProgress | undefined
  return {
    show: (progress) => {
      last = progress
      draw(title(progress))
    },
    end: async (ok) => {
      draw(ok ? `${model} is there${last?.total === undefined ? '' : `, ${bytesText(last.total)}`}` : title(last))
      if (ok) whole.resolve()
      else whole.reject(new Error('stopped'))
      await running.catch(() => undefined) // What failed is said by whoever asked for it.
      letGo()
    },
  }
}

/**
 * The package that shows the cursor again ends the process on a signal for which nobody but itself listens, and who
 * listens once is gone by then.
 */
function holdSignals(): () => void {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const hold = () => undefined
  for (const name of names) process.on(name, hold)
  return () => names.forEach((name) => void process.removeListener(name, hold))
}

/** @returns bytes each second over the last seconds, from what is fetched so far */
function speedometer(now: () => number = () => performance.now()): (completed?: number) => number | undefined {
  const marks: Array<{at: number; completed: number}> = []
  return (completed) => {
    if (completed === undefined) return undefined
    const at = now()
    marks.push({at, completed})
    while (marks.length > 2 && at - (marks[0]?.at ?? at) > 5000) marks.shift()
    const first = marks[0]
    const passed = first === undefined ? 0 : at - first.at
    return first === undefined || passed < 500
      ? undefined
      : Math.max(0, ((completed - first.completed) / passed) * 1000)
  }
}

type BarFacts = {model: string; progress?: PullProgress | undefined; speed?: number | undefined}

/** "qwen3:8b ██████░░░░ 41 % 2.1 of 5.2 GB, 30 MB/s, 1 min left", with fewer words where the terminal is narrow. */
export function barText({model, progress, speed}: BarFacts, columns: number): string {
  const room = Math.max(20, columns - 4)
  if (progress?.total === undefined || progress.total === 0) return clip(`${model}  ${progress?.status ?? ''}`, room)
  const {completed = 0, total} = progress
  const share = completed / total
  const percent = `${Math.floor(100 * share)} %`
  const rest = speed ? `, ${bytesText(speed)}/s, ${leftText((total - completed) / speed)}` : ''
  const size = `${bytesText(completed)} of ${bytesText(total)}`
  const filled = (width: number) => '█'.repeat(Math.round(width * share)).padEnd(width, '░')
  const forms = [
    `${model} ${filled(BAR)} ${percent}  ${size}${rest}`,
    `${model} ${filled(BAR / 2)} ${percent}  ${size}`,
    `${model} ${percent}  ${size}`,
    `${percent}  ${size}`,
  ]
  return forms.find((form) => form.length <= room) ?? percent
}

function leftText(left: number): string {
  if (left < 90) return `${Math.max(1, Math.round(left))} s left`
  return left < 5400 ? `${Math.round(left / 60)} min left` : `${Math.round(left / 3600)} h left`
}

function lines(model: string, output: Output): PullFace {
  const started = performance.now()
  let status = ''
  let tenth = -1
  return {
    show: (progress) => {
      const {total, completed = 0} = progress
      const now = total ? Math.floor((100 * completed) / total / STEP_PERCENT) : -1
      if (progress.status === status && now <= tenth) return
      status = progress.status
      tenth = Math.max(tenth, now)
      const size = total ? `, ${Math.floor((100 * completed) / total)} % of ${bytesText(total)}` : ''
      output.write(`  ${model}: ${sanitize(status)}${size}\n`)
    },
    end: async (ok) => {
      if (ok) output.write(`  ${model}: done in ${seconds(performance.now() - started)}\n`)
    },
  }
}

function clip(text: string, width: number): string {
  return text.length <= width ? text.trimEnd() : `${text.slice(0, width - 1)}…`
}

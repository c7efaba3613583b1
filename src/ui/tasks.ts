import type {Output} from './style.ts'

export type Task = {id: string; title: string}

/** A list of tasks under way on a terminal, which is taken away at the end. */
export type TaskList = {
  done: (id: string, ok: boolean) => void
  /** Ends the drawing, whatever is still under way. */
  close: () => Promise<void>
}

/** Narrower than this a list would wrap, and be drawn over itself. */
const NARROWEST = 20

/** Whether a list that repaints itself has a place to do it. */
export function canShowTasks(output: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  return output.isTTY === true && (output.columns ?? 0) >= NARROWEST && env['TERM'] !== 'dumb' && !env['CI']
}

/** Draws on standard output with listr2. Signals stay with whoever has them. */
export async function showTasks(tasks: readonly Task[]): Promise<TaskList> {
  const {Listr} = await import('listr2')
  const ends = new Map<string, (ok: boolean) => void>()
  const list = new Listr(
    tasks.map(({id, title}) => {
      const end = new Promise<boolean>((resolve) => ends.set(id, resolve))
      return {
        title,
        task: async () => {
          if (!(await end)) throw new Error(title)
        },
      }
    }),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: {clearOutput: true, showErrorMessage: false, collapseErrors: false},
    },
  )
  const drawn = list.run()
  return {
    done: (id, ok) => ends.get(id)?.(ok),
    close: async () => {
      for (const end of ends.values()) end(true)
      await drawn
    },
  }
}

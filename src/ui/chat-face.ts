import type {AgentEvent, Ask, AskRemote} from '../agent/events.ts'

/** How a chat shows itself and hears its user: by lines that are only added, or by a screen that is painted. */
export type ChatFace = {
  /** What can be typed, in a line. */
  hint: string
  /** Finished words, wrapped here. */
  say: (text: string) => void
  /** Shows a message that was given on the command line as if it had been typed. */
  echo: (prompt: string) => void
  /** @returns undefined when the user leaves, or is taken to have left */
  next: () => Promise<string | undefined>
  /** What the status line shows, the most important part first. */
  status: (parts: readonly string[]) => void
  /** Begins to show one turn. */
  turn: (options: TurnOptions) => Promise<TurnFace>
  /** Work that reads the terminal and writes on it by itself. */
  outside: <Result>(work: () => Promise<Result>) => Promise<Result>
  close: () => void
}

export type TurnOptions = {
  /** The message that the turn is about. */
  line: string
  /** Stops the turn; for Ctrl-C and Esc where they are keys. */
  stop: () => void
  signal: AbortSignal
  /** The last words of a turn. */
  closing: (result: Extract<AgentEvent, {type: 'result'}>) => string
}

export type TurnFace = {
  show: (event: AgentEvent) => void
  ask: Ask
  askRemote: AskRemote
  /** Whether the plan of the architect is to be carried out. */
  confirm: () => Promise<boolean>
  end: () => void
}

import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {cellsOf} from './cells.ts'
import {clipCells, padCells} from './fit-cells.ts'
import {askEnquirer, type Question} from './enquirer-shim.ts'

export type Choice<Value extends string = string> = {
  value: Value
  label: string
  hint?: string
  /** Other words by which `search` finds it. */
  also?: readonly string[]
}

/** Thrown by every question that is left: `interrupted` for Ctrl-C, Ctrl-D and a closed terminal, `step-back` for Esc. */
export type LeftCode = 'interrupted' | 'step-back'

/** Whether a person can be asked: both the keys and the screen are a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true
}

/** @returns the chosen value; the pointer starts at the first choice */
export async function select<Value extends string>(message: string, choices: Array<Choice<Value>>): Promise<Value> {
  const question: Question = {type: 'select', message, choices: rowsOf(choices), format: chosen(choices)}
  const value = String(await ask(question))
  return choices.find((choice) => choice.value === value)?.value ?? refuse(value)
}

/**
 * `select` for a long list: typing narrows it to what has the text in its label or hint.
 * @returns the chosen value
 */
export async function search<Value extends string>(message: string, choices: Array<Choice<Value>>): Promise<Value> {
  for (;;) {
    const question: Question = {
      type: 'autocomplete',
      message,
      choices: rowsOf(choices),
      suggest: narrowed(choices),
      format: chosen(choices),
    }
    const value = String(await ask(question))
    const found = choices.find((choice) => choice.value === value)
    if (found) return found.value
  }
}

function narrowed(choices: Choice[]): NonNullable<Question['suggest']> {
  const words = new Map(
    choices.map(({value, label, hint = '', also = []}) => [
      value,
      [label, value, hint, ...also].join(' ').toLowerCase(),
    ]),
  )
  return (typed, rows) => rows.filter(({name}) => words.get(name)?.includes(typed.trim().toLowerCase()))
}

/** @param check returns what is wrong, undefined when nothing is */
export async function input(
  message: string,
  options: {initial?: string; check?: (value: string) => string | undefined} = {},
): Promise<string> {
  const {initial, check} = options
  const question: Question = {type: 'input', message, validate: (value) => check?.(value.trim()) ?? true}
  return String(await ask(initial === undefined ? question : {...question, initial})).trim()
}

/**
 * A masked question. The mask is short whatever is pasted: a line wider than the terminal would be drawn again at each key.
 * @param check cleans what was typed, or says what is wrong with it
 */
export async function secret(
  message: string,
  check: (value: string) => {value: string} | {problem: string},
): Promise<string> {
  const typed = await ask({
    type: 'password',
    message,
    format() {
      return this.input.length === 0
        ? ''
        : `${'*'.repeat(Math.min(this.input.length, 12))} ${this.input.length} characters`
    },
    validate: (value) => {
      const checked = check(value)
      return 'problem' in checked ? checked.problem : true
    },
  })
  const checked = check(String(typed))
  return 'value' in checked ? checked.value : refuse('the key')
}

export async function confirm(message: string, initial = false): Promise<boolean> {
  return (await ask({type: 'confirm', message, initial})) === true
}

async function ask(question: Question): Promise<unknown> {
  if (!canAsk()) {
    throw new VibeError({
      code: 'no-terminal',
      message: `Cannot ask "${question.message}" without a terminal.`,
      exit: ExitCode.notSetUp,
    })
  }
  const answer = await askEnquirer(question)
  if (answer.answered) return answer.value
  throw left(answer.by === 'escape' ? 'step-back' : 'interrupted')
}

/** What is thrown when a question, or a wait between two of them, is left. */
export function left(code: LeftCode = 'interrupted'): VibeError {
  return new VibeError({code, message: 'Nothing was saved.', exit: ExitCode.interrupted})
}

function chosen(choices: Choice[]): NonNullable<Question['format']> {
  return function () {
    if (!this.state.submitted || this.state.cancelled) return this.input
    return choices.find((choice) => choice.value === this.focused?.name)?.label ?? ''
  }
}

function rowsOf(choices: Choice[]): Array<{name: string; message: string}> {
  const width = Math.max(...choices.map((choice) => cellsOf(choice.label)))
  const room = Math.max(20, (process.stdout.columns ?? 80) - 8)
  return choices.map(({value, label, hint}) => ({
    name: value,
    message: clipCells(hint === undefined ? label : `${padCells(label, width)}  ${hint}`, room),
  }))
}

function refuse(what: string): never {
  throw new VibeError({code: 'answer-invalid', message: `No usable answer for ${what}.`, exit: ExitCode.usage})
}

import {Command, Flags, type Interfaces} from '@oclif/core'
import {VibeError} from './errors.ts'
import {ExitCode} from './exit-codes.ts'
import {errorText} from './ui/error-text.ts'
import {wrapWords} from './ui/wrap.ts'
import {isParseError, usageError} from './base-usage-error.ts'

type Values = Record<string, unknown>

/** What every command of vibe shares: `--json`, `--debug`, and errors that name what happened, where, and what mends it. */
export abstract class VibeCommand<_Class extends typeof Command = typeof Command> extends Command {
  static override enableJsonFlag = true
  static override baseFlags = {
    debug: Flags.boolean({description: 'Write a redacted log and name its file at the end', helpGroup: 'GLOBAL'}),
  }

  /** Renders what the user can act on and sets the exit code; usage errors get exit 2; anything else is a bug and goes on as one. */
  protected override async catch(error: Error & {exitCode?: number}): Promise<unknown> {
    const known = this.inOurWords(error)
    const nameLog = await this.debugLogOf(error)
    if (!(known instanceof VibeError)) {
      nameLog()
      return super.catch(error)
    }
    process.exitCode = known.exit
    this.showFailure(known)
    nameLog()
    return undefined
  }

  /** Standard input is a prompt or a key and has its own reader: oclif would take it for an argument that is missing. */
  protected override async parse<F extends Values, B extends Values, A extends Values>(
    options?: Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    for (const arg of Object.values(options?.args ?? this.ctor.args)) Object.assign(arg, {ignoreStdin: true})
    return super.parse(options, argv)
  }

  /** On a terminal, lines break between words. */
  override log(message = '', ...rest: unknown[]): void {
    super.log(wrapWords(message, process.stdout.columns), ...rest)
  }

  override logToStderr(message = '', ...rest: unknown[]): void {
    super.logToStderr(wrapWords(message, process.stderr.columns), ...rest)
  }

  /** Writes the failure down where `--debug` asks for it. @returns what names the file at the end */
  private async debugLogOf(error: Error): Promise<() => void> {
    const end = this.argv.indexOf('--')
    const words = end === -1 ? this.argv : this.argv.slice(0, end)
    if (!words.includes('--debug')) return () => undefined
    const {logFailure} = await import('./base-failure-log.ts')
    const say = (line: string) => void process.stderr.write(`${line}\n`)
    const path = logFailure(error, {id: this.id ?? '', argv: words, version: this.config.version}, say)
    return () => path !== undefined && say(`Debug log: ${path}`)
  }

  /** Says what failed: on standard output for programs, else on standard error for people. */
  protected showFailure(error: VibeError): void {
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(error))
    else process.stderr.write(renderError(error))
  }

  private inOurWords(error: Error): Error {
    if (error.name === 'AbortError') return interrupted(error)
    if (!isParseError(error)) return error
    const flags = Object.keys({
      ...this.ctor.baseFlags,
      ...this.ctor.flags,
      ...(this.ctor.enableJsonFlag && {json: true}),
    })
    return usageError(error, {name: (this.id ?? '').replaceAll(':', ' '), flags})
  }

  /** A signal that the first Ctrl-C or termination raises; the second one ends the process as usual. */
  protected stopSignal(): AbortSignal {
    const controller = new AbortController()
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => controller.abort())
    return controller.signal
  }

  protected override toErrorJson(error: unknown): unknown {
    return {error: errorFacts(error)}
  }

  protected override toSuccessJson(result: unknown): unknown {
    return result
  }
}

/** The message with its origin and the step that mends it, ending in a line break. */
export function renderError(error: VibeError): string {
  // Without its stack: what a person can act on is no bug.
  return `${errorText(errorFacts(error), process.stderr.columns)}\n`
}

function errorFacts(error: unknown): {code: string; message: string; origin?: string; hint?: string; exit: number} {
  if (error instanceof VibeError) {
    const {code, message, origin, hint, exit} = error
    return {code, message, ...(origin === undefined ? {} : {origin}), ...(hint === undefined ? {} : {hint}), exit}
  }
  const message = error instanceof Error ? error.message : String(error)
  const exit = oclifExit(error)
  return {code: exit === 2 ? 'usage' : 'bug', message, exit: exit ?? 1}
}

function interrupted(cause: Error): VibeError {
  return new VibeError({code: 'interrupted', message: 'Interrupted', exit: ExitCode.interrupted}, {cause})
}

function oclifExit(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('oclif' in error)) return undefined
  const {oclif} = error
  return typeof oclif === 'object' && oclif !== null && 'exit' in oclif && typeof oclif.exit === 'number'
    ? oclif.exit
    : undefined
}

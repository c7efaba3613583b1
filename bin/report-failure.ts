import {renderError} from '../src/base-command.ts'
import {systemCode, VibeError} from '../src/errors.ts'
import {ExitCode} from '../src/exit-codes.ts'

/**
 * Says on stderr why a command failed: a sentence for what the user can act on, the stack for a bug.
 * @returns the exit code for it
 */
export function reportFailure(failure: unknown): number {
  if (failure instanceof VibeError) return say(renderError(failure), failure.exit)
  if (!(failure instanceof Error)) return say(bugReport(String(failure)), ExitCode.bug)
  if (isFullDisk(failure)) return say(renderError(outputRefused(failure)), ExitCode.notSetUp)
  const exit = exitOf(failure)
  if (exit === undefined) return say(bugReport(failure.stack ?? failure.message), ExitCode.bug)
  if ('code' in failure && failure.code === 'EEXIT') return exit
  return say(`✗ ${failure.message}\n${suggestions(failure)}`, 'parse' in failure ? ExitCode.usage : exit)
}

function say(text: string, exit: number): number {
  process.stderr.write(text)
  return exit
}

/** A standard output that goes to a full disk names no file. */
function isFullDisk(failure: Error): boolean {
  const {syscall, path} = failure as NodeJS.ErrnoException
  return ['ENOSPC', 'EDQUOT', 'EIO'].includes(systemCode(failure) ?? '') && syscall === 'write' && path === undefined
}

function outputRefused(cause: Error): VibeError {
  const code = systemCode(cause) ?? ''
  const message = `The output cannot be written: ${code === 'EIO' ? 'the disk reports a fault' : 'the disk is full'} (${code}).`
  return new VibeError({code: 'write-failed', message, hint: 'Free some space and try again.', exit: ExitCode.notSetUp})
}

function bugReport(stack: string): string {
  return `${stack}\n\nThis is a bug in vibe or in one of its plugins. Please report it with the lines above and what "vibe doctor" says.\n`
}

/** The exit code that oclif attaches to what it throws on purpose. */
function exitOf(failure: Error): number | undefined {
  if (!('oclif' in failure)) return undefined
  const facts = failure.oclif
  return typeof facts === 'object' && facts !== null && 'exit' in facts && typeof facts.exit === 'number'
    ? facts.exit
    : undefined
}

function suggestions(failure: Error): string {
  if (!('suggestions' in failure) || !Array.isArray(failure.suggestions)) return ''
  return failure.suggestions.map((suggestion) => `  → ${String(suggestion)}\n`).join('')
}

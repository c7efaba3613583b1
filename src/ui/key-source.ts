import {checkApiKey} from '../config/api-key.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {KeySource} from '../providers/draft.ts'
import {commandWords} from '../providers/provider-input.ts'
import {checkedKey} from './prompts-for-provider.ts'
import {canAsk, secret} from './prompts.ts'

const LONGEST_KEY = 20_000
const STDIN_MS = 30_000

export type KeyFlags = {env: string | undefined; stdin: boolean; command: string | undefined; none: boolean}

/**
 * Where the flags say the key is.
 * @returns undefined when they say nothing
 * @throws VibeError: exit 2 for an impossible variable or command, 4 for a key that cannot be one
 */
export async function keySource(
  {env, stdin, command, none}: KeyFlags,
  signal: AbortSignal,
): Promise<KeySource | undefined> {
  if (none) return {kind: 'none'}
  if (env !== undefined) return {kind: 'env', variable: checkedVariable(env)}
  if (command !== undefined) return {kind: 'command', command: commandWords(command)}
  return stdin ? {kind: 'value', value: checkApiKey(await readKey(signal))} : undefined
}

function checkedVariable(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name
  // The value may be the key itself, given to the wrong flag: it is not repeated.
  throw new VibeError({
    code: 'variable-invalid',
    message: '--key-env takes the name of a variable, not a key.',
    hint: 'to give the key itself: --key-stdin',
    exit: ExitCode.usage,
  })
}

/** In a terminal the same flag asks, masked: that is what errors tell people to type. */
async function readKey(signal: AbortSignal): Promise<string> {
  const {stdin} = process
  if (canAsk()) return secret('API key (hidden)', checkedKey)
  if (stdin.isTTY) {
    throw new VibeError({
      code: 'no-key-on-stdin',
      message: '--key-stdin reads a key from a pipe or asks in a terminal, and standard output is no terminal.',
      hint: 'pass show work | vibe … --key-stdin',
      exit: ExitCode.usage,
    })
  }
  const timed = AbortSignal.any([signal, AbortSignal.timeout(STDIN_MS)])
  const stop = () => stdin.destroy(new Error('no key came'))
  timed.addEventListener('abort', stop, {once: true})
  let text = ''
  try {
    for await (const chunk of stdin) {
      text += String(chunk)
      if (text.length > LONGEST_KEY) throw tooLong()
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (!timed.aborted) throw error
    throw new VibeError({
      code: 'no-key-on-stdin',
      message: `No key came on standard input within ${STDIN_MS / 1000} s.`,
      exit: ExitCode.authentication,
    })
  } finally {
    timed.removeEventListener('abort', stop)
  }
  return text
}

function tooLong(): VibeError {
  return new VibeError({
    code: 'key-invalid',
    message: `What came on standard input is longer than any key (${LONGEST_KEY} characters).`,
    exit: ExitCode.authentication,
  })
}

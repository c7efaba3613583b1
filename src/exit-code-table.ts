import {ExitCode} from './exit-codes.ts'

const MEANINGS: Record<keyof typeof ExitCode, string> = {
  done: 'done',
  bug: 'a bug in vibe or in a plugin',
  usage: 'the command line cannot be understood',
  notSetUp: 'not set up, or the configuration is wrong',
  authentication: 'the key was refused or is missing',
  unreachable: 'the model service or the network cannot be reached',
  needsApproval: 'something needed an approval that nobody could give',
  limit: 'a limit was reached: turns, cost or time',
  checkFailed: 'a check did not pass, or an edit was refused',
  interrupted: 'interrupted',
}

/** Every exit code with what it means, ascending. */
export const exitCodeTable = Object.entries(ExitCode).map(([name, code]) => ({
  code,
  meaning: MEANINGS[name as keyof typeof ExitCode],
}))

import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {GitResult} from './run.ts'

type Known = {says: RegExp; code: string; message: string; hint: string; exit: ExitCode}

const KNOWN: readonly Known[] = [
  {
    says: /Please tell me who you are|empty ident name|unable to auto-detect|no (?:email|name) was given|user\.useConfigOnly/i,
    code: 'git-identity-missing',
    message: 'git does not know in whose name to commit. Nothing was committed.',
    hint: 'git config --global user.name "Your Name" && git config --global user.email you@example.com',
    exit: ExitCode.notSetUp,
  },
  {
    says: /dubious ownership/,
    code: 'git-foreign-owner',
    message: 'git does not touch this repository, because its folder belongs to somebody else.',
    hint: 'If you trust it: git config --global --add safe.directory FOLDER',
    exit: ExitCode.notSetUp,
  },
  {
    says: /index\.lock/,
    code: 'git-locked',
    message: 'Another git command is at work in this repository. Nothing was changed.',
    hint: 'Wait until it has ended, and try again',
    exit: ExitCode.checkFailed,
  },
  {
    says: /cannot lock ref|unable to create '[^']*\.lock'|but expected/i,
    code: 'git-moved',
    message: 'The branch was moved or is locked by somebody else just now. Nothing was committed.',
    hint: 'Look with git status, and try again',
    exit: ExitCode.checkFailed,
  },
  {
    says: /gpg failed to sign|failed to write commit object|couldn't load public key|Load key/i,
    code: 'git-not-signed',
    message: 'The commit could not be signed, as your commit.gpgSign asks for. Nothing was committed.',
    hint: 'Try: git commit -S   to see why',
    exit: ExitCode.checkFailed,
  },
]

/** What a git command that did not do its work means for a person. */
export function gitFailure({state, stderr}: GitResult, what: string): VibeError {
  if (state === 'missing')
    return new VibeError({
      code: 'git-missing',
      message: 'There is no git on PATH.',
      hint: 'Install git',
      exit: ExitCode.notSetUp,
    })
  if (state === 'stopped')
    return new VibeError({
      code: 'git-stopped',
      message: `git did not finish in time: ${what}.`,
      hint: 'Try again; in a very large repository name the files',
      exit: ExitCode.checkFailed,
    })
  const known = KNOWN.find(({says}) => says.test(stderr))
  if (known) {
    const {code, message, hint, exit} = known
    return new VibeError({code, message, hint, exit})
  }
  return new VibeError({
    code: 'git-failed',
    message: `git refused: ${what}: ${firstLine(stderr)}`,
    exit: ExitCode.checkFailed,
  })
}

/** Of what git said, without its "fatal: ". */
export function firstLine(stderr: string): string {
  const line = stderr.split('\n').find((text) => text.trim() !== '') ?? 'no reason given'
  return line.replace(/^(?:fatal|error): /, '').trim()
}

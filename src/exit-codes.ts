/** What the process's exit code tells a script. The table in README.md and `vibe help exit-codes` is written from here. */
export const ExitCode = {
  done: 0,
  bug: 1,
  usage: 2,
  notSetUp: 3,
  authentication: 4,
  unreachable: 5,
  needsApproval: 6,
  limit: 7,
  checkFailed: 8,
  interrupted: 130,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

import type {ExitCode} from './exit-codes.ts'

export type VibeErrorShape = {
  /** kebab-case, stable, for scripts: "config-invalid", "file-changed". */
  code: string
  /** What happened, in one sentence. */
  message: string
  /** Where it came from: a file and line, a variable, a URL, a package. */
  origin?: string
  /** The command or step that mends it. */
  hint?: string
  exit: ExitCode
}

/** A failure the user can act on. Anything else that is thrown is a bug and ends with its stack. */
export class VibeError extends Error {
  readonly code: string
  readonly origin?: string
  readonly hint?: string
  readonly exit: ExitCode

  constructor(shape: VibeErrorShape, options?: ErrorOptions) {
    super(shape.message, options)
    this.name = 'VibeError'
    this.code = shape.code
    this.exit = shape.exit
    if (shape.origin !== undefined) this.origin = shape.origin
    if (shape.hint !== undefined) this.hint = shape.hint
  }
}

/** The system's own code ("ENOENT") of a failed file or process call, undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  if (typeof error.code !== 'string') return undefined
  return NAMELESS[error.code] ?? error.code
}

/** Node has no name for the quota's error (122 on Linux, 69 on macOS). */
const NAMELESS: Readonly<Record<string, string>> = {
  'Unknown system error -122': 'EDQUOT',
  'Unknown system error -69': 'EDQUOT',
}

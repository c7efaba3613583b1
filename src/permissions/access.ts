/** One thing a tool call would touch. Paths are absolute and resolved through symlinks. */
export type AccessRequest =
  | {kind: 'read' | 'edit'; path: string; /** As the model wrote it. */ given: string}
  | {kind: 'execute'; command: string; cwd: string}
  | {kind: 'network'; host: string}

export type Verdict = 'allow' | 'ask' | 'deny'

/** A rule as data: what it matches and what then holds. Deny beats ask beats allow, whatever the order. */
export type Rule = {
  id: string
  decision: Verdict
  kind: AccessRequest['kind']
  /** A glob on the path relative to the root (read, edit), a token prefix of the command (execute), a host (network). Absent: all. */
  match?: string
}

export type Facts = {
  root: string
  mode: Mode
  /** Folders of our own that hold configuration, credentials, trust and sessions. */
  ownFolders: readonly string[]
  platform: NodeJS.Platform
}

export type Mode = 'code' | 'architect' | 'ask' | 'audit'

export type Decision = {verdict: Verdict; ruleId: string; reason: string; risky: boolean}

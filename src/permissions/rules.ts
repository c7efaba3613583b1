import {isAbsolute} from 'node:path'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {Rule, Verdict} from './access.ts'
import {plainWords} from './commands.ts'

const KINDS: Readonly<Record<string, Rule['kind']>> = {
  read: 'read',
  edit: 'edit',
  shell: 'execute',
  execute: 'execute',
  network: 'network',
}

const SYNTAX = 'Write edit, edit:src/**, shell:npm test, shell, read:/path/file or network:host.name'

/**
 * A rule as the command line spells it: `KIND` or `KIND:MATCH`.
 * - `edit`, `edit:src/**`, `read:/etc/hosts`: a glob on the path relative to the project, or an absolute path
 * - `shell` (or `execute`), `shell:npm test`: the first words of a plain command; `shell:*` is the same as `shell`
 * - `network:api.example.com`, `network:*.example.com`
 * @param decision what holds for what matches
 * @throws VibeError exit 2 on anything else
 */
export function parseRule(text: string, decision: Verdict = 'allow'): Rule {
  const trimmed = text.trim()
  const colon = trimmed.indexOf(':')
  const name = colon < 0 ? trimmed : trimmed.slice(0, colon)
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined
  if (!kind) throw badRule(text, `"${name}" is not a kind of access`)
  const rule: Rule = {id: `${decision} ${trimmed}`, decision, kind}
  if (colon < 0) return rule
  const match = trimmed.slice(colon + 1).trim()
  if (match === '') throw badRule(text, 'nothing stands behind the colon')
  if (match === '*' && kind !== 'read') return rule
  return {...rule, match: checkMatch(text, kind, match)}
}

/** `--yes`: edits and commands inside the project, but nothing outside it and nothing protected. */
export function yesRules(): Rule[] {
  return [
    {id: '--yes edit', decision: 'allow', kind: 'edit'},
    {id: '--yes shell', decision: 'allow', kind: 'execute'},
  ]
}

/** @param path a file that is not to be changed, absolute and resolved through symlinks */
export function readOnlyRule(path: string): Rule {
  return {id: `--read ${path}`, decision: 'deny', kind: 'edit', match: path.replaceAll('\\', '/')}
}

/**
 * Rules as `permissions.rules` of a configuration file has them.
 * @param origin names the file in the rules' ids
 * @throws VibeError exit 2 when a match is malformed
 */
export function rulesFromConfig(rules: ReadonlyArray<Omit<Rule, 'id'>>, origin: string): Rule[] {
  return rules.map((rule, index) => {
    const id = `${origin} permissions.rules[${index}]`
    const {decision, kind, match} = rule
    return match === undefined
      ? {id, decision, kind}
      : {id, decision, kind, match: checkMatch(`${kind}:${match}`, kind, match)}
  })
}

function checkMatch(text: string, kind: Rule['kind'], match: string): string {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(match)) throw badRule(text, 'it contains control characters')
  if (kind === 'execute') {
    const words = match === '*' ? undefined : plainWords(match)
    if (match !== '*' && !words)
      throw badRule(text, 'a command rule is plain words, without ; & | < > $ ` ( ) { } ~ \\')
    return match
  }
  if (kind === 'network') {
    if (!/^(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$|^\[[0-9a-f:.]+\]$|^\*$/i.test(match))
      throw badRule(text, `"${match}" is not a host name`)
    return match.toLowerCase()
  }
  const path = match.replace(/^(\.\/)+/, '')
  if (path.split('/').includes('..')) throw badRule(text, '".." is not allowed, write an absolute path')
  if (path === '' || (path.startsWith('~') && !isAbsolute(path)))
    throw badRule(text, 'write a path relative to the project, or an absolute one')
  return path.endsWith('/') && path !== '/' ? `${path}**` : path
}

function badRule(text: string, why: string): VibeError {
  return new VibeError({
    code: 'rule-invalid',
    message: `The rule ${JSON.stringify(text)} cannot be read: ${why}.`,
    hint: SYNTAX,
    exit: ExitCode.usage,
  })
}

import {resolve} from 'node:path'
import type {AccessRequest, Decision, Facts, Rule, Verdict} from './access.ts'
import {hasPrefix, mayContain} from './commands.ts'
import {isGlob, literalFolder, matchGlob} from './glob.ts'
import {isInside} from './paths.ts'
import {foldSegment, protectionOf} from './protection.ts'

/** Why a request is risky: a code that rules are compared by, and words for people. */
type Risk = {code: string; reason: string}
type FileRequest = Extract<AccessRequest, {kind: 'read' | 'edit'}>

/**
 * Whether a request may happen. Pure: the same arguments give the same answer, in whatever order the rules stand.
 * A built-in denial stands above everything; then deny beats ask beats allow; then what is built in.
 * An allowing rule covers what is risky (outside the project, or protected) only when it names that place itself.
 */
export function decide(access: AccessRequest, rules: readonly Rule[], facts: Facts): Decision {
  const risks = risksOf(access, facts)
  const builtIn = builtInDecision(access, facts, risks)
  if (builtIn.verdict === 'deny') return builtIn
  for (const verdict of ['deny', 'ask', 'allow'] as const) {
    const rule = firstOf(rules.filter((one) => one.decision === verdict && applies(one, {access, facts, risks})))
    if (rule) return {verdict, ruleId: rule.id, reason: reasonOf(verdict, rule, risks), risky: builtIn.risky}
  }
  return builtIn
}

/**
 * For tools that look at many files at once: which of them may be read without asking.
 * @returns a function on resolved absolute paths
 */
export function readFilter(rules: readonly Rule[], facts: Facts): (path: string) => boolean {
  const relevant = rules.filter((rule) => rule.kind === 'read')
  return (path) => decide({kind: 'read', path, given: path}, relevant, facts).verdict === 'allow'
}

function builtInDecision(access: AccessRequest, facts: Facts, risks: readonly Risk[]): Decision {
  const readOnly = facts.mode === 'ask' || facts.mode === 'audit'
  if (readOnly && (access.kind === 'edit' || access.kind === 'execute')) {
    const what = access.kind === 'edit' ? 'change files' : 'run commands'
    return {verdict: 'deny', ruleId: 'built-in:mode', reason: `${facts.mode} mode does not ${what}`, risky: false}
  }
  const risk = risks[0]
  if (risk)
    return {
      verdict: 'ask',
      ruleId: `built-in:${risk.code.split(' ', 1)[0]}`,
      reason: risks.map((one) => one.reason).join('; '),
      risky: true,
    }
  if (access.kind === 'read')
    return {verdict: 'allow', ruleId: 'built-in:read-inside', reason: 'reading inside the project', risky: false}
  const reason = {edit: 'it changes a file', execute: 'it runs a command', network: 'it connects to another machine'}[
    access.kind
  ]
  return {verdict: 'ask', ruleId: `built-in:${access.kind}`, reason, risky: false}
}

function risksOf(access: AccessRequest, facts: Facts): Risk[] {
  if (access.kind === 'network') return []
  if (access.kind === 'execute') {
    return isInside(facts.root, access.cwd, facts.platform)
      ? []
      : [{code: 'outside', reason: `${access.cwd} is outside the project`}]
  }
  return pathRisks(access.kind, access.path, facts)
}

function pathRisks(kind: 'read' | 'edit', path: string, facts: Facts): Risk[] {
  const risks: Risk[] = []
  const inside = isInside(facts.root, path, facts.platform)
  if (!inside) risks.push({code: 'outside', reason: `${path} is outside the project`})
  if (facts.ownFolders.some((folder) => isInside(fold(folder), fold(path), facts.platform))) {
    risks.push({code: 'own-folder', reason: 'it belongs to vibe itself'})
  }
  const found = protectionOf(inside ? relativeTo(facts, path) : path)
  if (found && (found.level === 'secret' || kind === 'edit'))
    risks.push({code: `protected ${found.what}`, reason: found.what})
  return risks
}

type Question = {access: AccessRequest; facts: Facts; risks: readonly Risk[]}

function applies(rule: Rule, question: Question): boolean {
  const {access} = question
  if (rule.kind !== access.kind) return false
  const strict = rule.decision === 'allow'
  if (access.kind === 'execute') {
    if (strict && question.risks.length > 0) return false
    if (rule.match === undefined || rule.match === '*') return true
    return strict ? hasPrefix(access.command, rule.match) : mayContain(access.command, rule.match)
  }
  if (access.kind === 'network') return rule.match === undefined || matchHost(rule.match, access.host)
  if (rule.match === undefined) return !strict || question.risks.length === 0
  if (strict) return allowsPath(rule.match, access, question)
  return [access.path, resolve(question.facts.root, access.given)].some((path) =>
    restrictsPath(rule.match ?? '', path, question.facts),
  )
}

/** An allowing rule is read narrowly: the whole path, this spelling, and each risk must be in the rule's own words. */
function allowsPath(match: string, access: FileRequest, {facts, risks}: Question): boolean {
  const path = slashes(facts, access.path)
  const absolute = isAbsoluteMatch(match)
  const candidate = absolute ? path : relativeTo(facts, access.path)
  if (!absolute && !isInside(facts.root, access.path, facts.platform)) return false
  if (!matchGlob(match.normalize('NFC'), candidate.normalize('NFC'))) return false
  if (risks.length === 0 || candidate === match) return true
  if (!isGlob(match)) return false
  const named = literalFolder(match)
  const example = `${absolute ? named : `${slashes(facts, facts.root)}/${named}`}/x`
  const known = new Set(pathRisks(access.kind, example, facts).map((risk) => risk.code))
  return risks.every((risk) => known.has(risk.code))
}

/** A restricting rule is read widely: any case, any depth for a bare name, and everything below a folder it names. */
function restrictsPath(match: string, path: string, facts: Facts): boolean {
  const inside = isInside(facts.root, path, facts.platform)
  const target = fold(
    isAbsoluteMatch(match) ? slashes(facts, path) : inside ? relativeTo(facts, path) : slashes(facts, path),
  )
  const pattern = fold(match)
  const wide = pattern.includes('/') ? pattern : `**/${pattern}`
  return [wide, `${wide}/**`].some((one) => matchGlob(one, target))
}

function matchHost(match: string, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  if (match === '*') return true
  return match.startsWith('*.') ? name.endsWith(match.slice(1).toLowerCase()) : name === match.toLowerCase()
}

function isAbsoluteMatch(match: string): boolean {
  return match.startsWith('/') || /^[a-z]:\//i.test(match)
}

function relativeTo(facts: Facts, path: string): string {
  const root = slashes(facts, facts.root).replace(/\/$/, '')
  return slashes(facts, path).slice(root.length + 1)
}

function slashes(facts: Facts, path: string): string {
  return facts.platform === 'win32' ? path.replaceAll('\\', '/') : path
}

function fold(path: string): string {
  return path.split('/').map(foldSegment).join('/')
}

/** Of several rules that say the same, always the same one is named. */
function firstOf(rules: readonly Rule[]): Rule | undefined {
  const key = (rule: Rule) => `${rule.id}\0${rule.match ?? ''}`
  return rules.reduce<Rule | undefined>(
    (best, rule) => (best === undefined || key(rule) < key(best) ? rule : best),
    undefined,
  )
}

function reasonOf(verdict: Verdict, rule: Rule, risks: readonly Risk[]): string {
  const said = `the rule "${rule.id}" says ${verdict}`
  return verdict === 'ask' && risks.length > 0 ? `${said}; ${risks.map((risk) => risk.reason).join('; ')}` : said
}

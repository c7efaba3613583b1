import {statSync} from 'node:fs'
import {homedir} from 'node:os'
import {isAbsolute, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {PACKAGE_NAME as NAME} from './package-facts.ts'
import type {Source} from './types.ts'

/** Neither a colon nor a slash: behind an @, npm would take those for an address. */
const RANGE = /^[\w.+*^~<>=| -]{1,200}$/
const GIT = /^(?:git(?:\+[a-z]+)?:|(?:github|gitlab|bitbucket):|ssh:|[\w.-]+@[\w-]+(?:\.[\w-]+)+:)/i
const HOSTED = /^https:\/\/(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)\/[^/]+\/[^/#]+\/?(?:#.*)?$/i
const SHORTHAND = /^[\w-][\w.-]*\/[\w-][\w.-]*(?:#[\w./-]+)?$/
const HOSTS: Readonly<Record<string, string>> = {
  github: 'https://github.com/',
  gitlab: 'https://gitlab.com/',
  bitbucket: 'https://bitbucket.org/',
}

/**
 * Understands what was typed: a package of a registry with a version, range or tag, a tarball, a folder, an address, a repository.
 * @param cwd for relative paths
 * @throws VibeError (exit 2) for what is none of them
 */
export function parseSource(spec: string, cwd: string): Source {
  const typed = spec.trim()
  if (typed === '' || typed.length > 1000 || /[\p{Cc}\p{Cf}]/u.test(typed) || typed.startsWith('-'))
    throw unusable(typed, 'that is no name of a package')
  if (isPath(typed)) return fromDisk(typed, cwd)
  if (typed.startsWith('@') && NAME.test(typed.split('@')[1] === undefined ? '' : `@${typed.split('@')[1] ?? ''}`))
    return fromRegistry(typed)
  if (GIT.test(typed) || HOSTED.test(typed) || /^https?:.*\.git(?:#.*)?$/i.test(typed) || SHORTHAND.test(typed))
    return fromGit(typed)
  if (/^https?:\/\//i.test(typed)) return {kind: 'url', url: typed}
  return fromRegistry(typed.replace(/^npm:/, ''))
}

function isPath(typed: string): boolean {
  const local = /^(?:file:|\.{1,2}(?:[\\/]|$)|~[\\/])/.test(typed) || isAbsolute(typed)
  return local || (/\.(?:tgz|tar\.gz)$/i.test(typed) && !/^[a-z+]+:/i.test(typed))
}

function fromDisk(typed: string, cwd: string): Source {
  const path = /^file:\/\//.test(typed)
    ? fileURLToPath(typed)
    : resolve(cwd, typed.replace(/^file:/, '').replace(/^~(?=[\\/])/, homedir()))
  const facts = statSync(path, {throwIfNoEntry: false})
  if (facts?.isFile()) return {kind: 'tarball', path}
  if (facts?.isDirectory() && statSync(join(path, 'package.json'), {throwIfNoEntry: false})?.isFile())
    return {kind: 'folder', path}
  throw unusable(typed, facts === undefined ? `${path} does not exist` : `${path} holds no package.json`)
}

function fromRegistry(typed: string): Source {
  const at = typed.indexOf('@', 1)
  const name = at === -1 ? typed : typed.slice(0, at)
  const range = at === -1 ? 'latest' : typed.slice(at + 1).trim()
  if (!NAME.test(name) || name.length > 214) throw unusable(typed, `"${name}" is no name of a package`)
  if (!RANGE.test(range)) throw unusable(typed, `"${range}" is no version, range or tag`)
  return {kind: 'registry', name, range}
}

function fromGit(typed: string): Source {
  const hash = typed.indexOf('#')
  const place = hash === -1 ? typed : typed.slice(0, hash)
  const ref = hash === -1 ? '' : typed.slice(hash + 1)
  if (ref !== '' && !/^[\w][\w./-]{0,200}$/.test(ref))
    throw unusable(typed, `"${ref}" is no branch, tag or commit of a repository`)
  return {kind: 'git', url: repositoryUrl(place), ...(ref !== '' && {ref})}
}

function repositoryUrl(place: string): string {
  const [, host, path] = /^(github|gitlab|bitbucket):(.+)$/i.exec(place) ?? []
  if (host !== undefined && path !== undefined) return `${HOSTS[host.toLowerCase()] ?? ''}${path}`
  if (SHORTHAND.test(place)) return `${HOSTS['github'] ?? ''}${place}`
  return place.replace(/^git\+/i, '')
}

function unusable(typed: string, reason: string): VibeError {
  return new VibeError({
    code: 'package-unusable',
    message: `Cannot install "${typed.slice(0, 100)}": ${reason.slice(0, 300)}`,
    hint: 'vibe plugins install vibe-provider-NAME   or a version of it, a .tgz file, a folder (./NAME), an address, git+https://…',
    exit: ExitCode.usage,
  })
}

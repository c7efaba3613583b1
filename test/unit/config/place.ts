import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {loadConfig} from '../../../src/config/load.ts'
import type {LoadedConfig, LoadOptions} from '../../../src/config/values.ts'

/** A home and a project of their own for one test. */
export type Place = {home: string; project: string; user: string; env: Record<string, string>}

export function makePlace(): Place {
  const home = mkdtempSync(join(tmpdir(), 'vibe-config-'))
  const project = join(home, 'project')
  mkdirSync(join(project, '.vibe-coder'), {recursive: true})
  const user = join(home, '.config', 'vibe-coder', 'config.json')
  mkdirSync(dirname(user), {recursive: true, mode: 0o700})
  return {home, project, user, env: {HOME: home}}
}

export function writeUser(place: Place, content: unknown): void {
  writeFileSync(place.user, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2))
}

export function writeProject(place: Place, content: unknown): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content, undefined, 2)
  writeFileSync(join(place.project, '.vibe-coder', 'config.json'), text)
}

export function optionsOf(place: Place, more: Partial<LoadOptions> = {}): LoadOptions {
  return {cwd: place.project, env: place.env, trusted: false, ...more}
}

export function load(place: Place, more: Partial<LoadOptions> = {}): LoadedConfig {
  return loadConfig(optionsOf(place, more))
}

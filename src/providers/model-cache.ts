import {readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import type {ModelInfo} from 'vibe-plugin-api'
import {systemCode} from '../errors.ts'

/** As much of a model as a list of names needs. */
export type KnownModel = {id: string; name?: string}

const MAX_BYTES = 1_000_000
const MAX_MODELS = 2_000

/** Keeps what a service listed, for whoever must not ask it: completion. Never fails: a cache may be lost. */
export async function rememberModels(
  cacheFolder: string,
  instance: string,
  models: readonly ModelInfo[],
): Promise<void> {
  const known = models.slice(0, MAX_MODELS).map(({id, name}) => ({id, ...(name !== undefined && {name})}))
  try {
    const [{writeFileAtomic}, {ensurePrivateFolder}] = await Promise.all([
      import('../files/atomic-write.ts'),
      import('../files/private-folder.ts'),
    ])
    await ensurePrivateFolder(join(cacheFolder, 'models'))
    await writeFileAtomic(fileFor(cacheFolder, instance), `${JSON.stringify({models: known})}\n`, {mode: 0o600})
  } catch {
    // A full or read-only disk only costs suggestions.
  }
}

/** What the service of a configured provider listed when it was last asked; empty when it never was. */
export function recallModels(cacheFolder: string, instance: string): KnownModel[] {
  if (!/^[\w-]{1,64}$/.test(instance)) return []
  try {
    const path = fileFor(cacheFolder, instance)
    const found = statSync(path, {throwIfNoEntry: false})
    if (!found?.isFile() || found.size > MAX_BYTES) return []
    const content = JSON.parse(readFileSync(path, 'utf8')) as {models?: unknown} | null
    return Array.isArray(content?.models) ? content.models.filter(isKnown) : []
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return []
    throw error
  }
}

function fileFor(cacheFolder: string, instance: string): string {
  return join(cacheFolder, 'models', `${instance}.json`)
}

function isKnown(value: unknown): value is KnownModel {
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') return false
  return !('name' in value) || typeof value.name === 'string'
}

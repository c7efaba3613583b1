import {API_VERSION} from 'vibe-plugin-api'
import type {PluginSource} from './types.ts'

/** The oldest contract that this vibe still speaks; the newest is API_VERSION. */
export const OLDEST_API_VERSION = 1

export function isSupportedApi(version: number): boolean {
  return version >= OLDEST_API_VERSION && version <= API_VERSION
}

/** Why a plugin of another contract is left out, and the two ways to mend it. */
export function apiSentence(plugin: PluginSource, spoken: number, vibeVersion: string): string {
  const window = OLDEST_API_VERSION < API_VERSION ? `${OLDEST_API_VERSION}-${API_VERSION}` : `${API_VERSION}`
  const facts = `${plugin.name} speaks provider contract ${spoken}; this vibe (${vibeVersion}) speaks ${window}.`
  return spoken > API_VERSION
    ? `${facts} Update vibe, or: vibe plugins install ${plugin.name}@^${API_VERSION}`
    : `${facts} Ask its author for contract ${API_VERSION}, or: vibe plugins install ${plugin.name}@latest`
}

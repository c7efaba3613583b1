import type {JsonObject} from 'vibe-plugin-api'
import type {Environment} from '../paths.ts'
import {parseSetting} from './settings.ts'
import type {ProviderManifest} from './types.ts'

/** Settings whose own variable (`x-vibe.env`) is set; what does not read as the setting's type is left to validation. */
export function environmentSettings(manifest: ProviderManifest, env: Environment): JsonObject {
  const found: JsonObject = {}
  for (const [name, schema] of Object.entries(manifest.settings.properties)) {
    const text = env[schema['x-vibe']?.env ?? '']?.trim()
    if (text) found[name] = parseSetting(schema, text)
  }
  return found
}

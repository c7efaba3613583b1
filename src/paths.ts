import {homedir} from 'node:os'
import {join} from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where vibe keeps things; each folder is 0700 and made when first written to. */
export type Homes = {config: string; data: string; cache: string}

/**
 * The same places that oclif derives from its `dirname`, so that plugins and our own files lie together.
 * XDG variables win on every platform; relative ones are ignored, as their specification asks.
 */
export function homes(env: Environment = process.env, platform: NodeJS.Platform = process.platform): Homes {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homedir()
  const local = platform === 'win32' ? (env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local')) : undefined
  const place = (variable: string, otherwise: string) => {
    const base = env[variable]
    return join(
      base?.startsWith('/') || (platform === 'win32' && base) ? base : (local ?? join(home, otherwise)),
      'vibe-coder',
    )
  }
  const cacheBase = platform === 'darwin' && !env['XDG_CACHE_HOME'] ? 'Library/Caches' : '.cache'
  return {
    config: place('XDG_CONFIG_HOME', '.config'),
    data: place('XDG_DATA_HOME', '.local/share'),
    cache: place('XDG_CACHE_HOME', cacheBase),
  }
}

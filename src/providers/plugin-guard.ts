import {isForeign} from './plugin-facts.ts'
import {runForeign} from './foreign-code.ts'

/** The part of a loaded oclif plugin that is changed here. */
export type HookedPlugin = {name: string; type: string; hooks: Record<string, unknown>}

export type GuardedLoad<Config> = {
  config: Config
  /** Set when the user's plugins had to be left out, with the reason. */
  problem?: string
}

const LOAD_MS = 5_000

/**
 * Takes every oclif hook from plugins that the user installed or linked. Call it between `Config.load` and `run`:
 * an `init` hook runs before each command, and one that throws or exits would end them all, `plugins uninstall` too.
 * @param plugins `config.plugins.values()`
 * @returns the names of the plugins that had hooks
 */
export function stripForeignHooks(plugins: Iterable<HookedPlugin>): string[] {
  const stripped: string[] = []
  for (const plugin of plugins) {
    if (!isForeign({...plugin, version: '', root: '', pjson: undefined}) || Object.keys(plugin.hooks).length === 0)
      continue
    plugin.hooks = {}
    stripped.push(plugin.name)
  }
  return stripped
}

/**
 * Loads oclif's configuration. For a plugin with commands but without `oclif.manifest.json`, oclif imports each command to
 * learn its flags: such code may exit or hang before any command of ours runs. When that happens, the user's plugins are left out.
 * @param load calls `Config.load` with the given `userPlugins`
 */
export async function loadGuarded<Config>(
  load: (userPlugins: boolean) => Promise<Config>,
  limitMs = LOAD_MS,
): Promise<GuardedLoad<Config>> {
  try {
    return {config: await runForeign({root: '', limitMs, waitingFor: 'loading them'}, () => load(true))}
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return {config: await load(false), problem: `your plugins were left out: ${reason}`}
  }
}

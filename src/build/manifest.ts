import {Plugin, settings} from '@oclif/core'
import {join} from 'node:path'
import {writeChanged} from './files.ts'

/**
 * Reads every built command once, so that starting vibe reads none.
 * @returns the text of `oclif.manifest.json`
 */
export async function commandManifest(root: string): Promise<string> {
  settings.enableAutoTranspile = false
  const plugin = new Plugin({
    root,
    name: 'vibe-coder',
    type: 'core',
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  })
  await plugin.load()
  const commands = Object.entries(plugin.manifest.commands).sort(([one], [other]) => (one < other ? -1 : 1))
  return `${JSON.stringify({commands: Object.fromEntries(commands), version: plugin.version}, undefined, 2)}\n`
}

export async function writeManifest(root: string): Promise<void> {
  await writeChanged(join(root, 'oclif.manifest.json'), await commandManifest(root))
}

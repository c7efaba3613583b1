import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join} from 'node:path'
import {runProgram} from './program.ts'
import {startRegistry} from './registry.ts'
import {ROOT, type Sandbox} from './sandbox.ts'

export type PluginShop = {
  /** What npm and vibe need in their environment to buy here, from an empty HOME. */
  env: Record<string, string>
  close: () => Promise<void>
}

/**
 * A real registry that holds packages as they would be published.
 * @param folders of the packages, from the repository's root
 */
export async function openPluginShop(folders: readonly string[]): Promise<PluginShop> {
  const place = mkdtempSync(join(tmpdir(), 'vibe-shop-'))
  const registry = await startRegistry()
  await Promise.all(
    folders.map(async (folder) => {
      const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', place, join(ROOT, folder)]
      const packed = await runProgram(['npm', ...words], {cwd: ROOT})
      if (packed.code !== 0) throw new Error(packed.stderr)
      const [{filename} = {filename: ''}] = JSON.parse(packed.stdout) as Array<{filename: string}>
      await registry.publish(join(place, filename))
    }),
  )
  return {
    env: {
      PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      npm_config_registry: `${registry.url}/`,
      npm_config_cache: join(place, 'cache'),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    },
    close: async () => {
      await registry.close()
      rmSync(place, {recursive: true, force: true})
    },
  }
}

/** `vibe plugins install` by somebody who has agreed already. */
export function buyPlugin(box: Sandbox, name: string, env: Record<string, string>) {
  return box.vibe(['plugins', 'install', name, '--yes'], {env})
}

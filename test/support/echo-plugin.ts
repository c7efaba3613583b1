import type {FakeVersion} from './fake-registry.ts'
import {chatPlugin} from './user-plugins.ts'

export const ECHO = 'vibe-provider-echo'

/** One version of a provider that answers "from the plugin VERSION"; `pjson` adds to its package.json. */
export function echoVersion(version: string, pjson: object = {}, more: Partial<FakeVersion> = {}): FakeVersion {
  const {'package.json': text = '{}', ...files} = chatPlugin(ECHO, 'echo', '').files ?? {}
  const base = JSON.parse(text) as Record<string, unknown>
  const module = (files['index.js'] ?? '').replace('from the plugin', `from the plugin ${version}`)
  return {
    pjson: {...base, ...pjson, name: ECHO, version},
    files: {...files, 'index.js': module},
    publisher: 'ada',
    ...more,
  }
}

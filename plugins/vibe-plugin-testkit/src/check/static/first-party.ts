import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {implementers} from '../implementer.ts'
import type {Manifest} from '../subject.ts'

/** Variables that hold keys of the providers that come with vibe, each with its package; from their own manifests. */
export async function firstPartyVariables(): Promise<Map<string, string>> {
  const owners = new Map<string, string>()
  for (const {name, root} of implementers()) {
    const text = await readFile(join(root, 'vibe.provider.json'), 'utf8')
    for (const {kind, env = []} of (JSON.parse(text) as Manifest).auth)
      if (kind === 'api-key') for (const variable of env) owners.set(variable.toUpperCase(), name)
  }
  return owners
}

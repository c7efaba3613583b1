import {imitatedOwner, ownerOf} from '#vibe-rules'
import {demand} from '../check.ts'
import type {CheckedPackage, Manifest} from '../subject.ts'
import {firstPartyVariables} from './first-party.ts'

/** A check of one manifest, which has passed the schema. */
export type ManifestCheck = {
  id: string
  title: string
  mend: string
  run: (manifest: Manifest, checked: CheckedPackage) => void | Promise<void>
}

const SUPPORTED_DAYS = 731

export const manifestChecks: readonly ManifestCheck[] = [
  {
    id: 'id',
    title: 'its id is its own',
    mend: 'Choose another "id" in the manifest: ids of providers that come with vibe are refused from other packages.',
    run: ({id}, {name, manifests}) => {
      const owner = ownerOf(id)
      demand(owner === undefined || owner === name, 'an id of its own', `"${id}", which belongs to ${owner}`)
      const looksLike = imitatedOwner(id)
      demand(
        looksLike === undefined || looksLike === name,
        'an id that looks like no other',
        `"${id}", which looks like that of ${looksLike}`,
      )
      const twice = manifests.filter(({manifest}) => manifest?.id === id).length
      demand(twice === 1, 'each id once in a package', `"${id}" ${twice} times`)
    },
  },
  {
    id: 'variables',
    title: 'it reads only variables of its own service',
    mend: "Name a variable of the service itself: vibe reads no other provider's key for this package, nor VIBE_CODER_ ones.",
    run: async (manifest, {name}) => {
      const owners = await firstPartyVariables()
      const wrong = variablesOf(manifest).flatMap((variable) => {
        const owner = /^VIBE_CODER_/i.test(variable) ? 'vibe' : owners.get(variable)
        return owner === undefined || owner === name ? [] : [`${variable} of ${owner}`]
      })
      demand(wrong.length === 0, 'variables of the service', wrong.join(', '))
    },
  },
  {
    id: 'catalogue',
    title: 'its catalogue is dated, and no older than two years',
    mend: 'Check the models and prices, set models.asOf to the day; leave out prices that nobody checked.',
    run: ({models}) => {
      if (models.catalog === undefined) return
      const {asOf = ''} = models
      const age = (Date.now() - Date.parse(`${asOf}T00:00:00Z`)) / 86_400_000
      demand(age >= -1, 'a day that has been', `models.asOf ${asOf}`)
      demand(age <= SUPPORTED_DAYS, 'a catalogue of the last two years', `models.asOf ${asOf}`)
      const free = models.catalog.find(({price}) => price?.['input'] === 0 && price['output'] === 0)
      demand(free === undefined, '"free": true for a model that costs nothing', `"${free?.id}" with prices of 0`)
    },
  },
  {
    id: 'default-model',
    title: 'the models it proposes are chat models',
    mend: 'Let models.default and models.defaultSmall name chat models of the catalogue.',
    run: ({models}) => {
      for (const member of ['default', 'defaultSmall'] as const) {
        const known = models.catalog?.find(({id}) => id === models[member])
        demand(known?.kind !== 'embedding', 'a chat model', `models.${member} "${known?.id}", an embedding model`)
      }
    },
  },
]

function variablesOf({auth, settings}: Manifest): string[] {
  const keys = auth.flatMap((method) => (method.kind === 'api-key' ? (method.env ?? []) : []))
  const proposed = Object.values(settings.properties).flatMap((setting) => setting['x-vibe']?.env ?? [])
  return [...keys, ...proposed].map((name) => name.toUpperCase())
}

import type {Outline, ProviderEntry, ProviderManifest} from './types.ts'

/** What is weighed of an entry; undefined for one without a manifest that passed. */
export function outlineOfEntry(entry: ProviderEntry): Outline | undefined {
  // Taking both out of the entry at once would read every manifest.
  return entry.outline ?? (entry.manifest && outlineOf(entry.manifest))
}

export function outlineOf({id, protocol, entry, auth, settings}: ProviderManifest): Outline {
  return {
    id,
    ...(protocol !== undefined && {protocol}),
    ...(entry !== undefined && {module: entry.module}),
    implements: entry?.implements ?? [],
    keyVariables: auth.flatMap((method) => (method.kind === 'api-key' ? method.env : [])),
    ambientVariables: auth.flatMap((method) => (method.kind === 'ambient' ? method.env : [])),
    settingVariables: Object.values(settings.properties).flatMap((schema) => schema['x-vibe']?.env ?? []),
  }
}

/** Whether something read from a cache is an outline; what is in it was checked when it was written. */
export function isOutline(value: unknown): value is Outline {
  if (typeof value !== 'object' || value === null) return false
  const {
    id,
    protocol,
    module,
    implements: spoken,
    keyVariables,
    ambientVariables,
    settingVariables,
  } = value as Record<string, unknown>
  return (
    typeof id === 'string' &&
    [protocol, module].every((one) => one === undefined || typeof one === 'string') &&
    [spoken, keyVariables, ambientVariables, settingVariables].every(isTexts)
  )
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

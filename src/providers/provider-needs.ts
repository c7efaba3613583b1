import {checkEndpoint} from '../config/endpoint.ts'
import type {Environment} from '../paths.ts'
import type {DraftRequest} from './draft.ts'
import {keyVariables} from './instance-credential.ts'
import type {ProviderManifest} from './types.ts'

type Service = {manifest: ProviderManifest; env: Environment}

/**
 * The flags that a provider still lacks before it can work, each as it would be typed: an address where the manifest has
 * only a local stand-in, a key where the service needs one, and required settings without a default.
 */
export function missingFlags(request: Partial<DraftRequest>, service: Service): string[] {
  const {manifest} = service
  const required = manifest.settings.required ?? []
  const settings = required.filter(
    (name) => manifest.settings.properties[name]?.default === undefined && request.settings?.[name] === undefined,
  )
  return [
    ...(needsEndpoint(request, service) ? ['--endpoint URL'] : []),
    ...(needsKey(request, service)
      ? [`--key-env ${keyVariables(manifest)[0] ?? 'VARIABLE'} | --key-stdin | --key-command COMMAND | --no-key`]
      : []),
    ...settings.map((name) => `--set ${name}=VALUE`),
  ]
}

/** A default that only shows the form of an address is not worth trying. */
function needsEndpoint({endpoint}: Partial<DraftRequest>, {manifest, env}: Service): boolean {
  if (endpoint !== undefined || manifest.endpoint.required !== true) return false
  return !(manifest.endpoint.env ?? []).some((name) => env[name]?.trim())
}

function needsKey({key, credential, endpoint}: Partial<DraftRequest>, {manifest, env}: Service): boolean {
  if (
    key !== undefined ||
    credential !== undefined ||
    manifest.auth.some((method) => method.kind !== 'api-key' || method.optional === true)
  )
    return false
  const address = endpoint ?? manifest.endpoint.default
  if (URL.canParse(address) && checkEndpoint(address, {insecure: true}).local) return false
  // Its usual variable is set, and is read where the service's own address is used.
  return endpoint !== undefined || !keyVariables(manifest).some((name) => env[name]?.trim())
}

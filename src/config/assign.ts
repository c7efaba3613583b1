import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {findKey, requireKnownPath} from './keys.ts'
import {parseValue} from './parse-value.ts'
import {isSecretName, isSecretValue} from './secrets.ts'

/**
 * The path and typed value of `config:set KEY VALUE`.
 * @throws VibeError (exit 2) for an unknown key, a group, a secret, or a text that does not fit the key's type
 */
export function parseAssignment(key: string, text: string): {path: string[]; value: unknown} {
  const path = requireSecretFree(key, text)
  const info = findKey(path)
  if (info === undefined) {
    throw new VibeError({
      code: 'config-key-group',
      message: `${key} is a group of settings, not one`,
      hint: `Name one in it: vibe config:explain ${key}`,
      exit: ExitCode.usage,
    })
  }
  const parsed = parseValue(info.type, text)
  if ('value' in parsed) return {path, value: parsed.value}
  throw new VibeError({
    code: 'config-value-invalid',
    message: `Cannot set ${key}: ${parsed.reason}`,
    exit: ExitCode.usage,
  })
}

/** Secrets are refused before anything is said about the key, also under names that vibe does not know. */
function requireSecretFree(key: string, text: string): string[] {
  const parts = key.split('.')
  if (isSecretName(parts) || isSecretValue(text)) {
    const provider = parts[0] === 'providers' && parts[1] !== undefined && parts[1] !== '' ? parts[1] : 'NAME'
    throw new VibeError({
      code: 'config-secret',
      message: `${key} looks like a secret, and secrets do not belong into config.json`,
      hint: `vibe provider:update ${provider} --key-stdin`,
      exit: ExitCode.usage,
    })
  }
  return requireKnownPath(key)
}

import {VibeError} from '../../errors.ts'
import type {Homes} from '../../paths.ts'
import {fileCredentialStore} from '../../providers/credential-store.ts'
import {createRedactor, environmentSecrets} from '../../redact.ts'

export type Mask = (text: string) => string

/** Colours and links of a terminal, in which a key may be wrapped. */
// oxlint-disable-next-line no-control-regex
const TERMINAL = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]{0,4096}(?:\u0007|\u001B\\))/g
const REDACTED = '[redacted]'
/** A private key of which the end may be missing; in code its lines may be joined by signs. */
const PRIVATE_KEY =
  /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)(?:[\w+/=:,.\s-]|\\[nr])*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|(?=[^\w+/=:,.\s\\-]|\\[^nr]|$))/g
/** What files of settings and commands set. */
const ASSIGNMENT =
  /\b([A-Z][A-Z0-9_]{0,60}(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD)["']?[ \t]*[=:][ \t]*\\?["']?)(?!process\.|import\.|os\.|env\b|\$|<|\[redacted)([^\s"'\\,;(){}[\]<>]{8,})/g

/** Takes secrets out of what leaves the machine: those of the environment, those that vibe keeps, and whatever looks like one. */
export async function exportMask(homes: Homes, signal: AbortSignal): Promise<Mask> {
  const known = [...environmentSecrets(process.env), ...(await storedKeys(homes.data, signal))]
  const redact = createRedactor(known)
  return (text) =>
    redact(text.replace(TERMINAL, '')).replace(PRIVATE_KEY, `$1${REDACTED}`).replace(ASSIGNMENT, `$1${REDACTED}`)
}

/** Arrays and objects in one another; nobody reads what is nested deeper. */
const DEEPEST = 200

/** Every text in a value, names of members too; before it becomes JSON, where escapes would hide the beginning of a key. */
export function maskValue(value: unknown, mask: Mask, depth = 0): unknown {
  if (typeof value === 'string') return mask(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEEPEST) return '(nested too deeply to be shown)'
  if (Array.isArray(value)) return value.map((one) => maskValue(one, mask, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [mask(key), maskValue(one, mask, depth + 1)]))
}

async function storedKeys(data: string, signal: AbortSignal): Promise<string[]> {
  const store = fileCredentialStore(data)
  try {
    const keys = await Promise.all((await store.names()).map((name) => store.get(name, signal)))
    return keys.filter((key) => key !== undefined)
  } catch (error) {
    if (error instanceof VibeError) return [] // A damaged store is for `vibe doctor` to say.
    throw error
  }
}

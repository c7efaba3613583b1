/** What the child is asked. It goes through its stdin: every process on the machine can read arguments. */
export type KeychainRequest = {
  /** The library's file, as a URL. */
  library: string
  service: string
  account: string
} & ({action: 'get' | 'remove'} | {action: 'set'; key: string})

/** `key` is absent when there is none; `reason` never holds the key. */
export type KeychainReply = {key?: string} | {stored: true} | {removed: boolean} | {reason: string}

type Entry = {
  setSecret: (secret: Uint8Array) => Promise<void>
  getSecret: () => Promise<number[] | Uint8Array | null>
  deleteCredential: () => Promise<boolean>
}
type Library = {
  AsyncEntry: new (service: string, account: string, options: {linux: {store: 'secret-service'}}) => Entry
}

/**
 * The whole program of the child process that speaks with the keychain. Its text is handed to `node -e`, so that it must
 * not use anything from outside itself.
 */
export async function keychainChild(): Promise<void> {
  const perform = async (request: KeychainRequest): Promise<KeychainReply> => {
    const loaded = (await import(request.library)) as Library & {default?: Library}
    const {AsyncEntry} = loaded.default ?? loaded
    // Else Linux falls back to the kernel's keyring, which forgets everything at the next start.
    const open = () => new AsyncEntry(request.service, request.account, {linux: {store: 'secret-service'}})
    if (request.action === 'remove') return {removed: await open().deleteCredential()}
    if (request.action === 'set') {
      await open().setSecret(Buffer.from(request.key))
      const kept = await open().getSecret()
      if (kept && Buffer.from(kept).equals(Buffer.from(request.key))) return {stored: true}
      await open().deleteCredential()
      return {reason: 'it did not give back what was stored'}
    }
    // A locked store answers "no password" when it is asked for one, and an error when it is asked for a secret.
    const bytes = await open().getSecret()
    return bytes ? {key: Buffer.from(bytes).toString()} : {}
  }
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk)
  const request = JSON.parse(text) as KeychainRequest
  const reply = await perform(request).catch((error: unknown): KeychainReply => {
    const message = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
    const safe = request.action === 'set' ? message.replaceAll(request.key, '…') : message
    return {reason: safe.slice(0, 200) || 'it failed without a reason'}
  })
  process.stdout.write(`${JSON.stringify(reply)}\n`)
}

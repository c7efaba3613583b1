import type {Environment} from '../paths.ts'

export type SystemKeychain = {name: string} | {reason: string}

/** The keychain that a system has, by the name that its users know; or why none can be asked. */
export function systemKeychain(platform: NodeJS.Platform, env: Environment): SystemKeychain {
  switch (platform) {
    case 'darwin':
      return {name: 'the macOS Keychain'}
    case 'win32':
      return {name: 'the Windows Credential Manager'}
    case 'linux':
      // Without a session bus nothing can answer, and asking takes a process.
      return env['DBUS_SESSION_BUS_ADDRESS']?.trim() || env['XDG_RUNTIME_DIR']?.trim()
        ? {name: 'the Secret Service'}
        : {reason: 'no Secret Service runs in this session'}
    default:
      return {reason: `vibe knows no keychain for ${platform}`}
  }
}

import {spawn, spawnSync, type ChildProcess} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** A Secret Service of the test's own, on a bus of its own, with keyrings in a folder of its own. */
export type SecretService = {
  /** What a program needs to find it. */
  env: Record<string, string>
  /** Locks every keyring, as a screen lock or a login over SSH leaves them. */
  lock: () => void
  stop: () => void
}

const PROGRAMS = ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon']
const START_MS = 10_000
const COLLECTION = '/org/freedesktop/secrets/collection/login'

/** Whether this machine has what `startSecretService` starts. */
export function hasSecretService(): boolean {
  return PROGRAMS.every((name) => spawnSync(name, ['--version'], {stdio: 'ignore'}).error === undefined)
}

/** Starts GNOME's keyring, unlocked. Its bus starts no other program, so that no prompt can appear. */
export async function startSecretService(): Promise<SecretService> {
  const folder = mkdtempSync(join(tmpdir(), 'vibe-keyring-'))
  const place = {PATH: process.env['PATH'] ?? '', HOME: folder, XDG_RUNTIME_DIR: folder}
  const configuration = join(folder, 'bus.conf')
  writeFileSync(configuration, busConfiguration(join(folder, 'bus')))
  const options = ['--nofork', '--print-address', `--config-file=${configuration}`]
  const bus = spawn('dbus-daemon', options, {env: place, stdio: ['ignore', 'pipe', 'ignore']})
  const running: ChildProcess[] = [bus]
  const stop = () => {
    for (const child of running.toReversed()) child.kill('SIGKILL')
    rmSync(folder, {recursive: true, force: true})
  }
  try {
    const env = {...place, DBUS_SESSION_BUS_ADDRESS: await firstLine(bus)}
    const unlocked = ['--foreground', '--unlock', '--components=secrets']
    const keyring = spawn('gnome-keyring-daemon', unlocked, {env, stdio: ['pipe', 'ignore', 'ignore']})
    running.push(keyring)
    keyring.stdin?.end('\n')
    await untilThere(env)
    return {env, stop, lock: () => lockAll(env)}
  } catch (error) {
    stop()
    throw error
  }
}

/** A session bus that everybody on it may use, and that finds no programs to start. */
function busConfiguration(socket: string): string {
  return `<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>`
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the bus did not start')), START_MS)
    child.on('error', reject)
    child.stdout?.once('data', (chunk: Buffer) => {
      clearTimeout(timer)
      resolve(chunk.toString().trim())
    })
  })
}

async function untilThere(env: Record<string, string>): Promise<void> {
  const end = performance.now() + START_MS
  const property = ['string:org.freedesktop.Secret.Collection', 'string:Locked']
  while (!send(env, COLLECTION, 'org.freedesktop.DBus.Properties.Get', ...property).includes('false')) {
    if (performance.now() > end) throw new Error('the keyring did not start')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function lockAll(env: Record<string, string>): void {
  send(env, '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock', `array:objpath:${COLLECTION}`)
}

function send(env: Record<string, string>, ...message: string[]): string {
  const fixed = ['--session', '--print-reply', '--reply-timeout=2000', '--dest=org.freedesktop.secrets']
  return spawnSync('dbus-send', [...fixed, ...message], {env, encoding: 'utf8'}).stdout
}

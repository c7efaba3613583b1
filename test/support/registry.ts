import {spawn} from 'node:child_process'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {runProgram} from './program.ts'
import {root} from './tree.ts'

export type Registry = {
  /** `http://127.0.0.1:PORT` */
  url: string
  /** What npm needs in its environment to use this registry with a home and a cache of its own. */
  env: NodeJS.ProcessEnv
  /** Publishes a packed tarball. */
  publish: (tarball: string) => Promise<void>
  close: () => Promise<void>
}

/** A real npm registry on loopback. What it does not have it fetches from the registry that npm is configured for. */
export async function startRegistry(): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), 'vibe-registry-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const upstream = (await runProgram(['npm', 'config', 'get', 'registry'], {cwd: folder})).stdout.trim()
  await writeFile(join(folder, 'config.yaml'), configuration(folder, upstream))
  const program = join(root, 'node_modules/verdaccio/bin/verdaccio')
  const options = [program, '--listen', `127.0.0.1:${port}`, '--config', join(folder, 'config.yaml')]
  const server = spawn(process.execPath, options, {cwd: folder, stdio: 'ignore'})
  const gone = new Promise((resolve) => server.on('close', resolve))
  await answering(`${url}/-/ping`)
  await mkdir(join(folder, 'home'))
  await writeFile(
    join(folder, 'home/.npmrc'),
    `registry=${url}/\n//127.0.0.1:${port}/:_authToken=loopback\nfund=false\naudit=false\n`,
  )
  const env = {...withoutNpm(process.env), HOME: join(folder, 'home'), npm_config_cache: join(folder, 'cache')}
  return {
    url,
    env,
    publish: async (tarball) => {
      const run = await runProgram(['npm', 'publish', tarball, '--tag', 'latest'], {cwd: folder, env})
      if (run.code !== 0) throw new Error(`npm publish ${tarball}: ${run.stderr}`)
    },
    close: async () => {
      server.kill()
      await gone
      await rm(folder, {recursive: true, force: true, maxRetries: 3})
    },
  }
}

function configuration(folder: string, upstream: string): string {
  return `storage: ${join(folder, 'storage')}
auth: {htpasswd: {file: ${join(folder, 'htpasswd')}}}
uplinks: {upstream: {url: '${upstream}', maxage: 1h, timeout: 30s}}
packages:
  'vibe-*': {access: $all, publish: $all}
  '**': {access: $all, publish: $all, proxy: upstream}
log: {type: stdout, level: fatal}
`
}

/** npm hands its settings down to the scripts it runs; they would point this npm elsewhere. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name)))
}

async function answering(url: string): Promise<void> {
  const until = Date.now() + 30_000
  while (Date.now() < until) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await wait(100)
  }
  throw new Error(`The loopback registry did not start within 30 seconds (${url})`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

import {createHash} from 'node:crypto'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tarball} from './tar.ts'

export type FakeVersion = {
  pjson: Record<string, unknown> & {name: string; version: string}
  files?: Record<string, string>
  /** ISO 8601; a year ago when absent. */
  published?: string
  publisher?: string
  /** What is delivered instead of the tarball that was announced. */
  delivered?: Buffer
}

/** Answers a request in a way of its own and returns true, or leaves it alone. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => boolean

export type FakeRegistry = {
  url: string
  /** The path of each request so far, without what npm asks about itself. */
  requests: string[]
  publish: (version: FakeVersion, tag?: string) => void
  misbehave: (how: Misbehaviour | undefined) => void
  close: () => Promise<void>
}

type Package = {versions: Map<string, FakeVersion & {tarball: Buffer}>; tags: Record<string, string>}

/** A registry that can do what a real one should not: lie, stall, break off, change its mind. */
export async function startFakeRegistry(): Promise<FakeRegistry> {
  const packages = new Map<string, Package>()
  const requests: string[] = []
  let misbehaviour: Misbehaviour | undefined
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/')
    requests.push(path)
    if (misbehaviour?.(request, response)) return
    const [, name = '', version] = /^\/(.+?)(?:\/-\/(.+)\.tgz)?$/.exec(path) ?? []
    const found = packages.get(name)
    if (found === undefined) return void response.writeHead(404).end('{"error":"no such package"}')
    if (version === undefined) {
      const text = JSON.stringify(packument(name, found, url))
      return void response.writeHead(200, {'content-type': 'application/json'}).end(text)
    }
    const wanted = found.versions.get(version)
    if (wanted === undefined) return void response.writeHead(404).end()
    response.writeHead(200, {'content-type': 'application/octet-stream'}).end(wanted.delivered ?? wanted.tarball)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    requests,
    publish: (version, tag = 'latest') => {
      const {name, version: number} = version.pjson
      const known: Package = packages.get(name) ?? {versions: new Map(), tags: {}}
      const files = {'package.json': JSON.stringify(version.pjson), ...version.files}
      known.versions.set(number, {...version, tarball: tarball(files)})
      known.tags[tag] = number
      packages.set(name, known)
    },
    misbehave: (how) => {
      misbehaviour = how
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function packument(name: string, {versions, tags}: Package, url: string): object {
  const year = new Date(Date.now() - 365 * 86_400_000).toISOString()
  const listed = [...versions].map(([version, {pjson, publisher, tarball: data}]) => {
    const dist = {
      tarball: `${url}/${name}/-/${version}.tgz`,
      integrity: `sha512-${createHash('sha512').update(data).digest('base64')}`,
      shasum: createHash('sha1').update(data).digest('hex'),
      unpackedSize: 46_000,
    }
    const scripts = pjson['scripts'] as Record<string, string> | undefined
    const hasInstallScript = ['preinstall', 'install', 'postinstall'].some((script) => scripts?.[script])
    const user = publisher === undefined ? {} : {_npmUser: {name: publisher, email: `${publisher}@example.com`}}
    return [version, {...pjson, dist, ...user, ...(hasInstallScript && {hasInstallScript})}] as const
  })
  return {
    name,
    'dist-tags': tags,
    versions: Object.fromEntries(listed) as object,
    time: {
      created: year,
      modified: year,
      ...Object.fromEntries([...versions].map(([version, {published}]) => [version, published ?? year])),
    },
    maintainers: [
      {name: 'ada', email: 'ada@example.com'},
      {name: 'bob', email: 'bob@example.com'},
    ],
  }
}

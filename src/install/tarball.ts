import {createReadStream} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join, normalize} from 'node:path'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {memberOf} from './package-facts.ts'

const BLOCK = 512
/** A provider is at most a few megabytes; what unpacks to more is a mistake or a bomb. */
const MOST_BYTES = 256 * 1024 * 1024
const MOST_FILES = 20_000
/** The registry of providers reads no larger manifest either; one that is cut off here is no JSON there. */
const MOST_KEPT = 1024 * 1024 + 1

type Entry = {path: string; bytes: number; isFile: boolean}
export type Contents = {folder: string; integrity: string; bytes: number; pjson: unknown}

/**
 * Looks into a package's tarball without installing it: its checksum, its size, its package.json and its manifests.
 * @param tarball where it lies, and what it is called to people
 * @param folder gets copies of the manifests, and an empty file for each other file, so that it can be judged like a package
 * @throws VibeError for what is no package
 */
export async function inspectTarball(tarball: {path: string; shown: string}, folder: string): Promise<Contents> {
  const {path, shown} = tarball
  const kept = new Map<string, Buffer>()
  let bytes = 0
  try {
    const source = createReadStream(path)
    const gunzip = process.getBuiltinModule('node:zlib').createGunzip()
    source.on('error', (error) => gunzip.destroy(error))
    for await (const {entry, data} of entriesOf(source.pipe(gunzip))) {
      bytes += entry.bytes
      const inside = normalize(entry.path).split(/[\\/]/).slice(1).join('/')
      if (kept.size > MOST_FILES) throw new TypeError(`it holds more than ${MOST_FILES} files`)
      if (entry.isFile && inside !== '' && !inside.split('/').includes('..')) kept.set(inside, data)
    }
  } catch (error) {
    throw unreadable(shown, error instanceof Error ? error.message : String(error))
  }
  const pjson = parsed(shown, kept.get('package.json'))
  await lay(folder, kept, pjson)
  return {folder, integrity: await integrityOf(path), bytes, pjson}
}

async function integrityOf(path: string): Promise<string> {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha512')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return `sha512-${hash.digest('base64')}`
}

async function* entriesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<{entry: Entry; data: Buffer}> {
  const reader = readerOf(stream)
  let longName: string | undefined
  let total = 0
  for (;;) {
    const header = await reader(BLOCK)
    if (header.length < BLOCK || header.every((byte) => byte === 0)) return
    const entry = headerOf(header)
    if (entry === undefined) throw new TypeError('it is no tar archive')
    total += entry.bytes
    if (total > MOST_BYTES) throw new TypeError(`it unpacks to more than ${MOST_BYTES / 1024 / 1024} MB`)
    const isJson = /\.json$/i.test(longName ?? entry.path) || !entry.isFile
    const data = await reader(entry.bytes, isJson ? MOST_KEPT : 0)
    await reader((BLOCK - (entry.bytes % BLOCK)) % BLOCK)
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'x') longName = /(?:^|\n)\d+ path=(.*)\n/.exec(data.toString('utf8'))?.[1]
    else if (type === 'L') longName = data.toString('utf8').replace(/\0.*$/s, '')
    if (type === 'x' || type === 'L' || type === 'g') continue
    yield {entry: {...entry, path: longName ?? entry.path}, data}
    longName = undefined
  }
}

function headerOf(header: Buffer): Entry | undefined {
  const text = (from: number, length: number) =>
    header
      .subarray(from, from + length)
      .toString('utf8')
      .replace(/\0.*$/s, '')
  const size = text(124, 12).trim()
  if (!/^[0-7]+$/.test(size)) return undefined
  const prefix = header.subarray(257, 262).toString('latin1') === 'ustar' ? text(345, 155) : ''
  const type = header[156]
  return {
    path: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    bytes: Number.parseInt(size, 8),
    isFile: type === 0 || type === 0x30,
  }
}

/** @returns takes the next bytes of a stream; of more than `keep`, the rest is passed over */
function readerOf(stream: AsyncIterable<Buffer>): (bytes: number, keep?: number) => Promise<Buffer> {
  const iterator = stream[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  return async (bytes, keep = BLOCK) => {
    const parts: Buffer[] = []
    let taken = 0
    let kept = 0
    while (taken < bytes) {
      if (rest.length === 0) {
        const next = await iterator.next()
        if (next.done === true) {
          if (taken > 0) throw new TypeError('it ends in the middle')
          break
        }
        rest = next.value
      }
      const piece = rest.subarray(0, bytes - taken)
      if (kept < keep) parts.push(piece.subarray(0, keep - kept))
      kept += piece.length
      taken += piece.length
      rest = rest.subarray(piece.length)
    }
    return Buffer.concat(parts)
  }
}

function parsed(path: string, text: Buffer | undefined): unknown {
  if (text === undefined) throw unreadable(path, 'it holds no package.json')
  try {
    return JSON.parse(text.toString('utf8').replace(/^\uFEFF/, ''))
  } catch {
    throw unreadable(path, 'its package.json is no JSON')
  }
}

async function lay(folder: string, files: ReadonlyMap<string, Buffer>, pjson: unknown): Promise<void> {
  const listed = memberOf(memberOf(pjson, 'vibe'), 'providers')
  const manifests = (Array.isArray(listed) ? listed : []).map((name) => normalize(String(name)).replaceAll('\\', '/'))
  for (const [name, data] of files) {
    const target = join(folder, name)
    await mkdir(dirname(target), {recursive: true})
    await writeFile(target, name === 'package.json' || manifests.includes(name) ? data : '')
  }
}

function unreadable(path: string, reason: string): VibeError {
  return new VibeError({
    code: 'package-unusable',
    message: `Cannot install ${path}: ${reason.slice(0, 200)}. Nothing was changed.`,
    origin: path,
    hint: 'A package is what "npm pack" makes',
    exit: ExitCode.usage,
  })
}

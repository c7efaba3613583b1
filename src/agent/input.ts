import {readFileSync, statSync} from 'node:fs'
import {extname, resolve} from 'node:path'
import type {UserPart} from 'vibe-plugin-api'
import {systemCode, VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'

export type Attachments = {
  prompt: string
  /** What was piped in, as context. */
  stdin?: string
  /** Files whose text goes along with the prompt. */
  files: readonly string[]
  images: readonly string[]
  cwd: string
}

/** Bytes; more than any window takes, and enough to name the file instead. */
const MAX_FILE = 1024 * 1024
const MAX_IMAGE = 20 * 1024 * 1024

const IMAGE_TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
}

/**
 * The user's message from all that came with it: the prompt last, because models weigh what stands last.
 * @throws VibeError (exit 2) for a file that is missing, too large or not text
 */
export function userInput(attachments: Attachments): UserPart[] {
  const texts = attachments.files.map((file) => tagged('file', readText(resolve(attachments.cwd, file)), file))
  if (attachments.stdin !== undefined && attachments.stdin !== '') texts.push(tagged('stdin', attachments.stdin))
  if (attachments.prompt !== '') texts.push(attachments.prompt)
  const images = attachments.images.map((image) => readImage(resolve(attachments.cwd, image)))
  return [...images, ...(texts.length > 0 ? [{type: 'text' as const, text: texts.join('\n\n')}] : [])]
}

function tagged(tag: string, text: string, name?: string): string {
  return `<${tag}${name === undefined ? '' : ` path=${JSON.stringify(name)}`}>\n${text}\n</${tag}>`
}

function readText(path: string): string {
  const bytes = read(path, MAX_FILE)
  if (bytes.includes(0)) throw unusable(path, 'is binary')
  return bytes.toString('utf8')
}

function readImage(path: string): UserPart {
  const mediaType = IMAGE_TYPES[extname(path).toLowerCase()]
  if (!mediaType) throw unusable(path, `is none of ${Object.keys(IMAGE_TYPES).join(' ')}`)
  return {type: 'file', mediaType, data: new Uint8Array(read(path, MAX_IMAGE)), name: path}
}

function read(path: string, limit: number): Buffer {
  try {
    const facts = statSync(path)
    if (!facts.isFile()) throw unusable(path, 'is no file')
    if (facts.size > limit) throw unusable(path, `has ${facts.size} bytes, more than the ${limit} that can be attached`)
    return readFileSync(path)
  } catch (error) {
    const code = systemCode(error)
    if (error instanceof VibeError || code === undefined) throw error
    throw unusable(path, code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`)
  }
}

function unusable(path: string, why: string): VibeError {
  return new VibeError({
    code: 'attachment-unusable',
    message: `${path} ${why}.`,
    hint: 'Name it in the prompt instead: the model can read parts of it.',
    exit: ExitCode.usage,
  })
}

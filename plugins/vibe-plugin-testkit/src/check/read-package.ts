import {readFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {findInPackage, manifestProblems, readJsonFile} from '#vibe-rules'
import type {CheckedPackage, Manifest, ManifestFile, PackageFile} from './subject.ts'

/** A folder that cannot be checked at all; the message is for a person. */
export class NoPackage extends Error {}

/**
 * @param folder the package's own folder
 * @throws NoPackage when it holds no readable package.json
 */
export function readPackage(folder: string): CheckedPackage {
  const root = resolve(folder)
  const pjson = readPackageFile(root)
  return {
    root,
    name: typeof pjson.name === 'string' ? pjson.name : '(no name)',
    version: typeof pjson.version === 'string' ? pjson.version : '(no version)',
    pjson,
    manifests: manifestPaths(pjson).map((path) => readManifest(root, path)),
  }
}

function readPackageFile(root: string): PackageFile {
  let text: string
  try {
    text = readFileSync(join(root, 'package.json'), 'utf8')
  } catch {
    throw new NoPackage(`There is no package.json in ${root}`)
  }
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch (error) {
    throw new NoPackage(`${join(root, 'package.json')} is not JSON: ${error instanceof Error ? error.message : ''}`)
  }
  throw new NoPackage(`${join(root, 'package.json')} is not a JSON object`)
}

function manifestPaths(pjson: PackageFile): string[] {
  const header = pjson['vibe']
  const paths: unknown = isObject(header) ? header['providers'] : undefined
  return Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : []
}

function readManifest(root: string, path: string): ManifestFile {
  const file = findInPackage(root, path)
  const read = typeof file === 'string' ? file : readJsonFile(file, path)
  if (typeof read === 'string') return {path, json: undefined, problems: [read]}
  const problems = manifestProblems(read.json, 'strict')
  return problems.length > 0
    ? {path, json: read.json, problems}
    : {path, json: read.json, problems, manifest: read.json as Manifest}
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

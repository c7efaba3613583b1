import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'

const PACKAGE_FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/

/**
 * @param root the folder that `files` are relative to
 * @param files what went into a bundle
 * @returns names, versions and licence texts of the packages among them
 */
export async function thirdPartyLicenses(root: string, files: readonly string[]): Promise<string> {
  const folders = new Set(files.flatMap((path) => PACKAGE_FOLDER.exec(path.replaceAll('\\', '/'))?.[0] ?? []))
  const notices = await Promise.all([...folders].sort().map((folder) => notice(join(root, folder))))
  if (notices.length === 0) return 'This bundle contains no third-party code.\n'
  return ['This bundle contains the following packages.', ...notices].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n'
}

async function notice(folder: string): Promise<string> {
  const pjson = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice)/i.test(name)).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  const title = `${String(pjson['name'])} ${String(pjson['version'])} (${String(pjson['license'] ?? 'see below')})`
  return [title, ...texts.map((text) => text.trim())].join('\n\n')
}

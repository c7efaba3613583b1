import {constants} from 'node:fs'
import {copyFile, cp, link, mkdir, readdir} from 'node:fs/promises'
import {join} from 'node:path'

/** Copies a file or a folder; a file system that can share blocks does, and symbolic links keep their targets. */
export async function copyTree(from: string, to: string): Promise<void> {
  const mode = constants.COPYFILE_FICLONE
  await cp(from, to, {recursive: true, force: true, verbatimSymlinks: true, preserveTimestamps: true, mode})
}

/**
 * Copies a folder by hard links, so that it needs no room on a full disk. For who only removes whole files: what npm writes
 * anew in place, its own lists, are copies.
 */
export async function shareTree(from: string, to: string): Promise<void> {
  await mkdir(to, {recursive: true})
  for (const entry of await readdir(from, {withFileTypes: true})) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await shareTree(source, target)
    else if (entry.isSymbolicLink() || entry.name === '.package-lock.json') await copyTree(source, target)
    else await link(source, target).catch(() => copyFile(source, target))
  }
}

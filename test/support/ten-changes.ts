import {chmod, link, lstat, mkdir, readdir, readFile, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {applyChanges} from '../../src/edits/journal/apply.ts'
import {recoverAll} from '../../src/edits/journal/recover.ts'
import {journalPlace} from '../../src/edits/journal/store.ts'
import type {PathChange} from '../../src/edits/journal/state.ts'

/** A project with every kind of file that an apply may meet: several names, links, exec bits, read-only files. */
export async function layProject(root: string): Promise<void> {
  await mkdir(join(root, 'src'), {recursive: true})
  for (const name of ['a', 'b', 'c']) await writeFile(join(root, 'src', name), `old ${name}\n`.repeat(300))
  await writeFile(join(root, 'script'), '#!/bin/sh\necho old\n')
  await chmod(join(root, 'script'), 0o755)
  await writeFile(join(root, 'read-only'), 'old\n')
  await chmod(join(root, 'read-only'), 0o444)
  await writeFile(join(root, 'shared'), 'old shared\n'.repeat(100))
  await link(join(root, 'shared'), join(root, 'other-name'))
  await writeFile(join(root, 'deleted'), 'old\n')
  await writeFile(join(root, 'moved'), 'stays the same\n')
  await writeFile(join(root, 'target'), 'old target\n')
  await symlink('target', join(root, 'link'))
}

/** Ten paths: create, change, delete, move, chmod; one with two names, one executable, one read-only, one behind a link. */
export async function tenChanges(root: string): Promise<PathChange[]> {
  const old = async (name: string) => {
    const path = join(root, name)
    return {bytes: await readFile(path), mode: (await lstat(path)).mode & 0o7777}
  }
  const bytes = (content: string) => Buffer.from(content)
  const changed = async (name: string, content: string): Promise<PathChange> => {
    const before = await old(name)
    return {path: join(root, name), before, after: {...before, bytes: bytes(content)}}
  }
  const moved = await old('moved')
  const script = await old('script')
  return [
    await changed('src/a', 'new a\n'.repeat(200)),
    await changed('src/b', 'new b, longer than it was\n'.repeat(500)),
    {path: join(root, 'src/c'), before: await old('src/c'), after: {...(await old('src/c')), mode: 0o755}},
    {path: join(root, 'script'), before: script, after: {bytes: bytes('#!/bin/sh\necho new\n'), mode: 0o755}},
    await changed('read-only', 'new\n'),
    await changed('shared', 'new shared\n'.repeat(40)),
    {path: join(root, 'deleted'), before: await old('deleted'), after: undefined},
    {path: join(root, 'moved'), before: moved, after: undefined},
    {path: join(root, 'fresh/folder/moved'), before: undefined, after: moved},
    await changed('target', 'new target\n'),
  ]
}

/** Everything a person could see of the project: names, kinds, modes, contents. */
export async function pictureOf(root: string): Promise<Record<string, string>> {
  const picture: Record<string, string> = {}
  for (const name of (await readdir(root, {recursive: true})).sort()) {
    const facts = await lstat(join(root, name))
    const content = facts.isFile() ? (await readFile(join(root, name))).toString('base64') : ''
    const kind = facts.isDirectory()
      ? 'folder'
      : facts.isSymbolicLink()
        ? 'link'
        : `file ${(facts.mode & 0o7777).toString(8)}`
    picture[name] = `${kind} ${facts.isFile() ? facts.nlink : ''} ${content}`
  }
  return picture
}

/** As a program: `ten-changes.ts apply|recover DATA ROOT`; prints how it ended as JSON. */
async function main([action, data = '', root = '']: readonly string[]): Promise<void> {
  const {signal} = new AbortController()
  const label = {kind: 'change' as const, title: 'ten changes'}
  const work =
    action === 'recover'
      ? recoverAll(data, signal)
      : applyChanges({place: journalPlace(data, root), changes: await tenChanges(root), label, signal})
  const outcome = await work.then(
    (value) => ({ok: true, value}),
    (error: unknown) => ({ok: false, message: error instanceof Error ? error.message : String(error)}),
  )
  process.stdout.write(JSON.stringify(outcome))
  if (!outcome.ok) process.exitCode = 8
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2))

import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {findProgram} from '../../../src/git/find-program.ts'
import {runGit} from '../../../src/git/run.ts'

describe('runGit', () => {
  let base = ''
  let root = ''
  let canary = ''
  const signal = new AbortController().signal
  const run = (
    args: string[],
    more: {maxBytes?: number; timeoutMs?: number; signal?: AbortSignal; env?: Record<string, string | undefined>} = {},
  ) => runGit(args, {cwd: root, env: {PATH: process.env['PATH'], HOME: base}, signal, ...more})
  const git = (...args: string[]) =>
    execFileSync('git', args, {cwd: root, env: {PATH: process.env['PATH'], HOME: base}, stdio: 'pipe'})

  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'vibe-git-')))
    root = join(base, 'repo')
    canary = join(base, 'canary')
    mkdirSync(root)
    git('init', '-q')
    writeFileSync(join(root, 'a.txt'), 'x\n')
    git('add', 'a.txt')
  })
  afterEach(() => rmSync(base, {recursive: true, force: true}))

  it('lists files and tells states apart', async () => {
    const listed = await run(['ls-files', '-z'])
    expect([listed.state, listed.stdout.toString()]).to.deep.equal(['done', 'a.txt\0'])
    expect((await run(['no-such-command'])).state).to.equal('failed')
    expect((await run(['ls-files'], {env: {PATH: root}})).state).to.equal('missing')
    expect((await run(['ls-files'], {signal: AbortSignal.abort()})).state).to.equal('stopped')
    expect((await run(['help', '-a'], {maxBytes: 10})).state).to.equal('stopped')
  })

  it('runs nothing that the repository names', async () => {
    const program = `touch ${canary} #`
    for (const [key, value] of [
      ['core.fsmonitor', program],
      ['core.pager', program],
      ['core.sshCommand', program],
      ['core.editor', program],
      ['alias.ls-files', `!${program}`],
      ['credential.helper', `!${program}`],
      ['diff.external', program],
    ] as const)
      git('config', key, value)
    mkdirSync(join(root, 'hooks'))
    git('config', 'core.hooksPath', join(root, 'hooks'))
    for (const args of [
      ['ls-files', '-co', '--exclude-standard'],
      ['status', '--porcelain'],
      ['rev-parse', 'HEAD'],
      ['branch', '--show-current'],
    ])
      await run(args)
    expect(existsSync(canary)).to.equal(false)
  })

  it('does not obey a bare repository that lies inside the project', async () => {
    const bare = join(root, 'bare')
    mkdirSync(join(bare, 'refs'), {recursive: true})
    mkdirSync(join(bare, 'objects'))
    writeFileSync(join(bare, 'HEAD'), 'ref: refs/heads/main\n')
    writeFileSync(
      join(bare, 'config'),
      `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "touch ${canary} #"\n`,
    )
    const result = await runGit(['status'], {cwd: bare, env: {PATH: process.env['PATH'], HOME: base}, signal})
    expect([result.state, existsSync(canary)]).to.deep.equal(['failed', false])
  })

  it('fetches nothing, whatever the repository allows', async () => {
    git('config', 'protocol.ext.allow', 'always')
    const result = await run(['ls-remote', `ext::touch ${canary}`])
    expect([result.state, existsSync(canary)]).to.deep.equal(['failed', false])
  })

  it('finds programs on absolute PATH entries outside the project only', async () => {
    writeFileSync(join(root, 'git'), '#!/bin/sh\n', {mode: 0o755})
    expect(await findProgram('git', {PATH: `.:${root}:${process.env['PATH']}`}, root))
      .to.be.a('string')
      .and.not.include(root)
    expect(await findProgram('git', {PATH: `.:${root}`}, root)).to.equal(undefined)
    expect(await findProgram('git', {}, root)).to.equal(undefined)
  })
})

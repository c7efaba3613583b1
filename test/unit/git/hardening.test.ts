import {chmodSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {commitEdits} from '../../../src/git/commit.ts'
import {readDiff} from '../../../src/git/diff.ts'
import {readHead} from '../../../src/git/head.ts'
import {nameOfText} from '../../../src/git/names.ts'
import {committedForm, foreignlyFiltered, hashFile, headEntries, ignoredNames} from '../../../src/git/objects.ts'
import {publishedIn} from '../../../src/git/published.ts'
import {openRepository, type Repository} from '../../../src/git/repository.ts'
import {withScratch} from '../../../src/git/scratch.ts'
import {readStatus} from '../../../src/git/status.ts'
import {prepareCommit, selectChanges} from '../../../src/git/prepare.ts'
import {patchBetween} from '../../../src/git/patch.ts'
import {recentSubjects} from '../../../src/git/recent.ts'
import {createRepository, type TestRepository} from '../../support/git-repository.ts'

const signal = new AbortController().signal

const VECTORS: Record<string, (repo: TestRepository, program: string) => void> = {
  'core.fsmonitor': (repo, program) => repo.git('config', 'core.fsmonitor', program),
  'core.hooksPath': (repo, program) => {
    mkdirSync(join(repo.root, 'hooks'))
    for (const name of HOOKS) script(join(repo.root, 'hooks', name), program)
    repo.git('config', 'core.hooksPath', join(repo.root, 'hooks'))
  },
  'hooks in .git': (repo, program) => {
    for (const name of HOOKS) script(join(repo.root, '.git', 'hooks', name), program)
  },
  pagers: (repo, program) => {
    for (const key of ['core.pager', 'pager.diff', 'pager.log', 'pager.status']) repo.git('config', key, program)
  },
  'diff.external': (repo, program) => repo.git('config', 'diff.external', program),
  'a diff driver': (repo, program) => {
    repo.git('config', 'diff.evil.command', program)
    repo.git('config', 'diff.evil.textconv', program)
    attributes(repo, '* diff=evil')
  },
  'a filter with clean and smudge': (repo, program) => {
    repo.git('config', 'filter.evil.clean', program)
    repo.git('config', 'filter.evil.smudge', program)
    repo.git('config', 'filter.evil.required', 'true')
    attributes(repo, '* filter=evil')
  },
  'a filter process': (repo, program) => {
    repo.git('config', 'filter.evil.process', program)
    attributes(repo, '* filter=evil')
  },
  'a filter in an included file': (repo, program) => {
    repo.write('evil.cfg', `[filter "evil"]\n\tclean = ${program}\n[core]\n\tfsmonitor = ${program}\n`)
    repo.git('config', 'include.path', '../evil.cfg')
    attributes(repo, '* filter=evil')
  },
  'a filter of the worktree’s own configuration': (repo, program) => {
    repo.git('config', 'extensions.worktreeConfig', 'true')
    repo.git('config', '--worktree', 'filter.evil.clean', program)
    attributes(repo, '* filter=evil')
  },
  'the user’s filter, redefined by the repository': (repo, program) => {
    repo.git('config', '--global', 'filter.own.clean', 'cat')
    repo.git('config', 'filter.own.clean', program)
    attributes(repo, '* filter=own')
  },
  'programs that sign': (repo, program) => {
    for (const key of ['gpg.program', 'gpg.ssh.program', 'gpg.openpgp.program', 'gpg.ssh.defaultKeyCommand'])
      repo.git('config', key, program)
    repo.git('config', 'commit.gpgSign', 'true')
    repo.git('config', 'log.showSignature', 'true')
  },
  'aliases and helpers': (repo, program) => {
    for (const key of ['alias.status', 'alias.rev-parse', 'alias.commit-tree', 'credential.helper'])
      repo.git('config', key, `!${program}`)
    for (const key of ['core.sshCommand', 'core.askPass', 'core.editor', 'core.gitProxy', 'sequence.editor'])
      repo.git('config', key, program)
  },
  'an object that must be fetched': (repo, program) => {
    repo.git('config', 'remote.origin.url', `ext::${program}`)
    repo.git('config', 'remote.origin.promisor', 'true')
    repo.git('config', 'protocol.ext.allow', 'always')
    repo.git('config', 'extensions.partialClone', 'origin')
  },
  'a submodule that is asked for its state': (repo, program) => {
    const inner = join(repo.root, 'inner')
    mkdirSync(inner)
    repo.gitIn(inner, 'init', '-q')
    repo.gitIn(inner, 'commit', '-q', '--allow-empty', '-m', 'x')
    repo.git('-c', 'advice.addEmbeddedRepo=false', 'add', 'inner')
    repo.git('commit', '-q', '-m', 'inner')
    writeFileSync(join(inner, '.gitattributes'), '* filter=deep\n')
    writeFileSync(join(inner, 'f'), 'f\n')
    repo.gitIn(inner, 'add', '.')
    repo.gitIn(inner, 'commit', '-q', '-m', 'y')
    repo.gitIn(inner, 'config', 'filter.deep.clean', program)
    repo.gitIn(inner, 'config', 'core.fsmonitor', program)
    writeFileSync(join(inner, 'f'), 'g\n')
    repo.git('config', 'submodule.recurse', 'true')
    repo.git('config', 'diff.submodule', 'log')
    repo.git('config', 'status.submoduleSummary', 'true')
  },
}

/** Plain git runs them, by these commands. */
const PROOFS: Record<string, string[]> = {
  'core.fsmonitor': ['status'],
  'core.hooksPath': ['commit', '-am', 'x'],
  'hooks in .git': ['commit', '-am', 'x'],
  'diff.external': ['diff'],
  'a diff driver': ['diff'],
  'a filter with clean and smudge': ['add', 'a.txt'],
  'a filter process': ['add', 'a.txt'],
  'a filter in an included file': ['add', 'a.txt'],
  'a filter of the worktree’s own configuration': ['add', 'a.txt'],
  'the user’s filter, redefined by the repository': ['add', 'a.txt'],
  'programs that sign': ['commit', '-am', 'x'],
  'a submodule that is asked for its state': ['status'],
}
const HOOKS = [
  'pre-commit',
  'commit-msg',
  'prepare-commit-msg',
  'post-commit',
  'post-index-change',
  'reference-transaction',
]

function script(path: string, program: string): void {
  mkdirSync(join(path, '..'), {recursive: true})
  writeFileSync(path, `#!/bin/sh\n${program}\n`)
  chmodSync(path, 0o755)
}

function attributes(repo: TestRepository, text: string): void {
  repo.write('.gitattributes', `${text}\n`)
}

describe('git in a repository that names programs', function () {
  this.timeout(30_000)
  let repo: TestRepository
  beforeEach(() => {
    repo = createRepository()
    repo.commit({'a.txt': 'one\n', 'b.txt': 'two\n'})
  })
  afterEach(() => repo.remove())

  const open = async (env: Record<string, string> = repo.env): Promise<Repository> => {
    const opened = await openRepository(repo.root, {env, signal})
    if ('none' in opened) throw new Error(opened.reason)
    return opened.repository
  }

  /** Everything of the room, once. */
  const everything = async (repository: Repository) => {
    const head = await readHead(repository)
    const status = await readStatus(repository)
    const selection = selectChanges(status, {isSecret: () => false})
    const prepared = await prepareCommit(repository, head, selection)
    await patchBetween(repository, {from: prepared.from, to: prepared.tree}, prepared.edits)
    for (const what of ['staged', 'changed', 'all'] as const) await readDiff(repository, head, {what})
    await recentSubjects(repository, head)
    await headEntries(repository, head, ['a.txt'])
    await ignoredNames(repository, [nameOfText('a.txt')])
    await foreignlyFiltered(repository, [nameOfText('a.txt')])
    await withScratch(repository, (scratch) =>
      committedForm(repository, {path: 'a.txt', bytes: Buffer.from('x\n'), scratch}),
    )
    await publishedIn(repository, head.commit ?? '')
    const oid = await hashFile(repository, 'b.txt', Buffer.from('three\n'))
    const was = (await headEntries(repository, head, ['b.txt'])).get('b.txt')
    const edits = [{name: nameOfText('b.txt'), was, becomes: {mode: '100644', oid}}]
    return commitEdits({repository, head, edits, message: 'three'})
  }

  for (const [what, prepare] of Object.entries(VECTORS)) {
    it(`runs nothing of it: ${what}`, async () => {
      prepare(repo, repo.canary.program)
      repo.write('a.txt', 'changed\n')
      repo.write('new.txt', 'new\n')
      const before = repo.canary.sang()
      const committed = await everything(await open())
      expect([before, repo.canary.sang()]).to.deep.equal([false, false])
      expect(committed?.commit).to.equal(repo.git('-c', 'core.fsmonitor=false', 'rev-parse', 'HEAD'))
      const proof = PROOFS[what]
      if (!proof) return
      repo.write('a.txt', 'changed again\n')
      try {
        repo.git(...proof)
      } catch {
        // The canary is no real program of its kind, and git says so.
      }
      expect(repo.canary.sang(), 'the canary is dead').to.equal(true)
    })
  }

  it('takes nothing from the environment that leads elsewhere or runs something', async () => {
    const {program} = repo.canary
    const elsewhere = join(repo.base, 'elsewhere')
    mkdirSync(elsewhere)
    repo.gitIn(elsewhere, 'init', '-q')
    writeFileSync(join(repo.root, 'own.cfg'), `[core]\n\tfsmonitor = ${program}\n`)
    repo.write('a.txt', 'changed\n')
    const env = {
      ...repo.env,
      GIT_DIR: join(elsewhere, '.git'),
      GIT_WORK_TREE: elsewhere,
      GIT_INDEX_FILE: join(elsewhere, 'index'),
      GIT_EXTERNAL_DIFF: program,
      GIT_PAGER: program,
      GIT_EDITOR: program,
      GIT_SSH_COMMAND: program,
      GIT_ASKPASS: program,
      GIT_EXEC_PATH: elsewhere,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: program,
      GIT_CONFIG_PARAMETERS: `'core.fsmonitor=${program}'`,
      GIT_CONFIG_GLOBAL: join(repo.root, 'own.cfg'),
    }
    const repository = await open(env)
    expect(repository.root).to.equal(repo.root)
    await everything(repository)
    expect(repo.canary.sang()).to.equal(false)
  })

  it('keeps the filters that the user has defined for everything', async () => {
    repo.git('config', '--global', 'filter.shout.clean', 'tr a-z A-Z')
    repo.git('config', '--global', 'filter.shout.required', 'true')
    attributes(repo, '*.txt filter=shout')
    const repository = await open()
    const form = await withScratch(repository, (scratch) =>
      committedForm(repository, {path: 'a.txt', bytes: Buffer.from('loud\n'), scratch}),
    )
    expect([form.bytes.toString(), repository.foreignFilters.size]).to.deep.equal(['LOUD\n', 0])
  })

  it('looks for such filters anywhere but in the repository', async () => {
    repo.git('config', '--global', 'filter.own.clean', 'own-filter')
    attributes(repo, '*.txt filter=own')
    script(join(repo.root, 'tools', 'own-filter'), repo.canary.program)
    repo.write('a.txt', 'changed\n')
    const env = {...repo.env, PATH: `.:tools:${join(repo.root, 'tools')}:${repo.env['PATH']}`}
    await everything(await open(env))
    expect(repo.canary.sang()).to.equal(false)
  })

  it('names the files whose filter it does not run', async () => {
    repo.git('config', 'filter.evil.clean', repo.canary.program)
    attributes(repo, 'a.txt filter=evil')
    const found = await foreignlyFiltered(await open(), [nameOfText('a.txt'), nameOfText('b.txt')])
    expect([...found]).to.deep.equal(['a.txt'])
  })

  it('uses no git where a filter has a name that cannot be switched off', async () => {
    repo.git('config', 'filter.a=b.clean', repo.canary.program)
    attributes(repo, '* filter=a=b')
    const error: unknown = await open().catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'git-unsafe')
  })

  it('shows what differs, staged and not, as bytes', async () => {
    repo.write('a.txt', 'staged\n')
    repo.git('add', 'a.txt')
    repo.write('b.txt', Buffer.from([0xe9, 0x0a]))
    const repository = await open()
    const head = await readHead(repository)
    const diff = async (what: 'staged' | 'changed' | 'all', paths?: string[]) =>
      (await readDiff(repository, head, {what, ...(paths && {paths})})).toString('latin1')
    expect(await diff('staged'))
      .to.contain('+staged')
      .and.not.contain('b.txt')
    expect(await diff('changed'))
      .to.contain('+\u00e9\n')
      .and.not.contain('a.txt')
    expect(await diff('all'))
      .to.contain('+staged')
      .and.contain('+\u00e9\n')
    expect(await diff('all', ['b.txt'])).to.not.contain('a.txt')
    expect(await diff('all', [':(top)a.txt'])).to.equal('')
  })

  it('does not take files around a repository for its own', async () => {
    repo.git('config', 'core.worktree', repo.base)
    const opened = await openRepository(repo.root, {env: repo.env, signal})
    expect(opened).to.have.property('none', 'refused')
  })

  it('does not obey a bare repository that lies inside another', async () => {
    const bare = join(repo.root, 'bare')
    mkdirSync(join(bare, 'refs'), {recursive: true})
    mkdirSync(join(bare, 'objects'))
    writeFileSync(join(bare, 'HEAD'), 'ref: refs/heads/main\n')
    writeFileSync(
      join(bare, 'config'),
      `[core]\n\tbare = false\n\tworktree = ..\n\tfsmonitor = ${repo.canary.program}\n`,
    )
    const opened = await openRepository(bare, {env: repo.env, signal})
    expect([opened, repo.canary.sang()]).to.deep.equal([
      {none: 'bare', reason: 'This repository has no working files.'},
      false,
    ])
  })
})

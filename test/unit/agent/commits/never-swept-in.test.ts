import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import fc from 'fast-check'
import {commitOwn} from '../../../../src/agent/commits/commit-own.ts'
import {gatherChanges, turnEntries} from '../../../../src/agent/commits/turn-changes.ts'
import {takeBack} from '../../../../src/agent/take-back.ts'
import {applyChanges} from '../../../../src/edits/journal/apply.ts'
import {journalPlace} from '../../../../src/edits/journal/store.ts'
import {VibeError} from '../../../../src/errors.ts'
import {createRepository, type TestRepository} from '../../../support/git-repository.ts'

const signal = new AbortController().signal
const FILES = ['a.txt', 'b.txt', 'new.txt'] as const
const LINES = 7

const step = fc.record({
  kind: fc.constantFrom('edit', 'edit', 'stage', 'commit', 'delete', 'vibe', 'vibe', 'vibe', 'undo', 'undo', 'redo'),
  file: fc.nat(FILES.length - 1),
  line: fc.nat(LINES - 1),
})
type Step = {kind: string; file: number; line: number}

/** A user and vibe at work in one repository. */
class Work {
  readonly repo: TestRepository
  readonly data: string
  private readonly asking
  private count = 0
  private readonly commits: string[] = []

  constructor() {
    this.repo = createRepository()
    this.data = join(this.repo.base, 'data')
    this.asking = {env: this.repo.env, signal}
    const text = Array.from({length: LINES}, (_, line) => `line ${line}\n`).join('')
    this.commits.push(this.repo.commit({'a.txt': text, 'b.txt': text}))
  }

  async take({kind, file, line}: Step): Promise<void> {
    const name = FILES[file] ?? 'a.txt'
    if (kind === 'vibe') await this.guarded(() => this.vibe(name, line))
    else if (kind === 'undo' || kind === 'redo') await this.guarded(() => this.takeBack(kind))
    else if (kind === 'edit') this.replace(name, line, `U${++this.count}u`)
    else if (kind === 'delete') rmSync(this.path(name), {force: true})
    else if (kind === 'stage') this.repo.git('add', '--all', '--', '.')
    else if (this.repo.git('diff', '--cached', '--name-only') !== '') {
      this.repo.git('commit', '-q', '-m', 'user')
      this.commits.push(this.repo.git('rev-parse', 'HEAD'))
    }
  }

  private path(name: string): string {
    return join(this.repo.root, name)
  }

  private text(name: string): string | undefined {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : undefined
  }

  private replace(name: string, line: number, token: string): void {
    writeFileSync(this.path(name), changed(this.text(name), line, token))
  }

  /** What holds whatever vibe does. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    const staged = this.staged()
    const theirs = this.tokensOnDisk()
    await work()
    for (const [name, entry] of staged) expect(this.index().get(name), `${name} is staged`).to.equal(entry)
    for (const [name] of this.staged()) expect(staged.has(name), `${name} is staged by nobody`).to.equal(true)
    expect(this.tokensOnDisk()).to.include.members(theirs)
    const history = this.repo.git('rev-list', 'HEAD').split('\n')
    expect(history).to.include.members(this.commits)
  }

  private async vibe(name: string, line: number): Promise<void> {
    const since = Date.now()
    const turn = ++this.count
    const old = this.text(name)
    const bytes = Buffer.from(changed(old, line, `V${turn}v`))
    await applyChanges({
      place: journalPlace(this.data, this.repo.root),
      changes: [
        {path: this.path(name), before: old === undefined ? undefined : {bytes: Buffer.from(old)}, after: {bytes}},
      ],
      label: {kind: 'change', title: `turn ${turn}`, session: 's', turn},
      signal,
    })
    const disk = FILES.map((one) => this.text(one))
    const project = {root: this.repo.root, data: this.data}
    const entries = await turnEntries(project, {session: 's', turn, since})
    const {repositories} = await gatherChanges(this.repo.root, entries, this.asking)
    for (const changes of repositories) {
      const {committed} = await commitOwn({changes, project, write: async () => 'vibe', hooks: false, signal})
      if (committed) this.checkCommit(committed.commit)
    }
    expect(FILES.map((one) => this.text(one))).to.deep.equal(disk)
  }

  /** Not a word of the user's that was not in the history before. */
  private checkCommit(commit: string): void {
    const patch = this.repo.git('show', '--format=', '-U0', commit)
    const added = patch.split('\n').filter((line) => line.startsWith('+') && !line.startsWith('+++'))
    expect(added.join('\n')).to.not.match(/U\d+u/)
    const removed = patch.split('\n').filter((line) => line.startsWith('-') && !line.startsWith('---'))
    expect(added.length + removed.length).to.be.greaterThan(0)
  }

  private async takeBack(kind: 'undo' | 'redo'): Promise<void> {
    try {
      await takeBack({kind, root: this.repo.root, data: this.data, env: this.repo.env, signal})
    } catch (error) {
      if (!(error instanceof VibeError && error.code.startsWith('nothing-to-'))) throw error
    }
  }

  private tokensOnDisk(): string[] {
    return FILES.flatMap((name) => this.text(name)?.match(/U\d+u/g) ?? [])
  }

  private index(): Map<string, string> {
    return new Map(lines(this.repo.git('ls-files', '-s')).map((line) => [line.split('\t')[1] ?? '', line]))
  }

  /** Paths whose index is not what HEAD holds, with what it holds. */
  private staged(): Map<string, string | undefined> {
    const names = lines(this.repo.git('diff', '--cached', '--name-only', '--no-renames'))
    const index = this.index()
    return new Map(names.map((name) => [name, index.get(name)]))
  }
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

/** One line gets a word more, so that nobody takes a word away by an edit. */
function changed(text: string | undefined, line: number, token: string): string {
  const all = (text ?? 'begin\n').split('\n')
  const at = Math.min(line, Math.max(0, all.length - 2))
  all[at] = `${all[at] ?? ''} ${token}`
  return all.join('\n')
}

describe('commits of vibe’s own changes among the user’s', function () {
  this.timeout(120_000)

  it('sweep nothing in and lose nothing: words on disk, what is staged, commits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, {minLength: 4, maxLength: 12}), async (steps) => {
        const work = new Work()
        try {
          for (const one of steps) await work.take(one)
          expect(work.repo.git('fsck', '--no-dangling', '--no-progress')).to.equal('')
        } finally {
          work.repo.remove()
        }
      }),
      {numRuns: Number(process.env['GIT_PROPERTY_RUNS'] ?? 6)},
    )
  })
})

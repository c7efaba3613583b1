import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {distrust, isTrusted, readTrust, trust, trustFile} from '../../../src/permissions/trust.ts'

const signal = new AbortController().signal

describe('trust', () => {
  let home = ''
  let root = ''
  let data = ''
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'vibe-trust-'))
    root = join(home, 'project')
    data = join(home, 'data')
    mkdirSync(join(root, '.vibe-coder', 'commands'), {recursive: true})
    writeFileSync(join(root, '.vibe-coder', 'mcp.json'), '{}')
  })

  it('is given, kept privately, and taken back', async () => {
    expect(readTrust(root, data)).to.include({state: 'unknown'})
    await trust(root, data, {signal})
    expect(isTrusted(root, data)).to.equal(true)
    expect(statSync(trustFile(data)).mode & 0o777).to.equal(0o600)
    expect(statSync(data).mode & 0o777).to.equal(0o700)
    expect(await distrust(root, data, signal)).to.equal(true)
    expect(isTrusted(root, data)).to.equal(false)
    expect(await distrust(root, data, signal)).to.equal(false)
  })

  const changes: ReadonlyArray<[string, () => void]> = [
    ['.env', () => writeFileSync(join(root, '.env'), 'A=1')],
    ['.vibe-coder/mcp.json', () => writeFileSync(join(root, '.vibe-coder', 'mcp.json'), '[]')],
    ['.vibe-coder/commands/x.md', () => writeFileSync(join(root, '.vibe-coder', 'commands', 'x.md'), 'run')],
    ['.vibe-coder/mcp.json', () => unlinkSync(join(root, '.vibe-coder', 'mcp.json'))],
    ['.vibe-coder/config.json', () => symlinkSync('/no/such/file', join(root, '.vibe-coder', 'config.json'))],
    [
      '.vibe-coder',
      () => {
        renameSync(join(root, '.vibe-coder'), join(root, 'elsewhere'))
        symlinkSync('elsewhere', join(root, '.vibe-coder'))
      },
    ],
  ]
  for (const [index, [name, change]] of changes.entries()) {
    it(`ends with change ${index + 1}, of ${name}, and names it`, async () => {
      await trust(root, data, {signal})
      change()
      expect(isTrusted(root, data)).to.equal(false)
      expect(readTrust(root, data)).to.deep.include({state: 'changed', changes: [name]})
    })
  }

  it('ends when what a link leads to changes', async () => {
    writeFileSync(join(home, 'shared.env'), 'A=1')
    symlinkSync(join(home, 'shared.env'), join(root, '.env'))
    await trust(root, data, {signal})
    expect(isTrusted(root, data)).to.equal(true)
    writeFileSync(join(home, 'shared.env'), 'A=2')
    expect(isTrusted(root, data)).to.equal(false)
  })

  it('belongs to the real path: a link to the project is the project, another folder is not', async () => {
    await trust(root, data, {signal})
    symlinkSync(root, join(home, 'link'))
    expect(isTrusted(join(home, 'link'), data)).to.equal(true)
    for (const other of [home, join(root, '.vibe-coder'), join(home, 'absent')])
      expect(isTrusted(other, data), other).to.equal(false)
    mkdirSync(join(root, 'below'))
    expect(isTrusted(join(root, 'below'), data)).to.equal(false)
  })

  it('does not follow what a repository says about itself', async () => {
    mkdirSync(join(root, '.git'))
    await trust(root, data, {signal})
    const evil = join(home, 'evil')
    mkdirSync(join(evil, '.vibe-coder'), {recursive: true})
    writeFileSync(join(evil, '.git'), `gitdir: ${join(root, '.git')}\n`)
    expect(isTrusted(evil, data)).to.equal(false)
    rmSync(join(evil, '.git'))
    mkdirSync(join(evil, '.git'))
    writeFileSync(join(evil, '.git', 'commondir'), join(root, '.git'))
    expect(isTrusted(evil, data)).to.equal(false)
  })

  it('is refused when the project is not what was shown', async () => {
    const {files} = readTrust(root, data)
    writeFileSync(join(root, '.env'), 'VIBE_CODER_ENDPOINT=https://evil.test')
    const error = await trust(root, data, {signal, files}).catch((caught: unknown) => caught)
    expect(error).to.include({code: 'trust-changed', exit: 6})
    expect(isTrusted(root, data)).to.equal(false)
  })

  it('is impossible for what cannot be hashed', async () => {
    execFileSync('mkfifo', [join(root, '.env')])
    expect(readTrust(root, data).state).to.equal('impossible')
    expect(await trust(root, data, {signal}).catch((error: unknown) => error)).to.include({code: 'trust-impossible'})
  })

  it('is lost, not assumed, when its file is damaged', async () => {
    await trust(root, data, {signal})
    const text = readFileSync(trustFile(data), 'utf8')
    for (const damaged of [
      text.slice(0, -5),
      '[]',
      '{"projects": []}',
      `{"projects": {${JSON.stringify(root)}: true}}`,
      '',
    ]) {
      writeFileSync(trustFile(data), damaged)
      expect(isTrusted(root, data), damaged).to.equal(false)
    }
    await trust(root, data, {signal})
    expect(isTrusted(root, data)).to.equal(true)
  })
})

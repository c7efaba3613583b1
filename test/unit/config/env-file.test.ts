import {expect} from 'chai'
import {execFileSync} from 'node:child_process'
import {existsSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseDotenv} from '../../../src/config/dotenv.ts'
import {saveEnvFile} from '../../../src/config/env-file.ts'
import {VibeError} from '../../../src/errors.ts'

const values = {VIBE_CODER_API_KEY: 'abcdefghijkl', VIBE_CODER_ENDPOINT: 'https://x.test/v1'}

describe('saving to a .env file', () => {
  let folder = ''
  let file = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vibe-env-'))
    file = join(folder, '.env')
  })
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x.test', ...args], {cwd: folder, stdio: 'ignore'})
  const refusal = async (target: string) => saveEnvFile(target, values).catch((error: unknown) => error)

  it('makes a private file and warns', async () => {
    const {warning} = await saveEnvFile(file, values)
    expect(readFileSync(file, 'utf8')).to.equal(
      'VIBE_CODER_API_KEY=abcdefghijkl\nVIBE_CODER_ENDPOINT=https://x.test/v1\n',
    )
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    expect(warning).to.contain('do not commit')
    expect(existsSync(`${file}.lock`)).to.equal(false)
  })

  it('replaces its own lines and keeps every other', async () => {
    writeFileSync(
      file,
      '# mine\r\nexport VIBE_CODER_API_KEY="old\r\nlines"\r\nOTHER=1\r\nVIBE_CODER_API_KEY=older\r\n',
      {mode: 0o644},
    )
    await saveEnvFile(file, {...values, VIBE_CODER_MODEL: 'a "b" $c\\d #e'})
    const text = readFileSync(file, 'utf8')
    expect(text).to.equal(
      '# mine\r\nOTHER=1\r\nVIBE_CODER_API_KEY=abcdefghijkl\r\nVIBE_CODER_ENDPOINT=https://x.test/v1\r\nVIBE_CODER_MODEL="a \\"b\\" \\$c\\\\d #e"\r\n',
    )
    expect(parseDotenv(text).at(-1)?.value).to.equal('a "b" $c\\d #e')
    expect(statSync(file).mode & 0o777).to.equal(0o600)
  })

  it('refuses a file that git tracks, also through a link, and changes nothing', async () => {
    git('init', '-q')
    writeFileSync(file, 'A=1\n')
    expect((await saveEnvFile(file, {VIBE_CODER_MODEL: 'm'})).warning).to.contain('.gitignore')
    git('add', '-f', '.env')
    symlinkSync('.env', join(folder, 'link.env'))
    const before = readFileSync(file, 'utf8')
    for (const target of [file, join(folder, 'link.env')]) {
      expect(await refusal(target))
        .to.be.instanceOf(VibeError)
        .with.property('code', 'env-file-tracked')
    }
    expect(readFileSync(file, 'utf8')).to.equal(before)
  })

  it('starts nothing that a repository names, and takes no other repository by variable', async () => {
    git('init', '-q')
    const canary = join(folder, 'canary')
    git('config', 'core.fsmonitor', `touch ${canary}`)
    git('config', 'alias.ls-files', `!touch ${canary}`)
    writeFileSync(file, 'A=1\n')
    git('-c', 'core.fsmonitor=false', 'add', '-f', '.env')
    const env = {...process.env, GIT_DIR: '/nowhere'}
    const error = await saveEnvFile(file, values, {env}).catch((caught: unknown) => caught)
    expect(error).to.have.property('code', 'env-file-tracked')
    expect(existsSync(canary)).to.equal(false)
  })

  it('works without git, and says that it could not ask', async () => {
    const {warning} = await saveEnvFile(file, values, {env: {PATH: folder}})
    expect(warning).to.contain('could not be asked')
  })

  it('refuses what one line cannot hold, and names that are not of vibe', async () => {
    for (const bad of [{VIBE_CODER_MODEL: 'a\nPATH=/evil'}, {PATH: '/evil'}, {VIBE_CODER_MODEL: '\u0000'}]) {
      expect(await saveEnvFile(file, bad).catch((error: unknown) => error)).to.have.property(
        'code',
        'env-value-invalid',
      )
    }
    expect(existsSync(file)).to.equal(false)
  })
})

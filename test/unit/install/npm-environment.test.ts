import {expect} from 'chai'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {npmEnvironment} from '../../../src/install/npm-environment.ts'

describe('the environment of the npm that installs plugins', () => {
  let project: string
  beforeEach(() => (project = mkdtempSync(join(tmpdir(), 'vibe-npmrc-'))))
  afterEach(() => rmSync(project, {recursive: true}))

  it("keeps the user's settings", () => {
    const env = {
      HOME: '/home/a',
      npm_config_registry: 'https://a.example',
      HTTPS_PROXY: 'http://p:1',
      npm_config_cafile: '/c',
    }
    expect(npmEnvironment(env)).to.deep.equal(env)
  })

  it('has nothing that an outer npm says of its project', () => {
    const outer = {
      npm_package_name: 'x',
      npm_lifecycle_event: 'npx',
      npm_config_dry_run: 'true',
      npm_config_ignore_scripts: '',
    }
    expect(npmEnvironment({...outer, npm_config_local_prefix: project})).to.deep.equal({})
  })

  it("has nothing that comes from a project's .npmrc", () => {
    writeFileSync(join(project, '.npmrc'), 'registry = "http://evil.example/"\nstrict-ssl=false\n; c\nproxy=${P}\n')
    const handed = {
      npm_config_registry: 'http://evil.example',
      npm_config_strict_ssl: '',
      npm_config_proxy: 'http://evil:1',
    }
    expect(npmEnvironment({...handed, npm_config_local_prefix: project})).to.deep.equal({})
  })

  it('keeps a registry that somebody set against the project', () => {
    writeFileSync(join(project, '.npmrc'), 'registry=http://evil.example/\n')
    const env = {npm_config_registry: 'http://mine.example/', npm_config_local_prefix: project}
    expect(npmEnvironment(env)).to.deep.equal({npm_config_registry: 'http://mine.example/'})
  })

  it("keeps what the user's own .npmrc says, also where that is the project's", () => {
    writeFileSync(join(project, '.npmrc'), 'registry=http://mine.example/\n')
    const env = {npm_config_registry: 'http://mine.example/', npm_config_userconfig: join(project, '.npmrc')}
    expect(npmEnvironment({...env, npm_config_local_prefix: project})).to.deep.equal(env)
  })
})

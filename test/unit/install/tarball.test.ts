import {expect} from 'chai'
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {VibeError} from '../../../src/errors.ts'
import {inspectTarball, type Contents} from '../../../src/install/tarball.ts'
import {tarball} from '../../support/tar.ts'

const PJSON = JSON.stringify({name: 'x', version: '1.0.0', vibe: {apiVersion: 1, providers: ['./p.json']}})

describe('looking into a tarball', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vibe-tar-'))))
  afterEach(() => rmSync(folder, {recursive: true}))

  function inspect(data: Buffer): Promise<Contents> {
    const path = join(folder, 'x.tgz')
    writeFileSync(path, data)
    return inspectTarball({path, shown: 'x.tgz'}, join(folder, 'contents'))
  }

  async function refuses(data: Buffer, says: RegExp): Promise<void> {
    const error = await inspect(data).then(
      () => undefined,
      (failure: unknown) => failure,
    )
    expect(error).to.be.instanceOf(VibeError).with.property('message').that.matches(says)
  }

  it('finds its package.json and lays out its manifests, and of code only that it is there', async () => {
    const found = await inspect(tarball({'package.json': PJSON, 'p.json': '{"id":"x"}', 'dist/index.js': 'code'}))
    expect(found.pjson).to.include({name: 'x'})
    expect(found.integrity).to.match(/^sha512-.{86}==$/)
    expect(readFileSync(join(folder, 'contents/p.json'), 'utf8')).to.equal('{"id":"x"}')
    expect(readFileSync(join(folder, 'contents/dist/index.js'), 'utf8')).to.equal('')
  })

  it('takes any name for its topmost folder', async () => {
    expect((await inspect(tarball({'package.json': PJSON}, 'work-1.0'))).pjson).to.include({name: 'x'})
  })

  it('writes nothing outside its folder', async () => {
    await inspect(tarball({'package.json': PJSON, '../../escaped': '', '../escaped': ''}))
    expect(existsSync(join(folder, 'escaped')) || existsSync(join(folder, '../escaped'))).to.equal(false)
  })

  it('refuses what is no package', async () => {
    await refuses(Buffer.from('no gzip'), /Cannot install x\.tgz/)
    await refuses(gzipSync('no tar'), /ends in the middle/)
    await refuses(gzipSync(Buffer.alloc(2048, 'x')), /no tar archive/)
    await refuses(tarball({'index.js': ''}), /no package\.json/)
    await refuses(tarball({'package.json': '{'}), /no JSON/)
    await refuses(tarball({'package.json': PJSON, 'b.js': 'x'.repeat(5000)}).subarray(0, 100), /Cannot install/)
  })

  it('refuses a bomb without unpacking it', async () => {
    const half = Buffer.alloc(200 * 1024 * 1024)
    await refuses(tarball({'package.json': PJSON, one: half, other: half}), /unpacks to more than 256 MB/)
  }).timeout(20_000)
})

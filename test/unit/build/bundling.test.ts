import {expect} from 'chai'
import {build, type BuildOptions} from 'esbuild'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {builtins} from '../../../src/build/builtins.ts'
import {lightNamespaces} from '../../../src/build/light-namespaces.ts'
import {requireWhereUsed} from '../../../src/build/lazy-oclif.ts'
import {patched} from '../../../src/build/patches.ts'
import {filesUnder, removeOthers, writeChanged} from '../../../src/build/files.ts'
import {runProgram} from '../../support/program.ts'
import {root} from '../../support/tree.ts'

describe('bundling', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vibe-bundling-'))
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('imports builtins without loading what their other names need', async () => {
    const source = join(folder, 'in.mjs')
    await writeFile(
      source,
      `
      import http, {request} from 'node:http'
      import {readFileSync} from 'fs'
      if (http.request !== request || typeof readFileSync !== 'function') throw new Error('not the builtin')
      console.log(process.moduleLoadList.some((name) => name.includes('undici')))
    `,
    )
    const outfile = join(folder, 'out.mjs')
    await build({entryPoints: [source], outfile, bundle: true, format: 'esm', platform: 'node', plugins: [builtins]})
    expect((await runProgram([process.execPath, outfile])).stdout).to.equal('false\n')
    // Without the plugin the same import loads it; should Node mend that, the plugin can go.
    expect((await runProgram([process.execPath, source])).stdout).to.equal('true\n')
  })

  it('reads the names of a CommonJS module from the module itself', async () => {
    const source = join(folder, 'in.mjs')
    await writeFile(
      join(folder, 'counted.cjs'),
      'let reads = 0\nmodule.exports = {get reads() { return ++reads }, a: 1}',
    )
    await writeFile(
      source,
      `
      import fs, {readFileSync, realpathSync} from 'node:fs'
      import * as whole from 'node:fs'
      import EventEmitter, {once} from 'node:events'
      import counted, {a, reads} from './counted.cjs'
      const same = fs === process.getBuiltinModule('fs') && fs.readFileSync === readFileSync && whole.default === fs
      console.log(same, typeof realpathSync.native, new EventEmitter() instanceof EventEmitter, typeof once)
      console.log(a, counted.a, reads)
    `,
    )
    const how: BuildOptions = {bundle: true, format: 'esm', platform: 'node', write: false, plugins: [builtins]}
    const {outputFiles} = await build({entryPoints: [source], outfile: join(folder, 'out.mjs'), ...how})
    const text = outputFiles?.[0]?.text ?? ''
    expect(lightNamespaces(text)).to.not.equal(text)
    await writeFile(join(folder, 'out.mjs'), lightNamespaces(text))
    const {stdout} = await runProgram([process.execPath, join(folder, 'out.mjs')])
    expect(stdout).to.equal('true function true function\n1 1 1\n')
    expect(() => lightNamespaces('var __toESM = (mod) => mod;\n')).to.throw('another way')
  })

  it('keeps the names of a builtin that is imported where it is used', async () => {
    const source = join(folder, 'in.mjs')
    await writeFile(source, `const {runInNewContext} = await import('node:vm')\nconsole.log(runInNewContext('6 * 7'))`)
    const how: BuildOptions = {bundle: true, format: 'esm', platform: 'node', splitting: true, plugins: [builtins]}
    await build({entryPoints: [source], outdir: join(folder, 'out'), outExtension: {'.js': '.mjs'}, ...how})
    expect((await runProgram([process.execPath, join(folder, 'out/in.mjs')])).stdout).to.equal('42\n')
  })

  it('loads HTTP/2 and TLS when they are used, with every name in its place', async () => {
    const source = join(folder, 'in.mjs')
    await writeFile(
      source,
      `
      import http2, {constants} from 'node:http2'
      import tls, {checkServerIdentity} from 'node:tls'
      import https from 'node:https'
      const loaded = () => process.moduleLoadList.some((name) => /NativeModule (http2|tls|https)$/.test(name))
      const before = [loaded(), constants.HTTP2_HEADER_PATH, typeof checkServerIdentity, typeof https.request]
      const error = checkServerIdentity('a.example', {subject: {CN: 'b.example'}})
      const same = new https.Agent() instanceof process.getBuiltinModule('https').Agent
      console.log(...before, error.code, same, tls.DEFAULT_MIN_VERSION, typeof http2.connect)
    `,
    )
    const outfile = join(folder, 'out.mjs')
    await build({entryPoints: [source], outfile, bundle: true, format: 'esm', platform: 'node', plugins: [builtins]})
    const {stdout, stderr} = await runProgram([process.execPath, outfile])
    expect(stdout.trim(), stderr).to.equal(
      'false :path function function ERR_TLS_CERT_ALTNAME_INVALID true TLSv1.2 function',
    )
  })

  it('moves what oclif requires to where it uses it', () => {
    const source = [
      '"use strict";',
      'const path_1 = require("node:path");',
      'const simple_1 = __importDefault(require("./simple"));',
      'const kept = require("kept");',
      'exports.a = () => new simple_1.default(path_1.sep, kept);',
    ]
    expect(requireWhereUsed(source.join('\n')).trim().split('\n').filter(Boolean)).to.deep.equal([
      '"use strict";',
      'const kept = require("kept");',
      'exports.a = () => new (__importDefault(require("./simple"))).default((require("node:path")).sep, kept);',
    ])
  })

  it('changes what a package does at a known place, and notices when the place is gone', () => {
    const path = '/x/node_modules/got/dist/source/core/index.js'
    expect(patched(path, 'if (!(options.body instanceof FormData)) return')).to.not.include('instanceof FormData')
    expect(() => patched(path, 'rewritten')).to.throw('no longer contains')
    expect(patched('/x/other.js', 'untouched')).to.equal('untouched')
  })

  it('keeps the rules of languages out of the start', async () => {
    const needs = /localeCompare|new Intl\.ListFormat\([^)]*\)(?!\.format\(list\))/
    const files = ['@oclif/core/lib/config/plugin.js', '@sindresorhus/is/distribution/index.js']
    for (const file of files) {
      const path = join(root, 'node_modules', file)
      const source = await readFile(path, 'utf8')
      expect(source).to.match(needs)
      expect(patched(path, source)).not.to.match(needs)
    }
  })

  it('writes only what changed and removes what is left over', async () => {
    const path = join(folder, 'deep/file.txt')
    await writeChanged(path, 'one')
    await writeChanged(join(folder, 'deep/old.txt'), 'old')
    await removeOthers(join(folder, 'deep'), [path])
    expect(await filesUnder(folder)).to.deep.equal([path])
    expect(await filesUnder(join(folder, 'absent'))).to.deep.equal([])
  })
})

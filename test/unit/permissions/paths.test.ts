import {existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {expect} from 'chai'
import fc from 'fast-check'
import {isInside, PathRefusal, resolveInside} from '../../../src/permissions/paths.ts'
import {windowsPathProblem} from '../../../src/permissions/windows-paths.ts'

describe('resolveInside', () => {
  let base = ''
  let root = ''
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'vibe-paths-')))
    root = join(base, 'proj')
    mkdirSync(join(root, 'src'), {recursive: true})
    mkdirSync(join(base, 'proj-evil'))
    writeFileSync(join(root, 'src/a.ts'), '')
    writeFileSync(join(base, 'proj-evil/x'), '')
  })
  afterEach(() => rmSync(base, {recursive: true, force: true}))

  const refused = async (given: string) => {
    const error: unknown = await resolveInside(root, given).then(
      () => undefined,
      (caught: unknown) => caught,
    )
    expect(error, given).to.be.instanceOf(PathRefusal)
  }

  it('resolves what lies inside, there or not', async () => {
    for (const given of ['src/a.ts', './src/../src/a.ts', 'src//a.ts', join(root, 'src/a.ts')]) {
      expect(await resolveInside(root, given), given).to.deep.equal({path: join(root, 'src/a.ts'), inside: true})
    }
    expect(await resolveInside(root, 'new/deep/file.ts')).to.deep.equal({
      path: join(root, 'new/deep/file.ts'),
      inside: true,
    })
    expect(await resolveInside(root, '.')).to.deep.equal({path: root, inside: true})
  })

  it('sees through every way out', async () => {
    symlinkSync(join(base, 'proj-evil'), join(root, 'folder-link'))
    symlinkSync('../proj-evil/x', join(root, 'file-link'))
    symlinkSync('../proj-evil/new', join(root, 'dangling'))
    symlinkSync('folder-link', join(root, 'link-to-link'))
    symlinkSync('missing/../../proj-evil', join(root, 'odd'))
    for (const given of [
      '..',
      '../proj-evil/x',
      join(base, 'proj-evil/x'),
      'folder-link/x',
      'folder-link/new/deep',
      'file-link',
      'dangling',
      'link-to-link/x',
      'odd/x',
      'src/../../proj-evil/x',
      '/',
      '/etc/passwd',
    ]) {
      expect((await resolveInside(root, given)).inside, given).to.equal(false)
    }
    expect((await resolveInside(root, 'dangling')).path).to.equal(join(base, 'proj-evil/new'))
  })

  it('follows links that stay inside, and a root that is a link', async () => {
    symlinkSync('src', join(root, 'alias'))
    symlinkSync(root, join(base, 'root-link'))
    expect(await resolveInside(root, 'alias/a.ts')).to.deep.equal({path: join(root, 'src/a.ts'), inside: true})
    expect(await resolveInside(join(base, 'root-link'), 'src/a.ts')).to.deep.equal({
      path: join(root, 'src/a.ts'),
      inside: true,
    })
  })

  it('refuses what cannot be resolved for certain', async () => {
    symlinkSync('loop-b', join(root, 'loop-a'))
    symlinkSync('loop-a', join(root, 'loop-b'))
    for (const given of [
      '',
      'a\0b',
      '~/x',
      '~',
      'loop-a',
      'loop-a/x',
      'src/a.ts/below',
      'x'.repeat(5000),
      'y'.repeat(300),
    ])
      await refused(given)
  })

  it('never calls inside what the disk has elsewhere', async () => {
    symlinkSync(join(base, 'proj-evil'), join(root, 'out'))
    symlinkSync('src', join(root, 'in'))
    symlinkSync('../proj-evil/later', join(root, 'dangling'))
    const part = fc.constantFrom('..', '.', 'src', 'a.ts', 'out', 'in', 'dangling', 'new', 'x')
    await fc.assert(
      fc.asyncProperty(fc.array(part, {minLength: 1, maxLength: 6}), async (parts) => {
        const given = parts.join('/')
        const found = await resolveInside(root, given).catch((error: unknown) => {
          if (error instanceof PathRefusal) return undefined
          throw error
        })
        const whole = resolve(root, given)
        if (existsSync(whole)) expect(found?.path, given).to.equal(realpathSync(whole))
        if (found) expect(found.inside, given).to.equal(found.path === root || found.path.startsWith(`${root}/`))
        if (found && parts.includes('out') && resolve(root, given).startsWith(join(root, 'out')))
          expect(found.inside).to.equal(false)
      }),
      {numRuns: 400},
    )
  })

  it('compares with the separator', () => {
    expect([
      isInside('/w/proj', '/w/proj-evil'),
      isInside('/w/proj', '/w/proj'),
      isInside('/', '/x'),
      isInside('/w/proj', '/w'),
    ]).to.deep.equal([false, true, true, false])
    expect(isInside('C:\\Proj', 'c:/proj\\SRC', 'win32')).to.equal(true)
    expect(isInside('C:\\Proj', 'C:\\Proj-evil', 'win32')).to.equal(false)
  })
})

describe('windowsPathProblem', () => {
  const bad = [
    '\\\\server\\share\\x',
    '//server/share/x',
    '\\\\?\\C:\\x',
    '\\\\.\\C:\\x',
    '\\\\.\\pipe\\x',
    '//?/C:/x',
    '//./NUL',
    '\\??\\C:\\x',
    '/??/C:/x',
    'C:x',
    'C:',
    'c:..\\x',
    'a:b',
    'file.txt:stream',
    '.env::$DATA',
    'C:\\a\\b:stream',
    'a\\x:$DATA',
    'CON',
    'con',
    'nul',
    'NUL.txt',
    'aux.c',
    'COM1',
    'com¹',
    'LPT9.log',
    'prn',
    'CONIN$',
    'src\\nul',
    'src/con/x',
    'a.',
    'a ',
    'a. .',
    '.git.',
    '.git ',
    'x\\.env.',
    'GIT~1',
    'GIT~1\\config',
    'PROGRA~1',
    'a<b',
    'a>b',
    'a|b',
    'a?b',
    'a*b',
    'a"b',
    'a\u0001b',
  ]
  it(`refuses ${bad.length} dangerous spellings`, () => {
    for (const path of bad) expect(windowsPathProblem(path), path).to.be.a('string')
  })
  it('lets usual paths pass', () => {
    for (const path of [
      'src\\a.ts',
      'src/a.ts',
      'C:\\proj\\a.ts',
      'c:/proj/a.ts',
      '.\\a',
      '..\\a',
      '.env',
      'console.ts',
      'nullable.ts',
      'a~b.txt',
      'com10',
      'über.md',
    ])
      expect(windowsPathProblem(path), path).to.equal(undefined)
  })
})

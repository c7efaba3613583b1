import {expect} from 'chai'
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {createLog} from '../../src/sessions/log.ts'
import {runProgram} from '../support/program.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'
import {expectBalanced, expectSelfContained} from '../support/self-contained.ts'
import {answered, called, damagedFiles, linesOf, resulted, said, sessionFiles} from '../support/session-files.ts'

const HOSTILE =
  '<script>alert(1)</script> "\'><img src=x onerror=alert(1)> <style>*{}</style> </pre></details> \u202Eevil\u200B \u001b[31mred\u001b[0m \u0007 <!-- ]]> javascript:alert(1)'

describe('vibe session export', function () {
  this.timeout(60_000)
  let box: Sandbox
  let files: ReturnType<typeof sessionFiles>
  beforeEach(() => {
    box = createSandbox()
    files = sessionFiles(box)
  })
  afterEach(() => box.remove())

  const id = 'aaaa11112222'
  const talk = () =>
    files.write({id}, [
      said('change it'),
      answered('Done: **bold**, `code`.\n\n```ts\nlet a = 1\n```', {
        content: [
          {type: 'reasoning', text: 'First *look*.'},
          {type: 'text', text: 'Done: **bold**, `code`.\n\n```ts\nlet a = 1\n```'},
          called('c1', 'edit', {path: 'src/a.ts', old: 'one\n', new: 'two\n'}),
          called('c2', 'shell', {command: 'npm test'}),
        ],
        costUsd: 0.25,
      }),
      resulted('c1', 'edit', 'Edited src/a.ts'),
      {type: 'turn-end', at: '', status: 'interrupted'},
    ])

  it('writes a page of one file, private, with folded tools and thoughts and a readable diff', async () => {
    talk()
    const run = await box.vibe(['session', 'export', 'aaaa', '-o', 'talk.html'])
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout).to.contain('Wrote talk.html')
    const path = join(box.project, 'talk.html')
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    const html = readFileSync(path, 'utf8')
    expectSelfContained(html)
    expectBalanced(html)
    expect(html).to.contain('<details><summary>Reasoning</summary>\n<p>First <em>look</em>.</p>')
    expect(html).to.contain('<span class="minus">-one</span>\n<span class="plus">+two</span>')
    expect(html).to.contain('<code>shell</code> npm test <span class="warn">? no result</span>')
    expect(html)
      .to.contain('<strong>bold</strong>, <code>code</code>')
      .and.to.contain('<pre><code>let a = 1</code></pre>')
    expect(html).to.contain('Ended: interrupted').and.to.contain('$0.25')
    expect(readdirSync(box.project)).to.deep.equal(['talk.html'])
  })

  it('lets nothing hostile out of its place, in a page and in Markdown', async () => {
    const nested = {type: 'file' as const, mediaType: 'text/html"><script>', data: new Uint8Array([60]), name: HOSTILE}
    const log = createLog(dirname(files.pathOf(id)), {scrub: (line) => line, onFailure: expect.fail})
    const svg = {...nested, mediaType: 'image/svg+xml'}
    const picture = {...nested, mediaType: 'image/png'}
    log.append({type: 'session', v: 1, id: log.id, at: HOSTILE, cwd: HOSTILE, vibe: HOSTILE})
    log.append({type: 'user', at: HOSTILE, content: [{type: 'text', text: HOSTILE}, nested, svg, picture]})
    const text = `${HOSTILE}\n\n# ${HOSTILE}\n- ${HOSTILE}\n> ${HOSTILE}\n\n| ${HOSTILE} | b |\n|--|--|\n| [x](javascript:alert(1)) | ![p](https://example.org/p.png) |\n\n[y](data:text/html,x) [z](https://example.org/"onclick=alert(1))\n\`\`\`html\n${HOSTILE}\n\`\`\`\n`
    log.append(
      answered(text, {
        provider: HOSTILE,
        model: HOSTILE,
        content: [
          {type: 'text', text},
          {type: 'reasoning', text},
          called('c', HOSTILE, {path: HOSTILE, old: HOSTILE, new: text, [HOSTILE]: 1}),
        ],
      }),
    )
    log.append(resulted('c', HOSTILE, `--- a\n+++ b\n@@ -1 +1 @@\n-${HOSTILE}\n+x`))
    log.close()
    const html = (await box.vibe(['session:export', log.id, '--format', 'html'])).stdout
    expectSelfContained(html)
    expectBalanced(html)
    // oxlint-disable-next-line no-control-regex
    expect(html).not.to.match(/[\u0000-\u0008\u000B-\u001F\u202E\u200B]/)
    expect(html).not.to.contain('svg+xml;base64')
    const links = Array.from(html.matchAll(/ href="([^"]*)"/g), ([, link]) => link)
    expect(links.filter((link) => !/^(#turn-\d+|https:\/\/example\.org\/[^"]*)$/.test(link ?? ''))).to.deep.equal([])
    const markdown = (await box.vibe(['session:export', log.id, '--md'])).stdout
    // oxlint-disable-next-line no-control-regex
    expect(markdown).not.to.match(/[\u0000-\u0008\u000B-\u001F\u202E\u200B]/)
    const outside = markdown.replace(/^(`{3,})[^]*?^\1$/gm, '').replaceAll(/\\<|<\/?(details|summary)>/g, '')
    expect(outside).not.to.match(/<(script|img|style)/)
  })

  it('masks secrets in every format: known ones in five encodings, and what looks like one', async () => {
    const known = 'correct-horse+battery/staple'
    const shapes = ['sk-abcdefghijklmnop1234', 'ghp_abcdefghijklmnop1234', 'AKIAABCDEFGHIJKLMNOP', 'hunter22-hunter22']
    const label = ['RSA', 'PRIVATE', 'KEY'].join(' ')
    const pem = `-----BEGIN ${label}-----\nMIIEowIBAAKCAQEAsecretsecret\n-----END ${label}-----`
    const coded = [
      known,
      Buffer.from(known).toString('base64'),
      Buffer.from(known).toString('hex'),
      encodeURIComponent(known),
      JSON.stringify(known),
    ]
    const leak = `${[...coded, ...shapes.slice(0, 3)].join('\n')}\nDB_PASSWORD=${shapes[3]}\nsk-\u001b[31mcolouredcoloured\u001b[0m\n${pem}\nAuthorization: Bearer abcdefgh12345678`
    files.write({id}, [
      said(`look:\n${leak}`),
      answered(leak, {
        content: [
          {type: 'text', text: leak},
          {type: 'reasoning', text: leak},
          called('c', 'shell', {command: leak, [leak]: leak}),
        ],
      }),
      resulted('c', 'shell', leak),
    ])
    for (const format of ['html', 'markdown', 'json']) {
      const run = await box.vibe(['session:export', 'aaaa', '--format', format], {env: {MY_API_KEY: known}})
      expect(run.code, run.stderr).to.equal(0)
      for (const secret of [
        ...coded.map((one) => one.replaceAll('"', '')),
        ...shapes,
        'secretsecret',
        'colouredcoloured',
        'abcdefgh12345678',
      ])
        expect(run.stdout, `${format}: ${secret}`).not.to.contain(secret)
      if (format === 'json') JSON.parse(run.stdout)
    }
  })

  it('masks the keys that vibe keeps', async () => {
    const key = 'an-odd-key-of-no-known-shape'
    const add = [
      'provider:add',
      'work',
      '--type',
      'openai-compatible',
      '--endpoint',
      'http://127.0.0.1:9/v1',
      '--model',
      'm',
    ]
    expect((await box.vibe([...add, '--key-stdin', '--no-validate'], {input: key})).code).to.equal(0)
    files.write({id}, [said(`it is ${key}`), answered('ok')])
    for (const format of ['html', 'markdown', 'json'])
      expect((await box.vibe(['session:export', 'aaaa', '--format', format])).stdout)
        .to.contain('[redacted]')
        .and.not.contain(key)
  })

  it('never writes over a file without --force, whatever it is, and leaves nothing half done', async () => {
    talk()
    const mine = join(box.project, 'mine.html')
    writeFileSync(mine, 'mine')
    symlinkSync('mine.html', join(box.project, 'link.html'))
    mkdirSync(join(box.project, 'folder.html'))
    for (const name of ['mine.html', 'link.html', 'folder.html']) {
      const run = await box.vibe(['session:export', 'aaaa', '-o', name])
      expect(run.code, name).to.equal(2)
      expect(run.stderr).to.contain('--force')
    }
    expect(readFileSync(mine, 'utf8')).to.equal('mine')
    expect((await box.vibe(['session:export', 'aaaa', '-o', 'link.html', '--force'])).code).to.equal(0)
    expect(readFileSync(mine, 'utf8'), 'a link is replaced, not followed').to.equal('mine')
    expect((await box.vibe(['session:export', 'aaaa', '-o', 'folder.html', '--force'])).code).to.equal(3)
    expect((await box.vibe(['session:export', 'aaaa', '-o', 'no/where.html'])).code).to.equal(3)
    expect(readdirSync(box.project).sort()).to.deep.equal(['folder.html', 'link.html', 'mine.html'])
  })

  it('chooses the format by flag, by the name of the file, or JSON for programs', async () => {
    talk()
    const json = JSON.parse((await box.vibe(['session:export', 'aaaa', '--json'])).stdout) as {
      turns: Array<{answers: unknown[]}>
    }
    expect(json).to.deep.include({format: 'vibe-session', v: 1, id, title: 'change it', setAside: 0, notes: []})
    expect(json.turns[0]?.answers[0]).to.deep.include({provider: 'work', model: 'alpha', costUsd: 0.25})
    for (const [name, begin] of [
      ['a.md', '# change it'],
      ['a.json', '{"format":"vibe-session"'],
      ['a.htm', '<!doctype html>'],
    ] as const) {
      const run = await box.vibe(['session:export', 'aaaa', '-o', name, '--json'])
      expect(JSON.parse(run.stdout)).to.include({id, file: name})
      expect(readFileSync(join(box.project, name), 'utf8').slice(0, begin.length)).to.equal(begin)
    }
    expect((await box.vibe(['session:export', 'aaaa', '--md'])).stdout).to.contain('- models: work/alpha')
    expect((await box.vibe(['session:export', 'aaaa', '--html', '--json'])).code).to.equal(2)
    expect((await box.vibe(['session:export', 'aaaa', '--format', 'pdf'])).code).to.equal(2)
    expect((await box.vibe(['session:export', 'zzzz'])).code).to.equal(2)
  })

  it('says that the disk is full, and ends quietly when its reader leaves', async () => {
    files.write({id}, [said('x'.repeat(200_000)), answered('y'.repeat(200_000))])
    const vibe = `${process.execPath} ${VIBE} session:export aaaa`
    const shell = (line: string) =>
      runProgram(['/bin/sh', '-c', line], {cwd: box.project, env: box.env, timeout: 30_000})
    const full = await shell(`${vibe} > /dev/full`)
    expect(full.code).to.equal(3)
    expect(full.stderr).to.contain('the disk is full').and.not.to.contain(' at ')
    const left = await shell(`(${vibe}; echo $? >&2) | head -c 10`)
    expect(left.stdout).to.equal('<!doctype ')
    expect(left.stderr).to.equal('0\n')
  })

  for (const [name, content] of Object.entries(damagedFiles())) {
    it(`exports round the damage and says so: ${name}`, async () => {
      files.raw({id}, content)
      const [page, data] = await Promise.all([
        box.vibe(['session:export', 'aaaa']),
        box.vibe(['session:export', 'aaaa', '--json']),
      ])
      if (name === 'no bytes') {
        expect(page.code).to.equal(3)
        expect(page.stderr).to.contain('The file is empty')
        return
      }
      expectSelfContained(page.stdout)
      expect(page.stdout).to.contain('after it')
      const {setAside, notes} = JSON.parse(data.stdout) as {setAside: number; notes: string[]}
      if (setAside > 0) expect(page.stdout).to.contain(`${setAside} damaged`)
      for (const note of notes) expect(page.stderr).to.contain(note.slice(0, 20))
    })
  }

  it('takes a session that another vibe is writing as it is at one moment', async () => {
    const log = createLog(dirname(files.pathOf(id)), {scrub: (line) => line, onFailure: expect.fail})
    log.append(said('at work'))
    writeFileSync(log.path, `${readFileSync(log.path, 'utf8')}${linesOf([answered('half')]).slice(0, 50)}`)
    const run = await box.vibe(['session:export', log.id, '--json'])
    expect(JSON.parse(run.stdout)).to.include({setAside: 0})
    log.close()
    expect(existsSync(log.path)).to.equal(true)
  })
})

import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {expect} from 'chai'
import {openaiChatReply, startScriptedServer, type ScriptedServer} from 'vibe-plugin-testkit'
import {KEYS, startPty, type Pty} from '../support/pty.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

const PATCH = `*** Begin Patch
*** Update File: src/greet.ts
@@
-export function greet(name) {
-  console.log('Hello ' + name);
+export function greet(name = 'world') {
+  console.log('Hello ' + name);\u202E
 }
*** Update File: old.ts
*** Move to: new.ts
@@
-let one = 1
+let one = 2
 let two = 2
*** Delete File: notes.txt
*** Add File: empty.txt
*** Add File: made.txt
+made
*** End Patch
`
// oxlint-disable-next-line no-control-regex
const COLOUR = /\u001B\[(?:[0-9;]*m)/

let sandbox: Sandbox
let server: ScriptedServer
let pty: Pty | undefined

async function model(name: string, input: Record<string, string>): Promise<Record<string, string>> {
  server = await startScriptedServer((_request, index) =>
    openaiChatReply(index === 0 ? {toolCalls: [{id: 'c', name, input}]} : {text: 'All is done.'}),
  )
  return {
    VIBE_CODER_ENDPOINT: `${server.url}/v1`,
    VIBE_CODER_MODEL: 'scripted',
    VIBE_CODER_API_KEY: 'sk-test-0123456789',
  }
}

function chat(env: Record<string, string>, size: {columns: number; rows: number}): Pty {
  pty = startPty(process.execPath, [VIBE, 'chat', 'go'], {cwd: sandbox.project, env: {...sandbox.env, ...env}, ...size})
  return pty
}

const file = (name: string) => join(sandbox.project, name)

describe('what is changed, as it is shown', function () {
  this.timeout(60_000)
  beforeEach(() => {
    sandbox = createSandbox()
    mkdirSync(file('src'))
    writeFileSync(file('src/greet.ts'), "export function greet(name) {\n  console.log('Hello ' + name);\n}\n")
    writeFileSync(file('old.ts'), 'let one = 1\nlet two = 2\n')
    writeFileSync(file('notes.txt'), 'milk\n')
  })
  afterEach(async () => {
    pty?.close()
    pty = undefined
    await server.close()
    sandbox.remove()
  })

  it('is all there before a yes: the files in short, then each line of each, then the question', async () => {
    const screen = chat(await model('apply_patch', {patch: PATCH}), {columns: 100, rows: 30})
    await screen.see('Allow? y / n')
    const text = screen.text()
    const from = text.indexOf('5 files  +4 -4')
    expect(text.slice(from).split('\n').slice(0, 34).join('\n')).to.equal(
      [
        '5 files  +4 -4',
        '  change  src/greet.ts  +2 -2',
        '  rename  old.ts → new.ts  +1 -1  50 % of it unchanged',
        '  delete  notes.txt  +0 -1',
        '  new     empty.txt  empty',
        '  new     made.txt  +1 -0',
        '',
        '1 of 5  Change  src/greet.ts  +2 -2',
        '',
        ' 1   -export function greet(name) {',
        " 2   -  console.log('Hello ' + name);",
        "   1 +export function greet(name = 'world') {",
        "   2 +  console.log('Hello ' + name);<U+202E>",
        ' 3 3  }',
        '',
        '2 of 5  Rename  old.ts → new.ts  +1 -1  50 % of it unchanged',
        '',
        ' 1   -let one = 1',
        '   1 +let one = 2',
        ' 2 2  let two = 2',
        '',
        '3 of 5  Delete  notes.txt  +0 -1',
        '',
        ' 1   -milk',
        '',
        '4 of 5  New file  empty.txt  empty',
        '',
        '5 of 5  New file  made.txt  +1 -0',
        '',
        '   1 +made',
        '',
        '5 files  +4 -4  30 lines, all of them above',
        '',
        'Allow? y / n, or what to do instead:',
      ].join('\n'),
    )
    expect(screen.raw()).to.contain("\u001B[7m = 'world'\u001B[27m")
    expect(existsSync(file('made.txt'))).to.equal(false)
    await wait(700)
    screen.type(`y${KEYS.enter}`)
    const after = (await screen.see('All is done.')).split('\n')
    expect(
      after.slice(after.indexOf('✓ src/greet.ts  +2 -2  /undo takes it back'), after.indexOf('All is done.')),
    ).to.deep.equal([
      '✓ src/greet.ts  +2 -2  /undo takes it back',
      '✓ old.ts → new.ts  +1 -1  renamed, 50 % of it unchanged',
      '✓ notes.txt  +0 -1  deleted',
      '✓ empty.txt  new file, empty',
      '✓ made.txt  +1 -0  new file',
    ])
    expect(readFileSync(file('new.ts'), 'utf8')).to.equal('let one = 2\nlet two = 2\n')
  })

  it('is readable on forty columns of a terminal that knows nothing', async () => {
    const env = await model('apply_patch', {patch: PATCH})
    const screen = chat({...env, TERM: 'dumb'}, {columns: 40, rows: 20})
    await screen.see('Allow? y / n')
    expect(screen.text())
      .to.contain(
        "   1 +export function greet(name = \n                                ^^^\n     +'world') {\n      ^^^^^^^",
      )
      .and.contain(' 1   -let one = 1\n                ^\n   1 +let one = 2\n                ^')
    expect(screen.raw()).not.to.match(COLOUR)
  })

  it('is shown whole however long, and named again where the question stands', async () => {
    const content = Array.from({length: 300}, (_, index) => `line ${index + 1}\n`).join('')
    const screen = chat(await model('write', {path: 'long.txt', content}), {columns: 80, rows: 24})
    const text = await screen.see('Allow? y / n')
    expect(text).to.match(/New file {2}long\.txt {2}\+300 -0\n\n {5}1 \+line 1\n/)
    expect(text.match(/^ +\d+ \+line \d+$/gm)).to.have.lengthOf(300)
    expect(text).to.match(/long\.txt {2}\+300 -0 {2}302 lines, all of them above\n\nAllow\?/)
  })

  it('follows a change that nobody was asked about, on standard error alone', async () => {
    const env = await model('apply_patch', {patch: PATCH})
    const {stdout, stderr} = await sandbox.vibe(['run', 'go', '--yes'], {env})
    expect(stdout).to.equal('All is done.\n')
    expect(stderr).to.contain(
      [
        '✓ old.ts → new.ts  +1 -1  renamed, 50 % of it unchanged',
        'diff --git a/old.ts b/new.ts',
        'similarity index 50%',
        'rename from old.ts',
        'rename to new.ts',
        '--- a/old.ts',
        '+++ b/new.ts',
        '@@ -1,2 +1,2 @@',
        '-let one = 1',
        '?          ^',
        '+let one = 2',
        '?          ^',
        ' let two = 2',
      ].join('\n'),
    )
    expect(stderr).not.to.match(COLOUR)
  })

  it('is facts for programs: what happened, where, and which words', async () => {
    const env = await model('apply_patch', {patch: PATCH})
    const {stdout} = await sandbox.vibe(['run', 'go', '--yes', '--output-format', 'stream-json'], {env})
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((event) => event['type'] === 'edit')
    expect(events.map(({path, op}) => `${String(op)} ${String(path)}`)).to.deep.equal([
      'change src/greet.ts',
      'move new.ts',
      'delete notes.txt',
      'create empty.txt',
      'create made.txt',
    ])
    expect(events[1]).to.deep.include({
      from: 'old.ts',
      added: 1,
      removed: 1,
      applied: true,
      similarity: 50,
      hunks: [
        {
          oldStart: 1,
          oldLines: 2,
          newStart: 1,
          newLines: 2,
          marks: [
            {side: 'old', line: 1, start: 10, end: 11},
            {side: 'new', line: 1, start: 10, end: 11},
          ],
        },
      ],
    })
    expect(events[0]?.['diff']).to.contain('\u202E')
  })

  it('can be looked at before edit:apply does it', async () => {
    await model('read', {path: 'old.ts'})
    const dry = await sandbox.vibe(['edit:apply', '--format', 'apply_patch', '--dry-run'], {input: PATCH})
    expect(dry.stdout)
      .to.contain('would be moved old.ts → new.ts (+1 -1, 50 % of it unchanged)\n')
      .and.contain('-let one = 1\n?          ^\n+let one = 2\n')
      .and.contain('would be made empty.txt (+0 -0, empty)\n')
    const done = await sandbox.vibe(['edit:apply', '--format', 'apply_patch'], {input: PATCH})
    expect(done.stdout).to.equal(
      [
        'changed src/greet.ts (+2 -2)',
        'moved old.ts → new.ts (+1 -1, 50 % of it unchanged)',
        'deleted notes.txt (+0 -1)',
        'made empty.txt (+0 -0, empty)',
        'made made.txt (+1 -0)',
        '',
      ].join('\n'),
    )
  })

  it('is what undo would do, too: a moved file in one line, and who may run it', async () => {
    const env = await model('shell', {command: 'mv old.ts moved.ts && chmod +x notes.txt && printf "\\0" > bytes'})
    expect((await sandbox.vibe(['run', 'go', '--yes'], {env})).code).to.equal(0)
    const {stdout} = await sandbox.vibe(['undo', '--preview'])
    expect(stdout)
      .to.contain('  moved.ts → old.ts  moved  content unchanged\n')
      .and.contain('  notes.txt  no longer executable\n')
      .and.contain('  bytes  deleted  binary, 1 byte\n')
  })
})

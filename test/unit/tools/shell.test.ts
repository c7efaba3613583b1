import {execFileSync, spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {expect} from 'chai'
import {killAllShells} from '../../../src/tools/process-group.ts'
import {shellEnvironment} from '../../../src/tools/shell-environment.ts'
import {createShellTool} from '../../../src/tools/shell.ts'
import {call, makeWorkspace, options, prepare, refusal, type Workspace} from './workspace.ts'

const shell = createShellTool()

/** Processes whose command line holds a mark that only one test uses. */
function alive(mark: string): number {
  const shown = execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'})
  return shown.split('\n').filter((row) => row.includes(mark) && !row.startsWith('ps ')).length
}

async function gone(mark: string, withinMs: number): Promise<boolean> {
  for (const end = performance.now() + withinMs; performance.now() < end; await pause(25))
    if (alive(mark) === 0) return true
  return alive(mark) === 0
}

describe('shell', function () {
  this.timeout(15_000)
  let workspace: Workspace
  beforeEach(() => {
    workspace = makeWorkspace()
  })
  afterEach(() => {
    killAllShells()
    workspace.remove()
  })

  it('shows the whole command and its folder, and runs there', async () => {
    const prepared = await prepare(shell, {command: 'pwd; echo out; echo err >&2; exit 3'}, workspace)
    expect(prepared.preview).to.deep.equal({
      kind: 'command',
      command: 'pwd; echo out; echo err >&2; exit 3',
      cwd: workspace.root,
    })
    expect(prepared.access).to.deep.equal([
      {kind: 'execute', command: 'pwd; echo out; echo err >&2; exit 3', cwd: workspace.root},
    ])
    const seen: string[] = []
    const {content, summary, isError} = await prepared.execute(
      options(new AbortController().signal, (stream, text) => seen.push(`${stream}:${text}`)),
    )
    expect(content).to.match(/^\[exit code 3, \d+\.\d s\]\n/)
    expect(content).to.include(workspace.root).and.include('out\n').and.include('err\n')
    expect(summary).to.match(/^exit code 3/)
    expect(isError).to.equal(true)
    expect(seen.join('')).to.include('stdout:').and.include('stderr:err')
  })

  it('looks for bash again when PATH has changed', async () => {
    const tool = createShellTool()
    expect((await call(tool, {command: 'echo yes'}, workspace)).content).to.include('yes')
    workspace.context = {...workspace.context, env: {...workspace.context.env, PATH: workspace.root}}
    expect((await refusal(prepare(tool, {command: 'echo no'}, workspace))).code).to.equal('bash-missing')
  })

  it('gives commands no input, no keys and no start-up files', async () => {
    workspace.context = {
      ...workspace.context,
      env: {
        ...workspace.context.env,
        OPENAI_API_KEY: 'k',
        AWS_SECRET_ACCESS_KEY: 's',
        GITHUB_TOKEN: 't',
        SSH_AUTH_SOCK: '/x',
        BASH_ENV: join(workspace.root, 'rc'),
        NODE_OPTIONS: '--x',
        LC_TIME: 'C',
      },
    }
    workspace.put('rc', 'echo FROM-RC')
    const {content} = await call(shell, {command: 'cat; env'}, workspace)
    for (const name of ['API_KEY', 'SECRET', 'TOKEN', 'SSH_AUTH_SOCK', 'BASH_ENV', 'NODE_OPTIONS', 'FROM-RC'])
      expect(content).to.not.include(name)
    expect(content).to.include('TERM=dumb').and.include('NO_COLOR=1').and.include('LC_TIME=C').and.include(`HOME=`)
  })

  it('cleans the environment by names, for Windows too', () => {
    expect(
      shellEnvironment(
        {PATH: 'bin:/usr/bin::.', HTTPS_PROXY: 'http://u:p@h', http_proxy: 'http://h:1', HOME: '/h', MY_KEY: 'x'},
        'linux',
      ),
    ).to.deep.equal({
      PATH: '/usr/bin',
      http_proxy: 'http://h:1',
      HOME: '/h',
      TERM: 'dumb',
      NO_COLOR: '1',
      PAGER: 'cat',
      GIT_PAGER: 'cat',
      GIT_TERMINAL_PROMPT: '0',
    })
    expect(shellEnvironment({Path: 'C:\\bin;bin', SystemRoot: 'C:\\Windows', OPENAI_API_KEY: 'x'}, 'win32'))
      .to.include({Path: 'C:\\bin', SystemRoot: 'C:\\Windows'})
      .and.not.have.property('OPENAI_API_KEY')
  })

  it('comes back within a tenth of a second of an abort, with what came', async () => {
    const abort = new AbortController()
    const prepared = await prepare(
      shell,
      {command: 'echo before; (trap "" TERM; sleep 77.01 & sleep 77.01); sleep 77.01'},
      workspace,
    )
    const running = prepared.execute(options(abort.signal))
    await pause(400)
    const started = performance.now()
    abort.abort()
    const {content, isError} = await running
    expect(performance.now() - started).to.be.below(100)
    expect(isError).to.equal(true)
    expect(content).to.include('cancelled by the user').and.include('before')
    expect(await gone('sleep 77.01', 3500)).to.equal(true)
  })

  it('ends a command at its timeout, grandchildren that ignore TERM included', async () => {
    const {content} = await call(
      shell,
      {
        command: 'trap "" TERM; (trap "" TERM; sleep 77.02; sleep 77.02) & echo x; sleep 77.02; sleep 77.02',
        timeoutSeconds: 1,
      },
      workspace,
    )
    expect(content).to.include('timed out after 1 s').and.include('x')
    expect(await gone('sleep 77.02', 500)).to.equal(true)
  })

  it('does not hang on children that keep the pipes open, and ends them', async () => {
    const started = performance.now()
    const {content} = await call(shell, {command: 'sleep 77.03 & echo done'}, workspace)
    expect(performance.now() - started).to.be.below(1500)
    expect(content)
      .to.include('exit code 0')
      .and.include('processes left in the background were ended')
      .and.include('done')
    expect(await gone('sleep 77.03', 500)).to.equal(true)
  })

  it('does not hang on one that left the group with the pipes', async () => {
    const started = performance.now()
    const {content} = await call(shell, {command: 'setsid sleep 3.77 & sleep 0.1; echo done'}, workspace)
    expect(performance.now() - started).to.be.below(1500)
    expect(content).to.include('done')
  })

  it('keeps the beginning and the end of 100 MB in little memory and says the full size', async () => {
    const before = process.memoryUsage().rss
    const {content} = await call(
      shell,
      {command: 'echo START; head -c 100000000 /dev/zero | tr "\\0" x; echo; echo END'},
      workspace,
    )
    expect(content.length).to.be.below(31_000)
    expect(content).to.include('START').and.include('END').and.include('the whole output was 100.0 MB')
    expect(process.memoryUsage().rss - before).to.be.below(150e6)
  })

  it('tells the signal that ended a command, and decodes split and broken UTF-8', async () => {
    expect((await call(shell, {command: 'kill -SEGV $$'}, workspace)).content).to.include('ended by SIGSEGV')
    expect(
      (await call(shell, {command: 'printf "\\303"; sleep 0.1; printf "\\244\\377"'}, workspace)).content,
    ).to.include('ä\ufffd')
    expect((await call(shell, {command: 'true'}, workspace)).content).to.include('(no output)')
  })

  it('refuses without bash, and never takes the bash of the project', async () => {
    workspace.put('bin/bash', '#!/bin/sh\necho mine\n')
    execFileSync('chmod', ['+x', join(workspace.root, 'bin/bash')])
    workspace.context = {...workspace.context, env: {PATH: `${join(workspace.root, 'bin')}:bin:.`}}
    expect((await refusal(prepare(shell, {command: 'true'}, workspace))).code).to.equal('bash-missing')
  })

  it('lowers a timeout above the maximum and says so, and refuses empty commands', async () => {
    expect((await call(shell, {command: 'true', timeoutSeconds: 9999}, workspace)).content).to.include('lowered to 600')
    for (const command of ['', '  ', 'a\0b', 'x'.repeat(100_001)])
      expect((await refusal(prepare(shell, {command}, workspace))).code).to.equal('input-invalid')
  })

  it('takes its commands along when the process ends', async () => {
    const script = `
      const {createShellTool} = await import(${JSON.stringify(new URL('../../../src/tools/shell.ts', import.meta.url).href)})
      const context = {root: ${JSON.stringify(workspace.root)}, ledger: {}, env: process.env}
      const call = await createShellTool().prepare({command: 'trap "" TERM; sleep 77.04; sleep 77.04'}, context)
      void call.execute({signal: new AbortController().signal, onOutput: () => {}})
      setTimeout(() => process.exit(0), 300)`
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', script], {timeout: 8000}).status).to.equal(0)
    expect(await gone('sleep 77.04', 500)).to.equal(true)
    expect(readFileSync('/proc/self/stat', 'utf8')).to.be.a('string')
  })
})

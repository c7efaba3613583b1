import {expect} from 'chai'
import {existsSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {startChatService, type ChatService} from '../support/chat-service.ts'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

const KEY = 'sk-test-0123456789-wxyz'

describe('vibe provider:add', function () {
  this.timeout(60_000)
  let box: Sandbox
  let service: ChatService
  beforeEach(async () => {
    box = createSandbox()
    service = await startChatService({key: KEY})
  })
  afterEach(async () => {
    await service.close()
    box.remove()
  })

  const file = () => join(box.home, '.config/vibe-coder/config.json')
  const saved = () =>
    JSON.parse(readFileSync(file(), 'utf8')) as {
      currentProvider?: string
      providers: Record<string, Record<string, unknown>>
    }
  const add = (args: string[], options: {env?: Record<string, string>; input?: string} = {}) =>
    box.vibe(
      [
        'provider:add',
        'work',
        '--type',
        'openai-compatible',
        ...(args.includes('--endpoint') ? [] : ['--endpoint', `${service.url}/v1`]),
        ...args,
      ],
      options,
    )

  it('tries the service with one tiny call, then saves key and configuration apart', async () => {
    const run = await add(['--key-stdin', '--model', 'alpha'], {input: `export MY_KEY="${KEY}"\n`})
    expect(run.stderr)
      .to.match(/2 models listed/)
      .and.to.match(/trying alpha .*works \(\d\.\d s, price unknown\)/)
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout)
      .to.contain('to ~/.config/vibe-coder/config.json (only you can read it)')
      .and.to.contain('Start with: vibe')
    expect(saved()).to.deep.include({currentProvider: 'work'})
    expect(saved().providers['work']).to.deep.include({
      type: 'openai-compatible',
      model: 'alpha',
      credential: {store: 'work'},
    })
    const chats = service.requests.filter(({path}) => path.endsWith('/chat/completions'))
    const limits = chats.map(({json}) => {
      const body = json as {max_tokens?: number; max_completion_tokens?: number}
      return body.max_tokens ?? body.max_completion_tokens ?? Infinity
    })
    // One question, then the few that measure what the model can do.
    expect(limits[0]).to.be.at.most(16)
    expect(limits.length).to.be.within(4, 7)
    expect(Math.max(...limits)).to.be.at.most(256)
    expect(statSync(file()).mode & 0o777).to.equal(0o600)
    expect(readFileSync(file(), 'utf8') + run.stdout + run.stderr).not.to.contain(KEY)
  })

  it('has the same as JSON', async () => {
    const run = await add(['--key-env', 'WORK_KEY', '--model', 'alpha', '--json'], {env: {WORK_KEY: KEY}})
    const result = JSON.parse(run.stdout) as Record<string, unknown>
    expect(result).to.deep.include({
      name: 'work',
      type: 'openai-compatible',
      endpoint: `${service.url}/v1`,
      model: 'alpha',
      current: true,
      file: file(),
    })
    expect(result['check']).to.include({model: 'alpha'})
    expect(result['check']).to.have.property('usage').that.includes({input: 9, output: 1})
    expect(run.stdout + run.stderr).not.to.contain(KEY)
    expect(saved().providers['work']?.['credential']).to.deep.equal({env: 'WORK_KEY'})
  })

  const refusals: Array<[name: string, args: string[], exit: number, says: RegExp]> = [
    [
      'a key that the service refuses',
      ['--key-env', 'WRONG', '--model', 'alpha'],
      4,
      /refused the key.*provider:update|401/s,
    ],
    ['no model where there are several', ['--key-env', 'WORK_KEY'], 3, /alpha, beta.*--model ID/s],
    ['a header without a value', ['--no-key', '--header', 'X-Team'], 2, /--header takes NAME=VALUE/],
    ['a header of the request itself', ['--no-key', '--header', 'Host=x'], 2, /Host is set by the request/],
    ['an unknown setting', ['--no-key', '--set', 'nonsense=1'], 2, /nonsense/],
    ['two ways to the key', ['--no-key', '--key-env', 'WORK_KEY'], 2, /key-env.*no-key|no-key.*key-env/s],
    ['a key in place of a variable', ['--key-env', KEY], 2, /takes the name of a variable/],
    ['plain http to the world', ['--endpoint', 'http://llm.example.com/v1', '--no-key'], 3, /--insecure/],
    ['an address that is none', ['--endpoint', 'ftp://x', '--no-key'], 3, /not an http/],
  ]
  for (const [name, args, exit, says] of refusals) {
    it(`saves nothing for ${name}`, async () => {
      const run = await add(args, {env: {WORK_KEY: KEY, WRONG: 'sk-wrong-0123456789'}})
      expect(run.stderr).to.match(says)
      expect(run.code).to.equal(exit)
      expect(existsSync(file())).to.equal(false)
      expect(run.stdout + run.stderr).not.to.contain(KEY)
    })
  }

  for (const [name, input] of [
    ['short', 'abc'],
    ['broken', 'two words here'],
    ['empty', ''],
  ] as const) {
    it(`refuses a ${name} key without repeating it`, async () => {
      const run = await add(['--key-stdin', '--model', 'alpha'], {input})
      expect(run.code).to.equal(4)
      expect(existsSync(file())).to.equal(false)
      if (input !== '') expect(run.stderr).not.to.contain(input)
    })
  }

  it('names what is missing without a terminal, and never waits', async () => {
    const nothing = await box.vibe(['provider:add'])
    expect(nothing.code).to.equal(3)
    expect(nothing.stderr).to.match(/NAME.*--type .*openai-compatible/)
    const keyless = await box.vibe(['provider:add', 'a', '--type', 'anthropic'])
    expect(keyless.code).to.equal(3)
    expect(keyless.stderr).to.match(/--key-env ANTHROPIC_API_KEY \| --key-stdin \| --key-command COMMAND \| --no-key/)
    const addressless = await box.vibe(['provider:add', 'a', '--type', 'openai-compatible'])
    expect(addressless.code).to.equal(3)
    expect(addressless.stderr).to.contain('--endpoint URL')
  })

  it('exits 5 when nothing answers, and saves with --no-validate', async () => {
    await service.close()
    const tried = await add(['--no-key', '--model', 'alpha'])
    expect(tried.code).to.equal(5)
    expect(existsSync(file())).to.equal(false)
    const untried = await add(['--no-key', '--model', 'alpha', '--no-validate'])
    expect(untried.code, untried.stderr).to.equal(0)
    expect(untried.stdout).to.contain('It was not tried: vibe provider:test work')
  })

  it('keeps what is there: a second provider is not current unless asked, a name is not taken twice', async () => {
    service.behave({})
    expect((await add(['--no-key', '--model', 'alpha'])).code).to.equal(0)
    expect((await add(['--no-key', '--model', 'beta'])).code).to.equal(2)
    const second = await box.vibe([
      'provider:add',
      'other',
      '--type',
      'openai-compatible',
      '--endpoint',
      `${service.url}/v1`,
      '--no-key',
      '--model',
      'beta',
    ])
    expect(second.stdout).to.contain('vibe provider:use other')
    expect(saved().currentProvider).to.equal('work')
    expect(saved().providers['work']?.['model']).to.equal('alpha')
  })

  it('sends own headers and reads the key from a command', async () => {
    const command = `printf '%s\\n' "${KEY}"`
    const run = await add([
      '--key-command',
      command,
      '--model',
      'alpha',
      '--header',
      'X-Team=blue',
      '--header',
      'X-Seat=4',
    ])
    expect(run.code, run.stderr).to.equal(0)
    for (const request of service.requests) expect(request.headers).to.include({'x-team': 'blue', 'x-seat': '4'})
  })

  it('writes the variables to a file with a warning, and not to one that git tracks', async () => {
    const {execFileSync} = await import('node:child_process')
    const run = await add(['--key-stdin', '--model', 'alpha', '--save-env', '.env'], {input: KEY})
    expect(run.stdout + run.stderr).to.match(/do not commit/)
    const text = readFileSync(join(box.project, '.env'), 'utf8')
    expect(text)
      .to.contain(`VIBE_CODER_API_KEY=${KEY}`)
      .and.to.contain(`VIBE_CODER_ENDPOINT=${service.url}/v1`)
      .and.to.contain('VIBE_CODER_MODEL=alpha')
    const git = (...args: string[]) => execFileSync('git', args, {cwd: box.project, stdio: 'ignore'})
    git('init', '-q')
    git('add', '-f', '.env')
    const tracked = await box.vibe(
      [
        'provider:add',
        'b',
        '--type',
        'openai-compatible',
        '--endpoint',
        `${service.url}/v1`,
        '--key-stdin',
        '--model',
        'beta',
        '--save-env',
        '.env',
      ],
      {input: KEY},
    )
    expect(tracked.code).to.equal(3)
    expect(readFileSync(join(box.project, '.env'), 'utf8')).to.equal(text)
    expect(Object.keys(saved().providers)).to.deep.equal(['work'])
  })

  it("tries and saves its own model, not the environment's general one", async () => {
    const options = {input: KEY, env: {VIBE_CODER_MODEL: 'someone-elses'}}
    const run = await add(['--key-stdin', '--model', 'alpha', '--save-env', 'own.env'], options)
    expect(run.code, run.stderr).to.equal(0)
    expect(saved().providers['work']).to.include({model: 'alpha'})
    expect(readFileSync(join(box.project, 'own.env'), 'utf8')).to.contain('VIBE_CODER_MODEL=alpha')
    const chats = service.requests.filter(({path}) => path.endsWith('/chat/completions'))
    expect([...new Set(chats.map(({json}) => (json as {model?: string}).model))]).to.deep.equal(['alpha'])
  })

  it('gives a name that several want at once to one of them, with its own key', async () => {
    const keys = ['a', 'b', 'c', 'd'].map((letter) => `sk-${letter.repeat(16)}`)
    const runs = await Promise.all(
      keys.map((key, index) => add(['--key-stdin', '--model', `m${index}`, '--no-validate'], {input: key})),
    )
    expect(runs.filter(({code}) => code === 0)).to.have.length(1)
    expect(runs.filter(({code}) => code === 2)).to.have.length(3)
    const winner = runs.findIndex(({code}) => code === 0)
    expect(saved().providers['work']).to.include({model: `m${winner}`})
    service.behave({key: keys[winner] ?? ''})
    expect((await box.vibe(['provider:test', 'work'])).code).to.equal(0)
  })

  it('keeps a damaged configuration aside and says so', async () => {
    const {mkdirSync, readdirSync, writeFileSync} = await import('node:fs')
    mkdirSync(join(box.home, '.config/vibe-coder'), {recursive: true, mode: 0o700})
    writeFileSync(file(), '{"providers": {"old": ')
    const run = await add(['--key-env', 'WORK_KEY', '--model', 'alpha'], {env: {WORK_KEY: KEY}})
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stderr).to.match(/config\.json.*not valid JSON/)
    expect(readdirSync(join(box.home, '.config/vibe-coder')).some((name) => name.includes('corrupt'))).to.equal(true)
  })

  it('is what setup does with flags', async () => {
    const run = await box.vibe(
      [
        'setup',
        '--provider',
        'openai-compatible',
        '--endpoint',
        `${service.url}/v1`,
        '--key-stdin',
        '--model',
        'beta',
        '--yes',
      ],
      {input: KEY},
    )
    expect(run.code, run.stderr).to.equal(0)
    expect(saved()).to.deep.include({currentProvider: 'openai-compatible'})
    const bare = await box.vibe(['setup'])
    expect(bare.code).to.equal(3)
    expect(bare.stderr).to.contain('--key-stdin').and.to.contain('vibe provider:add')
  })
})

import {expect} from 'chai'
import {mkdirSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {startScriptedServer, type RecordedRequest, type ScriptedServer} from 'vibe-plugin-testkit'
import {dialects, type Dialect} from '../support/hostile-dialects.ts'
import {faults, KEY, type Fault} from '../support/hostile-faults.ts'
import type {ProgramRun} from '../support/program.ts'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

const AT_ONCE = 4

type Line = {v: number; type: string; [key: string]: unknown}
type Case = {dialect: Dialect; fault: Fault; number: number}
type Done = ProgramRun & {ms: number; requests: RecordedRequest[]; files: string[]}

const cases: Case[] = dialects.flatMap((dialect) =>
  faults.map((fault, number) => ({dialect, fault, number})).filter(({fault}) => fault.only?.(dialect) ?? true),
)
const idOf = ({dialect, number}: Case) => `fault-${dialect.name}-${number}`

describe('vibe run against hostile services', function () {
  this.timeout(180_000)
  let sandbox: Sandbox
  let server: ScriptedServer
  const done = new Map<string, Done>()

  before(async () => {
    sandbox = createSandbox()
    const asked = new Map<string, RecordedRequest[]>()
    server = await startScriptedServer((request) => {
      // The model's name says which fault is wanted.
      const {model} = request.json as {model: string}
      const mine = asked.get(model) ?? []
      asked.set(model, [...mine, request])
      const wanted = cases.find((one) => idOf(one) === model)
      if (!wanted) throw new Error(`nobody asked for ${model}`)
      return wanted.fault.answer(wanted.dialect, mine.length)
    })
    for (const dialect of dialects) await addProvider(dialect)
    const waiting = [...cases]
    const worker = async () => {
      for (let one = waiting.shift(); one; one = waiting.shift()) {
        const run = await runCase(one)
        done.set(idOf(one), {...run, requests: asked.get(idOf(one)) ?? []})
      }
    }
    await Promise.all(Array.from({length: AT_ONCE}, worker))
  })
  after(async () => {
    await server?.close()
    sandbox?.remove()
  })

  async function addProvider({name, plugin, settings, base}: Dialect): Promise<void> {
    const where = ['--endpoint', `${server.url}${base}`, '--model', 'any', '--key-env', 'HOSTILE_KEY']
    const args = ['provider:add', name, '--type', plugin, ...where, ...settings, '--no-validate', '--yes']
    const {code, stderr} = await sandbox.vibe(args, {env: {HOSTILE_KEY: KEY}})
    if (code !== 0) throw new Error(stderr)
  }

  async function runCase(one: Case): Promise<Omit<Done, 'requests'>> {
    const {dialect, fault} = one
    const cwd = join(sandbox.project, idOf(one))
    mkdirSync(cwd)
    const limits = ['--timeout', String(fault.seconds ?? 25), '--max-turns', '4']
    const how = ['--provider', dialect.name, '--model', idOf(one), '--output-format', 'stream-json', '--yes', '--debug']
    const started = performance.now()
    // A data folder each: of all debug logs of one only the latest are kept.
    const env = {HOSTILE_KEY: KEY, XDG_DATA_HOME: join(sandbox.home, 'data', idOf(one))}
    const run = await sandbox.vibe(['run', ...how, ...limits, 'go'], {cwd, env})
    return {...run, ms: performance.now() - started, files: readdirSync(cwd)}
  }

  for (const one of cases) {
    it(`${one.dialect.name}: ${one.fault.name}`, () => {
      const run = done.get(idOf(one))
      if (!run) throw new Error('did not run')
      checkEnd(run, one.fault)
      checkRetries(run, one.fault)
      expect(run.stdout + run.stderr, 'the key').not.to.contain(KEY)
      expect(run.stdout + run.stderr, 'a stack trace').not.to.match(/^\s+at .+:\d+:\d+|node:internal/m)
      expect(run.files.toSorted(), 'files').to.deep.equal(one.fault.files ?? [])
    })
  }

  it('tells the model of a call that was cut, and runs nothing of it', () => {
    for (const one of cases.filter(({fault}) => fault.files?.length === 0 && fault.requests === 2)) {
      const run = done.get(idOf(one))
      expect(run?.requests[1]?.body, one.dialect.name).to.contain('did not arrive as a whole')
      const results = linesOf(run?.stdout ?? '').filter(({type}) => type === 'tool_result')
      expect(results.map(({ok, summary}) => [ok, summary])).to.deep.equal([[false, 'refused (input-incomplete)']])
    }
  })

  it('gives two calls with one id an id each', () => {
    for (const one of cases.filter(({fault}) => fault.files?.length === 2)) {
      const events = linesOf(done.get(idOf(one))?.stdout ?? '')
      const ids = events.filter(({type}) => type === 'tool_result').map(({id}) => id)
      expect(new Set(ids).size, one.dialect.name).to.equal(2)
      const second = done.get(idOf(one))?.requests[1]?.body ?? ''
      for (const id of ids) expect(second.split(JSON.stringify(id)).length, String(id)).to.be.greaterThan(2)
    }
  })

  it('leaves the key in no session, log or other file, and half an answer in the session', () => {
    const files = readdirSync(sandbox.home, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile())
    const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    expect(texts.length).to.be.greaterThan(2 * cases.length)
    expect(texts.filter((text) => text.includes(KEY))).to.have.length(0)
    const halves = cases.filter(({fault}) => fault.text === 'Half a sen').length
    const kept = texts.filter((text) => text.includes('"assistant"') && text.includes('"Half a sen"'))
    expect(kept).to.have.length(halves)
  })
})

function linesOf(stdout: string): Line[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

/** One result as the last line, at most one error before it, in time. */
function checkEnd(run: Done, fault: Fault): void {
  const events = linesOf(run.stdout)
  const errors = events.filter(({type}) => type === 'error')
  const seen = JSON.stringify({errors, stderr: run.stderr.slice(0, 400)})
  expect(
    events.filter(({type}) => type === 'result'),
    'results',
  ).to.have.length(1)
  const last = events.at(-1)
  expect(last?.type).to.equal('result')
  expect(run.code, seen).to.equal(fault.exit)
  expect(last?.['exit']).to.equal(fault.exit)
  if (fault.text instanceof RegExp) expect(last?.['text']).to.match(fault.text)
  else expect(last?.['text'], seen).to.equal(fault.text)
  expect(errors, seen).to.have.length(fault.code === undefined ? 0 : 1)
  if (fault.code !== undefined) expect(String(errors[0]?.['code']), seen).to.match(new RegExp(fault.code))
  expect(run.ms, 'ms').to.be.below(((fault.seconds ?? 20) + 4) * 1000)
}

/** As many requests as are allowed, and each repetition said with its reason and its wait. */
function checkRetries(run: Done, fault: Fault): void {
  const events = linesOf(run.stdout)
  const seen = JSON.stringify(events.filter(({type}) => type === 'retry' || type === 'error'))
  expect(run.requests.length, seen).to.equal(fault.requests)
  const retries = events.filter(({type}) => type === 'retry')
  const toolTurns = fault.files === undefined || fault.code !== undefined ? 0 : 1
  expect(retries, seen).to.have.length(fault.requests - 1 - toolTurns)
  for (const [index, retry] of retries.entries()) {
    expect(retry['attempt']).to.equal(index + 2)
    expect(retry['reason']).to.be.a('string').that.is.not.empty
    expect(retry['seconds']).to.be.within(0, 31)
  }
  if (fault.name === '429 with seconds') expect(retries[0]?.['seconds']).to.be.within(1, 1.1)
  if (fault.name === '429 with a date') expect(retries[0]?.['seconds']).to.be.within(0.1, 2)
}

import {expect} from 'chai'
import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {cellOf} from '../../src/ui/usage-csv.ts'
import {cellsOf} from '../../src/ui/cells.ts'
import {styleFor} from '../../src/ui/style.ts'
import {usageLines, BY} from '../../src/ui/usage-lines.ts'
import type {UsageReport} from '../../src/sessions/usage.ts'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'
import {expectBalanced, expectSelfContained} from '../support/self-contained.ts'
import {answered, damagedFiles, said, sessionFiles} from '../support/session-files.ts'

describe('vibe usage', function () {
  this.timeout(60_000)
  let box: Sandbox
  let files: ReturnType<typeof sessionFiles>
  beforeEach(() => {
    box = createSandbox()
    files = sessionFiles(box)
  })
  afterEach(() => box.remove())

  const report = async (...args: string[]): Promise<UsageReport & {file?: string}> => {
    const run = await box.vibe(['usage', ...args, '--json'])
    expect(run.code, run.stdout + run.stderr).to.equal(0)
    return JSON.parse(run.stdout) as UsageReport
  }
  const some = () => {
    files.write({id: 'aaaa11112222', age: 2}, [
      said('x', 2),
      answered('one', {age: 2, costUsd: 0.1, usage: {input: 1000, output: 100, inputCacheRead: 400}}),
      answered('two', {age: 2, costUsd: 0.2}),
      said('y', 1),
      answered('three', {age: 1, model: 'beta'}),
    ])
    files.write({id: 'bbbb11112222', cwd: '/elsewhere/blog'}, [
      said('z'),
      answered('four', {provider: 'local', model: 'qwen', costUsd: 0, usage: {}}),
    ])
    files.write({id: 'cccc11112222', age: 40}, [said('old', 40), answered('long ago', {age: 40, costUsd: 9})])
  }

  it('sums by day, model and project, and gives out nothing for what is unknown', async () => {
    some()
    const {total, days, models, projects, sessions} = await report()
    expect(sessions).to.equal(2)
    expect(total).to.deep.equal({
      answers: 4,
      input: 1200,
      cacheRead: 400,
      output: 120,
      uncounted: 1,
      costUsd: 0.3,
      unpriced: 1,
      partial: 0,
    })
    expect(days).to.have.length(7)
    expect(days.map(({answers}) => answers)).to.deep.equal([0, 0, 0, 0, 2, 1, 1])
    const beta = models.find(({name}) => name === 'work/beta')
    expect(beta).to.include({answers: 1, unpriced: 1}).and.not.have.property('costUsd')
    expect(models.find(({name}) => name === 'local/qwen'))
      .to.include({costUsd: 0, uncounted: 1})
      .and.not.have.property('input')
    expect(projects.map(({name}) => name)).to.deep.equal([box.project, '/elsewhere/blog'])
    expect((await report('--days', '60')).total.costUsd).to.equal(9.3)
    expect((await report('--since', '2020-01-01')).total.answers).to.equal(5)
    expect((await report('--days', '1')).total.answers).to.equal(1)
  })

  it('shows bars and says what is estimated, unknown and set aside', async () => {
    some()
    files.raw({id: 'dddd11112222'}, 'damaged\n')
    const {stdout} = await box.vibe(['usage'])
    expect(stdout).to.match(/^Last 7 days +≥\$0\.30 +at least 1\.2 k tokens in \(33 % from cache\), 120 out/)
    expect(stdout).to.match(/By day\n(.*\n){7}/)
    expect(stdout).to.match(/work\/alpha +█+ +\$0\.30/)
    expect(stdout).to.match(/work\/beta +unknown/)
    expect(stdout).to.match(/local\/qwen +free/)
    expect(stdout).to.match(/blog +free/)
    for (const said of [
      'Estimated from list prices',
      'Of 1 answer the cost is unknown',
      'told no tokens',
      '1 damaged line',
    ])
      expect(stdout).to.contain(said)
    const one = await box.vibe(['usage', '--by', 'model'])
    expect(one.stdout).to.contain('By model').and.not.to.contain('By day')
  })

  it('counts what is damaged round the damage, and a fork once', async () => {
    for (const [n, content] of Object.values(damagedFiles()).entries()) files.raw({id: `${1000 + n}aaaa1111`}, content)
    const before = (await report()).total
    expect(before.answers).to.be.greaterThan(11)
    const fork = await box.vibe(['session:fork', '1000'])
    expect(fork.code, fork.stderr).to.equal(0)
    expect((await report()).total).to.deep.equal(before)
  })

  it('writes a page that needs nothing but itself, and never over a file that is there', async () => {
    some()
    files.write({id: 'dddd11112222', cwd: '/x/<script>alert(1)</script>'}, [
      said('z'),
      answered('v', {model: '"><img src=x onerror=alert(1)>'}),
    ])
    const run = await box.vibe(['usage', '--html', 'chart.html'])
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout).to.contain('Wrote chart.html')
    const path = join(box.project, 'chart.html')
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    const html = readFileSync(path, 'utf8')
    expectSelfContained(html)
    expectBalanced(html)
    expect(html).to.contain('<svg').and.to.contain('&lt;script&gt;alert(1)')
    writeFileSync(path, 'mine')
    const again = await box.vibe(['usage', '--html', '-o', 'chart.html'])
    expect(again.code).to.equal(2)
    expect(again.stderr).to.contain('--force')
    expect(readFileSync(path, 'utf8')).to.equal('mine')
    expect(await report('--html', 'chart.html', '--force')).to.include({file: 'chart.html'})
    expect(readFileSync(path, 'utf8')).to.contain('<svg')
    expect((await box.vibe(['usage', '--html'])).stdout).to.match(/^<!doctype html>[^]*<\/html>\n$/)
    expect(await report('--html=other.html')).to.include({file: 'other.html'})
    expect((await box.vibe(['usage', '--html', 'nowhere/chart.html'])).code).to.equal(3)
    expect(existsSync(join(box.project, 'nowhere'))).to.equal(false)
  })

  it('writes a table that no spreadsheet takes for formulas', async () => {
    some()
    files.write({id: 'dddd11112222', cwd: '/x/a,"b"'}, [said('z'), answered('v', {provider: '=cmd|x', model: 'y'})])
    const {stdout} = await box.vibe(['usage', '--csv'])
    const lines = stdout.trimEnd().split('\r\n')
    expect(lines[0]).to.equal(
      'by,name,answers,input_tokens,cached_input_tokens,output_tokens,answers_without_tokens,cost_usd,answers_without_cost,stopped_answers',
    )
    expect(lines).to.include('model,work/beta,1,100,0,10,0,,1,0')
    expect(lines).to.include('model,local/qwen,1,,,,1,0,0,0')
    expect(stdout).to.contain(`model,"'=cmd|x/y",1`).and.to.contain('project,"/x/a,""b""",1')
  })

  it('refuses spans and places that mean nothing', async () => {
    for (const args of [
      ['--days', '0'],
      ['--since', 'yesterday'],
      ['--since', '2026-02-30'],
      ['--since', '2999-01-01'],
      ['--days', '3', '--since', '2020-01-01'],
      ['--by', 'hour'],
      ['--csv', '--html'],
      ['--csv', '--json'],
      ['chart.html'],
    ])
      expect((await box.vibe(['usage', ...args])).code, args.join(' ')).to.equal(2)
  })

  it('has nothing to say where nothing was asked', async () => {
    expect((await box.vibe(['usage'])).stdout).to.equal('Last 7 days: no answers.\n')
    expect((await report()).total).to.deep.include({answers: 0, costUsd: 0})
    expectSelfContained((await box.vibe(['usage', '--html'])).stdout)
  })

  it('keeps to the width of the terminal from 40 to 200 columns, with wide and long names', async () => {
    some()
    files.write({id: 'dddd11112222', cwd: `/x/${'長い名前'.repeat(9)}`}, [
      said('z'),
      answered('v', {model: 'm'.repeat(90), costUsd: 1234.5}),
    ])
    const whole = await report()
    const style = styleFor({write: () => undefined}, {})
    fc.assert(
      fc.property(fc.integer({min: 40, max: 200}), (columns) => {
        const lines = usageLines(whole, BY, {columns, style, bars: true})
        for (const line of lines.slice(1, lines.lastIndexOf(''))) expect(cellsOf(line), line).to.be.at.most(columns)
      }),
      {numRuns: 60},
    )
  })
})

describe('a cell of a table', () => {
  it('is read back as it was, and never begins like a formula', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), (text) => {
        const cell = cellOf(text)
        const back = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
        expect(back === text || back === `'${text}`).to.equal(true)
        expect(back).not.to.match(/^\s*[=+\-@]/)
      }),
      {numRuns: 500},
    )
  })
})

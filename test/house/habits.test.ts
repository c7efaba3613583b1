import {expect} from 'chai'
import {codeUnder} from '../support/tree.ts'
import {brokenHabits} from './habits.ts'

const COMMAND_LINES = 80

const broken = (path: string, text: string) => brokenHabits({path, text}).length

describe('house habits', () => {
  it('are kept everywhere', async () => {
    const sources = await codeUnder('src', 'bin', 'plugins', 'test', 'bench')
    expect(sources.flatMap(brokenHabits)).to.deep.equal([])
  })

  it(`keep a command within ${COMMAND_LINES} lines`, async () => {
    const commands = await codeUnder('src/commands')
    expect(commands.length).to.be.greaterThan(0)
    const long = commands.filter(({text}) => text.trimEnd().split('\n').length > COMMAND_LINES)
    expect(long.map(({path}) => path)).to.deep.equal([])
  })

  it('would be missed', () => {
    expect(broken('src/agent/x.ts', 'export default class X {}')).to.equal(1)
    expect(broken('src/commands/x.ts', 'export const flags = 1')).to.equal(1)
    expect(broken('src/commands/x.ts', 'export type Result = 1\nexport default class X {}')).to.equal(0)
    expect(broken('plugins/vibe-provider-x/src/index.ts', `export * from './x.ts'`)).to.equal(1)
    expect(broken('src/agent/x.ts', 'export enum Colour {red}')).to.equal(1)
    expect(broken('src/agent/x.ts', 'if (bad) process.exit(1)')).to.equal(1)
    expect(broken('bin/x.ts', 'if (bad) process.exit(1)')).to.equal(0)
    expect(broken('src/agent/x.ts', `const text = 'process.exit(1)' // process.exit(2)`)).to.equal(0)
    expect(broken('src/agent/x.ts', `// ${'-'.repeat(20)}\n`)).to.equal(1)
  })

  it('would be missed in a catch', () => {
    expect(broken('src/agent/x.ts', 'try {\n  a()\n} catch {}')).to.equal(1)
    expect(broken('src/agent/x.ts', 'try {\n  a()\n} catch (error) {\n}')).to.equal(1)
    expect(broken('src/agent/x.ts', 'a().catch(() => {})')).to.equal(1)
    expect(broken('src/agent/x.ts', 'try {\n  a()\n} catch {\n  // It is a hint only.\n}')).to.equal(0)
    expect(broken('src/agent/x.ts', 'a().catch(() => {}) // It is a hint only.')).to.equal(0)
    expect(broken('src/agent/x.ts', 'try { a() } catch { b() }')).to.equal(0)
  })
})

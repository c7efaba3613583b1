import {expect} from 'chai'
import {codeUnder} from '../support/tree.ts'
import {cycles, wrongArrows} from './rooms.ts'

const complaints = (path: string, text: string) => wrongArrows({path, text})

describe('the rooms of the house', () => {
  it('import only what is below them', async () => {
    const sources = await codeUnder('src', 'bin', 'plugins')
    expect(sources.length).to.be.greaterThan(20)
    expect(sources.flatMap(wrongArrows)).to.deep.equal([])
  })

  it('do not import each other in a ring', async () => {
    expect(cycles(await codeUnder('src', 'bin', 'plugins'))).to.deep.equal([])
  })

  it('would be caught looking up, sideways or outside', () => {
    expect(complaints('src/agent/x.ts', `import {a} from '../ui/a.ts'`)).to.have.length(1)
    expect(complaints('src/git/x.ts', `import type {A} from '../sessions/a.ts'`)).to.have.length(1)
    expect(complaints('src/net/x.ts', `const a = await import('../agent/a.ts')`)).to.have.length(1)
    expect(complaints('src/cellar/x.ts', `import {a} from '../errors.ts'`)).to.have.length(1)
    expect(complaints('src/agent/x.ts', `import {b} from '../build/b.ts'`)).to.have.length(1)
    expect(complaints('plugins/vibe-provider-x/src/x.ts', `export {a} from '../../../src/a.ts'`)).to.have.length(1)
  })

  it('would be caught importing what is reserved for others', () => {
    expect(complaints('src/agent/x.ts', `import {Command} from '@oclif/core'`)).to.have.length(1)
    expect(complaints('src/providers/x.ts', `import OpenAI from 'openai'`)).to.have.length(1)
    expect(complaints('src/commands/x.ts', `import enquirer from 'enquirer'`)).to.have.length(1)
    expect(complaints('src/providers/x.ts', `await import('vibe-provider-openai')`)).to.have.length(1)
    expect(complaints('src/agent/x.ts', `import {a} from 'vibe-plugin-testkit'`)).to.have.length(1)
  })

  it('are not blamed for imports in comments, nor for what the plan allows', () => {
    expect(complaints('src/agent/x.ts', `// import {a} from '../ui/a.ts'`)).to.deep.equal([])
    expect(complaints('src/ui/x.ts', `import {a} from '../agent/a.ts'\nimport {b} from '../errors.ts'`)).to.deep.equal(
      [],
    )
  })

  it('would be caught in a ring', () => {
    const ring = [
      {path: 'src/a.ts', text: `import {b} from './b.ts'`},
      {path: 'src/b.ts', text: `import {a} from './a.ts'`},
    ]
    expect(cycles(ring)).to.deep.equal(['src/a.ts -> src/b.ts -> src/a.ts'])
    const types = [{path: 'src/a.ts', text: `import type {B} from './b.ts'`}, ...ring.slice(1)]
    expect(cycles(types)).to.deep.equal([])
  })
})

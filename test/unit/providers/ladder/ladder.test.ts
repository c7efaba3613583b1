import {expect} from 'chai'
import type {Abilities, KnownAbilities} from '../../../../src/providers/abilities.ts'
import {chooseRung, type RungFacts} from '../../../../src/providers/ladder/choose-rung.ts'
import {createLadder} from '../../../../src/providers/ladder/ladder.ts'
import type {Rung} from '../../../../src/providers/ladder/rungs.ts'

const finding = {is: 'no' as const, why: ''}
const findings = {
  text: finding,
  streaming: finding,
  usage: finding,
  tools: finding,
  parallelTools: finding,
  jsonCalls: finding,
  searchReplace: finding,
  wholeFile: finding,
}
const measured = (rung: Rung): Abilities => ({findings, rung})
const known = (more: Partial<KnownAbilities>): KnownAbilities => ({at: '2026-11-25T10:00:00.000Z', ...more})

function choose(more: Partial<RungFacts>, tools = 'model', catalog: RungFacts['manifest']['models']['catalog'] = []) {
  const manifest = {capabilities: {tools}, models: {source: 'both', catalog}} as RungFacts['manifest']
  return chooseRung({toolMode: undefined, known: undefined, model: 'm', atHome: true, manifest, ...more})
}

describe('the rung a model begins on', () => {
  it('is the one the user chose, whatever is known', () => {
    const choice = choose({toolMode: 'whole-file', known: known({measured: measured('json')})})
    expect(choice).to.include({rung: 'whole-file', fixed: true})
  })

  it('is what a conversation showed rather than what was measured', () => {
    const learned = {rung: 'search-replace' as const, why: 'it writes them', at: '2026-11-26T00:00:00.000Z'}
    const choice = choose({known: known({measured: measured('native'), learned})})
    expect(choice).to.include({rung: 'search-replace', fixed: false})
    expect(choice.why).to.contain('2026-11-26')
  })

  it('is what was measured rather than what the manifest says', () => {
    expect(choose({known: known({measured: measured('json')})}, 'yes')).to.include({
      rung: 'json',
      why: 'measured 2026-11-25',
    })
  })

  it('is JSON where the manifest or the catalogue knows of no tools', () => {
    expect(choose({}, 'no').rung).to.equal('json')
    expect(choose({}, 'yes', [{id: 'm', kind: 'chat', tools: false}]).rung).to.equal('json')
  })

  it('believes a manifest only at its own address', () => {
    expect(choose({}, 'yes')).to.include({rung: 'native', proven: true})
    expect(choose({atHome: false}, 'yes')).to.include({rung: 'native', proven: false})
    expect(choose({})).to.include({rung: 'native', proven: false})
  })
})

describe('the ladder', () => {
  function open(rung: Rung, fixed = false) {
    const learned: string[] = []
    const learn = async (to: Rung, why: string) => void learned.push(`${to}: ${why}`)
    return {ladder: createLadder({rung, why: 'w', fixed, proven: false}, {model: 'tiny', learn}), learned}
  }

  it('goes down one rung at a time, says it and remembers it, and ends at the last', async () => {
    const {ladder, learned} = open('json')
    expect(await ladder.stepDown('it fails')).to.equal('tiny: it fails. Going on with edits as SEARCH/REPLACE blocks.')
    expect(ladder.rung).to.equal('search-replace')
    await ladder.stepDown('it fails')
    expect(await ladder.stepDown('it fails')).to.equal(undefined)
    expect(ladder.rung).to.equal('whole-file')
    expect(learned).to.deep.equal(['search-replace: it fails', 'whole-file: it fails'])
  })

  it('never leaves a rung that the user has fixed', async () => {
    const {ladder, learned} = open('native', true)
    expect(await ladder.stepDown('it fails')).to.equal(undefined)
    expect(ladder.rung).to.equal('native')
    expect(learned).to.deep.equal([])
  })

  it('holds as long as calls can be read now and then', () => {
    const {ladder} = open('json')
    expect(ladder.noteCalls({whole: 0, malformed: 1})).to.equal(false)
    expect(ladder.noteCalls({whole: 1, malformed: 1})).to.equal(false)
    expect(ladder.noteCalls({whole: 0, malformed: 1})).to.equal(false)
    expect(ladder.noteCalls({whole: 0, malformed: 0})).to.equal(false)
    expect(ladder.noteCalls({whole: 0, malformed: 2})).to.equal(true)
  })
})

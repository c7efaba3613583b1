import {expect} from 'chai'
import {isParseError, usageError} from '../../src/base-usage-error.ts'

const chat = {name: 'chat', flags: ['model', 'mode']}
const thrown = (message: string, facts: object = {}) =>
  Object.assign(new Error(`${message}\nSee more help with --help`), {oclif: {exit: 2}, ...facts})

describe('a command line that was not understood', () => {
  for (const [error, message] of [
    [thrown('Nonexistent flag: --modle', {flags: ['--modle']}), 'There is no flag --modle. Did you mean --model?'],
    [thrown('Nonexistent flag: --zzz', {flags: ['--zzz']}), 'There is no flag --zzz.'],
    [thrown('Expected --mode=hgh to be one of: ask, code'), '"hgh" is no value of --mode. It is one of: ask, code.'],
    [
      thrown('Missing 2 required args:\nkey  A\nvalue B', {args: [{name: 'key'}, {name: 'value'}]}),
      'It needs KEY and VALUE, which are missing.',
    ],
    [
      thrown('Parsing --max-turns \n\tExpected an integer but received: x'),
      '--max-turns: Expected an integer but received: x',
    ],
    [thrown('Parsing --t \n\t--t takes a number, not "9".'), '--t takes a number, not "9".'],
    [thrown('The following error occurred:\n  --a cannot be used with --b'), '--a cannot be used with --b'],
  ] as const) {
    it(message, () => {
      expect(isParseError(error)).to.equal(true)
      const {exit, code, hint, ...rest} = usageError(error, chat)
      expect({exit, code, hint}).to.deep.equal({exit: 2, code: 'usage', hint: 'vibe chat --help shows what it takes'})
      expect(usageError(error, chat).message, JSON.stringify(rest)).to.equal(message)
    })
  }

  it('is nothing else that oclif throws', () => {
    expect(isParseError(Object.assign(new Error('x'), {oclif: {exit: 1}}))).to.equal(false)
    expect(isParseError(new Error('See more help with --help'))).to.equal(false)
  })
})

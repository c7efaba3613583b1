import {expect} from 'chai'
import {blankOut} from '../support/scan.ts'
import {codeUnder, type Source} from '../support/tree.ts'

const ASSERTION = /\b(expect|assert\w*|fail)\s*[(.]/

/** The titles' lines of tests that assert nothing, neither themselves nor through a helper of the same file. */
function withoutAssertion({path, text}: Source): string[] {
  const code = blankOut(text, {strings: true})
  const helpers = [...code.matchAll(/\b(?:function|const)\s+(\w+)/g)].map((match) => match[1] ?? '')
  const asserting = helpers.filter((name) =>
    ASSERTION.test(bodyAfter(code, new RegExp(String.raw`\b(function|const)\s+${name}\b`))),
  )
  const known = new RegExp([ASSERTION.source, ...asserting.map((name) => String.raw`\b${name}\s*\(`)].join('|'))
  return [...code.matchAll(/^\s*it(?:\.only)?\s*\(/gm)].flatMap((match) => {
    const end = code.indexOf(`\n${/^\s*/.exec(match[0].replace(/^\n+/, ''))?.[0] ?? ''}})`, match.index)
    const body = code.slice(match.index, end === -1 ? undefined : end)
    return known.test(body) ? [] : [`${path}:${code.slice(0, match.index).split('\n').length}`]
  })
}

function bodyAfter(code: string, start: RegExp): string {
  const from = code.search(start)
  const end = code.slice(from).search(/\n\}|\n\n/)
  return code.slice(from, end === -1 ? undefined : from + end)
}

describe('every test', () => {
  it('asserts something', async () => {
    const files = (await codeUnder('test', 'plugins')).filter(({path}) => path.endsWith('.test.ts'))
    expect(files.length).to.be.greaterThan(5)
    expect(files.flatMap(withoutAssertion)).to.deep.equal([])
  })

  it('would be missed if it did not', () => {
    const empty = {path: 'x.test.ts', text: `it('does nothing', () => {\n  run()\n})\n`}
    expect(withoutAssertion(empty)).to.deep.equal(['x.test.ts:1'])
    const full = {path: 'x.test.ts', text: `it('works', () => {\n  expect(run()).to.equal(1)\n})\n`}
    expect(withoutAssertion(full)).to.deep.equal([])
  })
})

import {expect} from 'chai'
import fc from 'fast-check'
import {definitionsIn} from '../../../src/search/definitions.ts'
import {kindOf} from '../../../src/search/kinds.ts'
import {parseQuery} from '../../../src/search/query.ts'
import {FIELD, scanTerms} from '../../../src/search/terms.ts'

function termsOf(text: string): Set<number> {
  const found = new Set<number>()
  scanTerms(Buffer.from(text), FIELD.text, (term) => found.add(term))
  return found
}
const shares = (one: string, other: string) => [...termsOf(one)].some((term) => termsOf(other).has(term))
const names = (path: string, text: string) => definitionsIn(path, text).map(({start, end}) => text.slice(start, end))

describe('terms', () => {
  it('are the parts of an identifier and its whole, however it is written', () => {
    for (const written of ['parseHTTPHeader', 'parse_http_header', 'ParseHttpHeader', 'PARSE_HTTP_HEADER']) {
      expect(termsOf('parseHttpHeader')).to.deep.equal(termsOf(written))
      for (const part of ['parse', 'http', 'header', 'parsehttpheader']) expect(shares(written, part)).to.equal(true)
    }
  })

  it('are the same for the forms of a word', () => {
    for (const form of ['resolve', 'resolves', 'resolved', 'resolving']) expect(shares('resolve', form)).to.equal(true)
    expect(shares('class', 'clas')).to.equal(false)
    expect(shares('größe', 'Größe')).to.equal(true)
  })

  it('are found in any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 500}), (bytes) => {
        scanTerms(bytes, FIELD.text, (term) => expect(term).to.be.within(1, 0xffffffff))
      }),
    )
  })
})

describe('definitions', () => {
  it('are found by the shape of a line, in each language', () => {
    expect(
      names(
        'a.ts',
        'export async function one() {}\nclass Two {\n  private three(x: number): void {\n  if (x) {\n}\nexport const four = 4\n',
      ),
    ).to.have.members(['one', 'Two', 'three', 'four'])
    expect(names('a.py', 'class A:\n    async def run(self):\nLIMIT = 3\n')).to.have.members(['A', 'run', 'LIMIT'])
    expect(names('a.go', 'func (s *Server) Serve() {}\ntype Server struct {}\n')).to.have.members(['Serve', 'Server'])
    expect(names('a.rs', 'pub(crate) async fn go() {}\nstruct S;\n')).to.have.members(['go', 'S'])
    expect(names('A.java', 'public final class A {\n  public static List<String> of(int x) {\n')).to.have.members([
      'A',
      'of',
    ])
    expect(names('a.c', '#define LIMIT 3\nstatic int count_all(int x) {\nstruct item {\n')).to.have.members([
      'LIMIT',
      'count_all',
      'item',
    ])
    expect(names('a.rb', 'module M\n  def self.make\n')).to.have.members(['M', 'make'])
    expect(names('a.unknown', 'function no() {}\n')).to.deep.equal([])
  })

  it('cost linear time in hostile text', () => {
    const started = performance.now()
    for (const path of ['a.ts', 'a.py', 'a.go', 'a.rs', 'a.java', 'a.c', 'a.rb', 'a.php', 'a.sh'])
      for (const piece of [' ', 'a', 'static ', 'public ', '(', 'a(', 'export ', '\n\t', 'const x = ', '<', 'a '])
        definitionsIn(path, piece.repeat(100_000 / piece.length))
    expect(performance.now() - started).to.be.below(5000)
  })
})

describe('questions', () => {
  it('name paths, and weigh what looks like code more', () => {
    const {paths, names: asked} = parseQuery('TypeError at ./src/a.ts:3 in `retry` when parseHeader() of lib/b.py, see')
    expect(paths).to.include.members(['src/a.ts', 'lib/b.py'])
    expect(asked.filter(({weight}) => weight === 1)).to.have.length(3)
    expect(parseQuery('the of and').terms).to.deep.equal([])
  })

  it('know tests, generated and foreign files by their paths', () => {
    const kinds = ['src/a.ts', 'src/a.test.ts', 'tests/test_a.py', 'vendor/a.go', 'dist/a.js', 'README.md', 'a.json']
    expect(kinds.map(kindOf)).to.deep.equal(['source', 'test', 'test', 'vendored', 'generated', 'prose', 'data'])
  })
})

import {expect} from 'chai'
import fc from 'fast-check'
import {createEditRecogniser} from '../../../../src/agent/ladder/edit-recogniser.ts'
import {searchReplaceDialect} from '../../../../src/agent/ladder/edit-dialects.ts'
import {searchReplaceRecogniser} from '../../../../src/edits/formats/search-replace.ts'
import {wholeFileRecogniser} from '../../../../src/edits/formats/whole-file.ts'

const TOOLS = ['read', 'list', 'glob', 'grep', 'edit', 'write', 'shell'].map((name) => ({
  name,
  description: '',
  inputSchema: {},
}))
type Format = 'search-replace' | 'whole-file'

function recognise(format: Format, text: string, cuts: readonly number[] = []) {
  const edits = format === 'whole-file' ? wholeFileRecogniser() : searchReplaceRecogniser()
  const recogniser = createEditRecogniser(edits, TOOLS)
  const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort((a, b) => a - b)
  const pieces = [
    ...places.flatMap((place, index) => recogniser.accept(text.slice(place, places[index + 1] ?? text.length))),
    ...recogniser.end(),
  ]
  return {
    text: pieces.flatMap((piece) => (piece.type === 'text' ? [piece.text] : [])).join(''),
    calls: pieces.flatMap((piece) => (piece.type === 'call' ? [[piece.call.name, piece.call.input ?? 'problem']] : [])),
    problems: pieces.flatMap((piece) => (piece.type === 'call' && piece.call.problem ? [piece.call.problem] : [])),
  }
}

const block = (path: string, old: string, next: string) =>
  `${path}\n\`\`\`\n<<<<<<< SEARCH\n${old}=======\n${next}>>>>>>> REPLACE\n\`\`\`\n`
const EDIT = ['edit', {path: 'src/a.ts', old: 'one\n', new: 'two\n'}]

describe('edits and commands in text', () => {
  it('speaks to the edit tool in its own words', () => {
    const edit = {
      name: 'edit',
      description: '',
      inputSchema: {properties: {path: {}, old_string: {}, new_string: {}}},
    }
    const recogniser = createEditRecogniser(searchReplaceRecogniser(), [edit])
    const pieces = [...recogniser.accept(block('a.ts', 'one\n', 'two\n')), ...recogniser.end()]
    const inputs = pieces.flatMap((piece) => (piece.type === 'call' ? [piece.call.input] : []))
    expect(inputs).to.deep.equal([{path: 'a.ts', old_string: 'one\n', new_string: 'two\n', whole_lines: true}])
  })

  it('makes several edits of an answer together, and shows them to the model as it wrote them', () => {
    const edit = {name: 'edit', description: '', inputSchema: {properties: {old_string: {}, new_string: {}}}}
    const text = block('a.ts', 'one\n', 'two\n') + block('b.ts', '', 'new\n')
    const recogniser = createEditRecogniser(searchReplaceRecogniser(), [edit])
    const pieces = [...recogniser.accept(text), ...recogniser.end()]
    const calls = pieces.flatMap((piece) => (piece.type === 'call' ? [piece.call] : []))
    const edits = [
      {path: 'a.ts', old_string: 'one\n', new_string: 'two\n', whole_lines: true},
      {path: 'b.ts', old_string: '', new_string: 'new\n', whole_lines: true},
    ]
    expect(calls.map(({name, input}) => [name, input])).to.deep.equal([['edit_files', {edits}]])
    const shown = searchReplaceDialect.renderCall({type: 'tool-call', callId: 'c', name: 'edit_files', input: {edits}})
    expect(`${shown}\n`.replace('```\n\n', '```\n')).to.equal(text)
  })

  it('takes a SEARCH/REPLACE block with its name and fence out of the text', () => {
    const {text, calls} = recognise(
      'search-replace',
      `I mend it.\n\n${block('src/a.ts', 'one\n', 'two\n')}Then I test.\n`,
    )
    expect(calls).to.deep.equal([EDIT])
    expect(text).to.equal('I mend it.\nThen I test.\n')
  })

  it('reads commands beside edits, in their order', () => {
    const text = `\`\`\`tool\nread src/a.ts 10-19\nlist\ngrep "greet"\n\`\`\`\n${block('src/a.ts', 'one\n', 'two\n')}\`\`\`tool\nrun npm test -- --grep 'a b'\n$ ls\n\`\`\``
    expect(recognise('search-replace', text)).to.deep.include({
      calls: [
        ['read', {path: 'src/a.ts', offset: 10, limit: 10}],
        ['list', {}],
        ['grep', {pattern: 'greet'}],
        EDIT,
        ['shell', {command: "npm test -- --grep 'a b'"}],
        ['shell', {command: 'ls'}],
      ],
      text: '',
    })
  })

  it('makes a file of a block without SEARCH lines', () => {
    expect(recognise('search-replace', block('new.txt', '', 'hello\n')).calls).to.deep.equal([
      ['edit', {path: 'new.txt', old: '', new: 'hello\n'}],
    ])
  })

  it('does nothing of an answer of which a block was cut', () => {
    const {calls, problems} = recognise(
      'search-replace',
      `${block('src/a.ts', 'one\n', 'two\n')}src/b.ts\n\`\`\`\n<<<<<<< SEARCH\nx\n====`,
    )
    expect(calls).to.deep.equal([['edit', 'problem']])
    expect(problems[0]).to.contain('Nothing of your answer was done')
  })

  it('says which commands there are instead of guessing', () => {
    const {calls, problems} = recognise('search-replace', '```tool\ndelete src/a.ts\n```')
    expect(calls).to.deep.equal([['tool', 'problem']])
    expect(problems[0]).to.contain('delete src/a.ts').and.to.contain('run npm test')
  })

  it('runs no block of another language', () => {
    const text = 'Run this:\n```bash\nrm -rf /\n```\n'
    for (const format of ['search-replace', 'whole-file'] as const)
      expect(recognise(format, text)).to.deep.include({calls: [], text})
  })

  it('takes a whole file, and leaves nameless code alone', () => {
    const text = 'Here it is.\n\nsrc/a.js\n```js\nconst a = 1\n```\n\nAn example:\n```js\nuse(a)\n```'
    expect(recognise('whole-file', text)).to.deep.include({
      calls: [['write', {path: 'src/a.js', content: 'const a = 1\n'}]],
      text: 'Here it is.\n\nAn example:\n```js\nuse(a)\n```',
    })
  })

  it('takes a lone nameless block for an excerpt', () => {
    const text = 'Look:\n```js\nuse(a)\n```\n'
    expect(recognise('whole-file', text)).to.deep.include({calls: [], text})
  })

  it('writes no file that was cut', () => {
    expect(recognise('whole-file', 'a.txt\n```\nnew line\nnew li').calls).to.deep.equal([['edit', 'problem']])
  })

  for (const format of ['search-replace', 'whole-file'] as const) {
    it(`finds the same in ${format} wherever the text is cut`, () => {
      const words = fc.constantFrom(
        'src/a.ts\n',
        '```\n',
        '```tool\n',
        '<<<<<<< SEARCH\n',
        '=======\n',
        '>>>>>>> REPLACE\n',
        'one\n',
        '\n',
        'prose ',
        'run npm test\n',
        '```js\n',
        'file: b.md\n',
        '\r\n',
        '`',
        '<<<<',
        '~~~\n',
      )
      fc.assert(
        fc.property(fc.array(words, {maxLength: 25}), fc.array(fc.nat(400), {maxLength: 10}), (parts, cuts) => {
          const text = parts.join('')
          const whole = recognise(format, text)
          expect(recognise(format, text, cuts)).to.deep.equal(whole)
          if (whole.calls.length === 0 && !text.includes('```tool')) expect(whole.text).to.equal(text)
        }),
        {numRuns: 800},
      )
    })

    it(`passes much rubbish through ${format} in good time`, () => {
      for (const text of [
        '{'.repeat(1_000_000),
        '<<<<<<< SEARCH\n'.repeat(12_000),
        '```\n'.repeat(50_000),
        'a.ts\n'.repeat(40_000),
      ]) {
        const started = performance.now()
        recognise(format, text)
        expect(performance.now() - started).to.be.below(6000)
      }
    })
  }
})

import {expect} from 'chai'
import {cellsOf} from '../../../../src/ui/cells.ts'
import {createMarkdownRenderer} from '../../../../src/ui/markdown/renderer.ts'
import {BARE, COLOURED, read, rendered, withoutOwnCodes} from './support.ts'

const PROSE = 'Some words of ordinary length that go on until the line is full and then a little further. '

describe('Markdown in the terminal', () => {
  it('wraps prose at the width of the terminal, at most at 100 cells', () => {
    for (const columns of [20, 40, 80, 200]) {
      const lines = rendered(PROSE.repeat(5), {columns})
      expect(Math.max(...lines.map(cellsOf))).to.be.within(Math.min(columns, 100) - 12, Math.min(columns, 100))
      expect(lines.join(' ')).to.equal(PROSE.repeat(5).trim())
    }
  })

  it('counts cells of wide, joined and combined characters, and breaks between wide ones', () => {
    const lines = rendered('日本語の文章には空白がありません。'.repeat(6) + ' e\u0301a 👩‍👩‍👧 👍 ', {columns: 21})
    for (const line of lines) expect(cellsOf(line), line).to.be.at.most(22)
    expect(lines.length).to.be.within(10, 12)
    expect(lines.every((line) => !line.startsWith('。'))).to.equal(true)
  })

  it('keeps a word that is longer than a line whole, so that what is copied is whole', () => {
    const address = `https://example.com/${'a'.repeat(100)}`
    expect(rendered(`See ${address} there`, {columns: 40})).to.deep.equal(['See', address, 'there'])
  })

  it('opens and closes every colour and link within its line', () => {
    const text = `**${PROSE}** and [a link of several words that is broken](https://example.com/x) and ~~${PROSE}~~`
    for (const line of rendered(text, {columns: 30, style: COLOURED, links: true})) {
      const opened = [...line.matchAll(/\u001B\[([1-9]|3[0-7])m/g)].length
      expect([...line.matchAll(/\u001B\[(2[1-9]|39)m/g)].length, line).to.equal(opened)
      expect([...line.matchAll(/\u001B\]8;;/g)].length % 2, line).to.equal(0)
    }
  })

  it('shows headings, rules, quotes, images, HTML, entities and footnotes', () => {
    const text = [
      '# One',
      'text',
      '## Two ##',
      '---',
      '> quoted *text*',
      '> > deeper',
      '',
      '![a cat](https://x.y/cat.png) <b>html</b> &amp; &lt;',
      '',
      'Title',
      '=====',
      'Note[^1].',
      '',
      '[^1]: the note',
    ].join('\n')
    expect(read(text).split('\n')).to.deep.equal([
      '# One',
      'text',
      '',
      '## Two',
      '─'.repeat(40),
      '│ quoted *text*',
      '│ │ deeper',
      '',
      'image: a cat (https://x.y/cat.png) <b>html</b> & <',
      '',
      'Title',
      '═'.repeat(40),
      'Note[^1].',
      '',
      '[^1]: the note',
    ])
  })

  it('shows lists: nested, loose, tight, numbered, tasks', () => {
    const text = '1. one\n   - a\n     - b\n3. three\n\n   more of three\n4. four\n\n- [ ] open\n- [x] done\n* other\n'
    expect(read(text)).to.equal(
      '1. one\n   - a\n     - b\n2. three\n\n   more of three\n3. four\n\n- [ ] open\n- [x] done\n- other',
    )
    const indentedByTwo = '1. one\n  - a\n  - b\n2. two\n\n- c\n    - d\n    - e\n- f'
    expect(read(indentedByTwo)).to.equal('1. one\n   - a\n   - b\n2. two\n\n- c\n  - d\n  - e\n- f')
    const wrapped = read(`- ${PROSE}`, {columns: 40}).split('\n')
    expect(wrapped.slice(1).every((line) => line.startsWith('  ') && cellsOf(line) <= 40)).to.equal(true)
  })

  it('indents neither code in a list nor code in a quote, and never breaks it', () => {
    const long = `x = "${'y'.repeat(300)}"`
    const text = `1. Do\n   \`\`\`py\n   if a:\n       ${long}\n   \`\`\`\n2. Then\n\n> \`\`\`\n> quoted\n> \`\`\`\n`
    expect(read(text, {columns: 40}).split('\n')).to.deep.equal([
      '1. Do',
      'py',
      'if a:',
      `    ${long}`,
      '',
      '2. Then',
      '',
      'text',
      'quoted',
    ])
  })

  it('goes on with code in a list whose lines are not indented enough', () => {
    expect(read('- a\n  ```sh\nnpm i\n  ```\n- b')).to.equal('- a\nsh\nnpm i\n\n- b')
  })

  it('colours code of a known language and leaves other code as it is', () => {
    const coloured = rendered('```ts\nconst a = `x ${b}` // c\n/* d\ne */ f()\n```', {style: COLOURED})
    expect(coloured.map(withoutOwnCodes)).to.deep.equal(['ts', 'const a = `x ${b}` // c', '/* d', 'e */ f()'])
    expect(coloured[1]).to.contain('\u001B[35mconst\u001B[39m').and.contain('\u001B[2m// c\u001B[22m')
    expect(coloured[3], 'a comment goes on in the next line').to.match(/^\u001B\[2me \*\/\u001B\[22m/)
    expect(rendered('```nonsense\nconst a\n```', {style: COLOURED})[1]).to.equal('const a')
    expect(rendered('```../../etc/passwd\nconst a\n```', {style: COLOURED})[1]).to.equal('const a')
  })

  it('fits tables into the width, and makes lists of those that do not fit', () => {
    const table = (cell: string) => `| Name | What it does |\n|:--|--:|\n| 日本 | ${cell} |\n| b\\|c | short |\n`
    expect(read(table('👍'))).to.equal('Name  What it does\n────  ────────────\n日本            👍\nb|c          short')
    for (const line of read(table(PROSE), {columns: 40}).split('\n')) expect(cellsOf(line)).to.be.at.most(40)
    const wide = `| ${'Column | '.repeat(8)}\n|${'---|'.repeat(8)}\n| ${'several words | '.repeat(8)}\n`
    expect(read(wide, {columns: 40}).split('\n')).to.deep.equal(Array.from({length: 8}, () => 'Column: several words'))
  })

  it('shows where a link leads, unless the terminal follows it and its text does not lie', () => {
    const links = '[docs](https://example.com/d) [https://good.example](https://evil.example/x) [run](javascript:x)'
    expect(read(links, {columns: 100})).to.contain('docs (https://example.com/d)')
    const followed = rendered(links, {columns: 100, style: COLOURED, links: true}).join('\n')
    expect(followed).to.contain('\u001B]8;;https://example.com/d\u001B\\')
    expect(withoutOwnCodes(followed)).to.equal('docs https://good.example (https://evil.example/x) run (javascript:x)')
    expect(followed).to.not.contain(';;javascript')
  })

  it('ends an address where a script without blanks goes on', () => {
    const line = rendered('见https://example.com/a。好', {style: COLOURED, links: true}).join('')
    expect(line).to.contain(';;https://example.com/a\u001B\\').and.match(/。好$/)
  })

  it('finishes lines of a paragraph before its end, and shows half of something as the whole will look', () => {
    const renderer = createMarkdownRenderer({columns: 40, style: BARE})
    const first = renderer.push(PROSE)
    expect(first.finished).to.have.length(2)
    expect(renderer.push('and **half of ').open.at(-1)).to.contain('**half of**')
    expect(renderer.push('it** and [a link](https://exam').open.join(' ')).to.match(/and a link$/)
    expect(renderer.push('ple.com)\n```t').open.join(' ')).to.contain('a link (https://example.com)')
    expect(renderer.push('s\nconst a').open).to.deep.equal(['const a'])
    expect(renderer.push(' = 1\n').finished.slice(-1)).to.deep.equal(['const a = 1'])
    expect(renderer.push('``').open).to.deep.equal([])
    expect(renderer.end()).to.deep.equal(['``'])
  })

  it('shows no half row of a table', () => {
    const renderer = createMarkdownRenderer({columns: 40, style: BARE})
    const {open, finished} = renderer.push('| a | b |\n|---|---|\n| one | two |\n| thr')
    expect(finished).to.deep.equal([])
    expect(open).to.deep.equal(['a    b', '───  ───', 'one  two'])
    expect(renderer.push('ee | four |\n\n').finished).to.deep.equal([
      'a      b',
      '─────  ────',
      'one    two',
      'three  four',
    ])
  })

  it('lays out what is open for another width', () => {
    const renderer = createMarkdownRenderer({columns: 80, style: BARE})
    renderer.push(PROSE.slice(0, 70))
    const lines = renderer.resize(30)
    expect([...lines.finished, ...lines.open].every((line) => cellsOf(line) <= 30)).to.equal(true)
  })

  it('is as new after its end', () => {
    const renderer = createMarkdownRenderer({columns: 80, style: BARE})
    renderer.push('1. a\n```')
    renderer.end()
    expect([...renderer.push('# b\n').finished, ...renderer.end()]).to.deep.equal(['# b'])
  })
})

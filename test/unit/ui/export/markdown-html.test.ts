import {expect} from 'chai'
import fc from 'fast-check'
import {markdownHtml} from '../../../../src/ui/export/markdown-html.ts'
import {expectBalanced} from '../../../support/self-contained.ts'

describe('Markdown as HTML', () => {
  const cases: Record<string, [string, string]> = {
    'a heading, below those of the page': ['# One', '<h3>One</h3>\n'],
    'a paragraph over two lines': ['a\nb', '<p>a\nb</p>\n'],
    'emphasis in emphasis': ['**a *b* c** _d_', '<p><strong>a <em>b</em> c</strong> <em>d</em></p>\n'],
    'names with underscores': ['snake_case_name and 2 * 3 * 4', '<p>snake_case_name and 2 * 3 * 4</p>\n'],
    'code with ticks in it': ['`` a`b `` and `c`', '<p><code>a`b</code> and <code>c</code></p>\n'],
    'code that is not closed': ['a `b', '<p>a `b</p>\n'],
    'signs that are meant': [String.raw`\*a\* \<b`, '<p>*a* &lt;b</p>\n'],
    'a fence without an end': ['```\na\n\nb', '<pre><code>a\n\nb</code></pre>\n'],
    'a fence in a longer one': ['````\n```\na\n```\n````\nb', '<pre><code>```\na\n```</code></pre>\n<p>b</p>\n'],
    'a list in a list': ['- a\n  - b\n- c', '<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n'],
    'code in a list': [
      '1. a\n   ```\n   x\n   ```\n2. b',
      '<ol>\n<li>a\n<pre><code>x</code></pre>\n</li>\n<li>b</li>\n</ol>\n',
    ],
    tasks: ['- [x] a\n- [ ] b', '<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n</ul>\n'],
    'a quotation': ['> a\n> b', '<blockquote>\n<p>a\nb</p>\n</blockquote>\n'],
    'a table with a bar in it': [
      '| a |\n|--:|\n| b \\| c |',
      '<table class="data"><thead>\n<tr><th class="right">a</th></tr>\n</thead><tbody>\n<tr><td class="right">b | c</td></tr>\n</tbody></table>\n',
    ],
    'a rule': ['---', '<hr>\n'],
    'an address': [
      'see https://a.example/b_c_d.',
      '<p>see <a href="https://a.example/b_c_d" rel="noreferrer noopener nofollow">https://a.example/b_c_d</a>.</p>\n',
    ],
    'a picture, which is not loaded': [
      '![p](https://a.example/p.png)',
      '<p><a href="https://a.example/p.png" rel="noreferrer noopener nofollow">p</a></p>\n',
    ],
  }
  for (const [name, [markdown, html]] of Object.entries(cases))
    it(`shows ${name}`, () => expect(markdownHtml(markdown)).to.equal(html))

  it('makes balanced markup and no element of its text, whatever the text is', () => {
    const piece = fc.constantFrom(
      '# ',
      '- ',
      '1. ',
      '> ',
      '```',
      '`',
      '*',
      '**',
      '_',
      '~~',
      '|',
      '|--|',
      '\n',
      '\n\n',
      '  ',
      '[a](',
      'https://x.y',
      ')',
      '![',
      '<b>',
      '</p>',
      '&lt;',
      '"',
      "'",
      '\\',
      'word',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(piece, {maxLength: 60}), (pieces) => {
        const html = markdownHtml(pieces.join(''))
        expectBalanced(html)
        expect(html).not.to.match(/<b>|<[^>]*</)
      }),
      {numRuns: 2000},
    )
  })

  it('takes no longer for hostile text than for any other', () => {
    const started = performance.now()
    for (const piece of [
      '`',
      '`a',
      '*',
      '*a ',
      '**a',
      '_a_',
      '[',
      '[a](',
      '![',
      'h',
      'https://',
      '> ',
      '- ',
      '|',
      '|-',
      '~~~\n',
      '\\',
      '1. a\n  ',
      '>',
    ])
      markdownHtml(piece.repeat(20_000))
    expect(performance.now() - started).to.be.below(8000)
  })
})

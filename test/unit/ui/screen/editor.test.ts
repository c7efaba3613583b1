import {expect} from 'chai'
import fc from 'fast-check'
import {createEditor, type Editor} from '../../../../src/ui/screen/editor.ts'
import {EDITING_KEYS} from '../../../../src/ui/screen/editing-keys.ts'

/** Types a text and presses keys named in angle brackets; `|` in what it gives back is the cursor. */
function write(script: string, editor: Editor = createEditor()): string {
  for (const [, key, text] of script.matchAll(/<([^<>]+)>|([^<]+)/g)) {
    if (key !== undefined) editor.press(key)
    else for (const character of text ?? '') editor.type(character)
  }
  const {atoms, cursor} = editor.draft
  return `${atoms.slice(0, cursor).join('')}|${atoms.slice(cursor).join('')}`
}

describe('the editor of messages', () => {
  const CASES: ReadonlyArray<[script: string, result: string]> = [
    ['one two<alt+b>', 'one |two'],
    ['one two<ctrl+a><alt+f>', 'one| two'],
    ['one\ntwo<ctrl+a>', 'one\n|two'],
    ['one\ntwo<ctrl+home><ctrl+e>', 'one|\ntwo'],
    ['<ctrl+a><ctrl+e><left><right>', '|'],
    ['a-b c<ctrl+w>', 'a-b |'],
    ['a-b<alt+backspace>', 'a-|'],
    ['one two<ctrl+w><ctrl+y><ctrl+y>', 'one twotwo|'],
    ['one two three<ctrl+w><ctrl+w><ctrl+y>', 'one two three|'],
    ['one<ctrl+u>two<ctrl+u><ctrl+y><alt+y>', 'one|'],
    ['one\ntwo<ctrl+home><ctrl+k><ctrl+k>', '|two'],
    ['one two<ctrl+w><ctrl+_>', 'one two|'],
    ['one two<ctrl+_>', 'one |'],
    ['one two<ctrl+_><alt+_>', 'one two|'],
    ['ab<ctrl+t>', 'ba|'],
    ['日本<backspace>', '日|'],
    ['x👨‍👩‍👧<backspace>', 'x|'],
    ['e\u0301<left>', '|e\u0301'],
    ['abc<left><delete>', 'ab|'],
    ['one two<ctrl+a><alt+d>', '| two'],
  ]
  for (const [script, result] of CASES) {
    it(`makes ${JSON.stringify(result)} of ${JSON.stringify(script)}`, () => expect(write(script)).to.equal(result))
  }

  it('shows a long paste as a label that is one character, and all of it when it is pasted again', () => {
    const editor = createEditor()
    const long = Array.from({length: 500}, (_, line) => `line ${line}`).join('\n')
    editor.type('see ')
    editor.paste(long)
    expect(editor.shown()).to.equal('see [Pasted #1, 500 lines]')
    expect(editor.text()).to.equal(`see ${long}`)
    editor.press('left')
    expect(editor.draft.cursor).to.equal(4)
    editor.press('right')
    editor.paste(long)
    expect(editor.shown()).to.equal(`see ${long}`)
    editor.press('ctrl+_')
    editor.press('backspace')
    expect(editor.text()).to.equal('see ')
  })

  it('takes no control character', () => {
    const editor = createEditor()
    editor.paste('a\u001B[31mb\u0000c\r\nd\te')
    expect(editor.text()).to.equal('a[31mbc\nd\te')
  })

  it('moves by rows of the screen, and says where there is none', () => {
    const editor = createEditor()
    write('abcdefghij\nxy', editor)
    expect(editor.moveRow(-1, 6)).to.equal(true)
    expect(write('', editor)).to.equal('abcdefg|hij\nxy')
    expect(editor.moveRow(-1, 6)).to.equal(true)
    expect(write('', editor)).to.equal('ab|cdefghij\nxy')
    expect(editor.moveRow(-1, 6)).to.equal(false)
  })

  it('brings back by undo whatever any keys did, and keeps the cursor inside', () => {
    const keys = fc.constantFrom(...Object.keys(EDITING_KEYS).filter((key) => !/_|[-/]$/.test(key)))
    const act = fc.oneof(
      keys.map((key) => `<${key}>`),
      fc.constantFrom('a', ' ', '\n', '日', 'é'),
    )
    fc.assert(
      fc.property(fc.array(act, {maxLength: 30}), (script) => {
        const editor = createEditor()
        write('begin here', editor)
        editor.press('left')
        write(script.join(''), editor)
        const {atoms, cursor} = editor.draft
        expect(cursor).to.be.within(0, atoms.length)
        for (let n = 0; n < 40; n++) editor.press('ctrl+_')
        expect(editor.text()).to.equal('')
        for (let n = 0; n < 40; n++) editor.press('alt+_')
        expect(editor.text()).to.equal(atoms.join(''))
      }),
    )
  })
})

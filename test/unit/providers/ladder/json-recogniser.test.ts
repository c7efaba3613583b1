import {expect} from 'chai'
import fc from 'fast-check'
import {createJsonRecogniser} from '../../../../src/providers/ladder/json-recogniser.ts'
import type {Piece} from '../../../../src/providers/ladder/text-call.ts'

const TOOLS = new Set(['read', 'edit', 'shell'])

function joined(pieces: readonly Piece[]): Piece[] {
  const list: Piece[] = []
  for (const piece of pieces) {
    const last = list.at(-1)
    if (piece.type === 'text' && last?.type === 'text')
      list[list.length - 1] = {type: 'text', text: last.text + piece.text}
    else list.push(piece)
  }
  return list
}

function recognise(text: string, cuts: readonly number[] = []): Piece[] {
  const recogniser = createJsonRecogniser(TOOLS)
  const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort((a, b) => a - b)
  const pieces = places.flatMap((place, index) =>
    recogniser.accept(text.slice(place, places[index + 1] ?? text.length)),
  )
  return joined([...pieces, ...recogniser.end()])
}

/** The calls as [name, input], or [name, 'problem']; and the text that is left. */
function summary(text: string) {
  const pieces = recognise(text)
  const calls = pieces.flatMap((piece) =>
    piece.type === 'call' ? [[piece.call.name, piece.call.input ?? 'problem']] : [],
  )
  return {calls, text: pieces.flatMap((piece) => (piece.type === 'text' ? [piece.text] : [])).join('')}
}

const READ = '{"name": "read", "arguments": {"path": "a.txt"}}'
const CALL = ['read', {path: 'a.txt'}]

describe('tool calls as JSON in text', () => {
  const calls: Array<[string, string, unknown[]]> = [
    ['a tool_call fence', `\`\`\`tool_call\n${READ}\n\`\`\`\n`, [CALL]],
    ['a json fence', `I look.\n\n\`\`\`json\n${READ}\n\`\`\``, [CALL]],
    ['a nameless fence', `\`\`\`\n${READ}\n\`\`\``, [CALL]],
    ['a fence of tildes', `~~~json\n${READ}\n~~~`, [CALL]],
    ['a tag', `<tool_call>\n${READ}\n</tool_call>`, [CALL]],
    ['a tag with prose after it', `<tool_call>${READ}</tool_call>\nNow I wait.`, [CALL]],
    ['a tag around a fence', `<tool_call>\n\`\`\`json\n${READ}\n\`\`\`\n</tool_call>`, [CALL]],
    ['tags on one line', `<tool_call>${READ}</tool_call><tool_call>${READ}</tool_call>`, [CALL, CALL]],
    ['a bare object', `Reading:\n${READ}`, [CALL]],
    ['a bare object over lines', `{\n  "name": "read",\n  "arguments": {\n    "path": "a.txt"\n  }\n}\n`, [CALL]],
    ['two bare objects', `${READ}\n${READ}`, [CALL, CALL]],
    ['several in one fence', `\`\`\`json\n${READ}\n${READ}\n\`\`\``, [CALL, CALL]],
    ['a list', `\`\`\`json\n[${READ}, ${READ}]\n\`\`\``, [CALL, CALL]],
    ['several fences', `\`\`\`json\n${READ}\n\`\`\`\n\n\`\`\`json\n${READ}\n\`\`\``, [CALL, CALL]],
    ['parameters', '{"name": "read", "parameters": {"path": "a.txt"}}', [CALL]],
    ['arguments as a string', '{"name": "read", "arguments": "{\\"path\\": \\"a.txt\\"}"}', [CALL]],
    ['arguments first', '{"arguments": {"path": "a.txt"}, "name": "read"}', [CALL]],
    ['arguments beside the name', '<tool_call>{"name": "read", "path": "a.txt"}</tool_call>', [CALL]],
    ['a comma too many', '```tool_call\n{"name": "read", "arguments": {"path": "a.txt",},}\n```', [CALL]],
    ['a tag in capitals', `<TOOL_CALL>${READ}</TOOL_CALL>`, [CALL]],
    ['a tag without a line', `<functioncall>${READ}</functioncall>`, [CALL]],
    ['a fence of two words', `\`\`\`json tool_call\n${READ}\n\`\`\``, [CALL]],
    ['a fence of tools', `\`\`\`tool\n${READ}\n\`\`\``, [CALL]],
    ['an action', '```json\n{"action": "read", "action_input": {"path": "a.txt"}}\n```', [CALL]],
    ['a function with JSON', '<function=read>{"path": "a.txt"}</function>', [CALL]],
    [
      'an invocation',
      '<function_calls>\n<invoke name="read">\n<parameter name="path">a.txt</parameter>\n</invoke>\n</function_calls>',
      [CALL],
    ],
    ['an invocation alone', '<invoke name="read">\n<parameter name="path">a.txt</parameter>\n</invoke>', [CALL]],
    [
      'two invocations',
      `<minimax:tool_call>${'<invoke name="read"><parameter name="path">a.txt</parameter></invoke>\n'.repeat(2)}</minimax:tool_call>`,
      [CALL, CALL],
    ],
    ['keys and values', '<tool_call>read\n<arg_key>path</arg_key>\n<arg_value>a.txt</arg_value>\n</tool_call>', [CALL]],
    [
      'a name and [ARGS]',
      'Ok.\n[TOOL_CALLS]read[ARGS]{"path": "a.txt"}[TOOL_CALLS]read[ARGS]{"path": "a.txt"}',
      [CALL, CALL],
    ],
    [
      'tokens around a fence',
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>read\n```json\n{"path": "a.txt"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
      [CALL],
    ],
    [
      'tokens around JSON',
      `<｜tool▁calls▁begin｜>${'<｜tool▁call▁begin｜>read<｜tool▁sep｜>{"path": "a.txt"}<｜tool▁call▁end｜>'.repeat(2)}<｜tool▁calls▁end｜>`,
      [CALL, CALL],
    ],
    ['a function inside', `{"type": "function", "function": ${READ}}`, [CALL]],
    ['tool_calls', `{"tool_calls": [{"type": "function", "function": ${READ}}]}`, [CALL]],
    ['a marker of Mistral', `[TOOL_CALLS] [${READ}]`, [CALL]],
    ['a marker of Llama', `<|python_tag|>{"name": "read", "parameters": {"path": "a.txt"}}`, [CALL]],
    ['a fence that was not closed', `\`\`\`json\n${READ}`, [CALL]],
    ['a tag that was not closed', `<tool_call>\n${READ}\n`, [CALL]],
    ['CRLF', `\`\`\`json\r\n${READ}\r\n\`\`\`\r\n`, [CALL]],
    [
      'a raw line break in a string',
      '{"name": "shell", "arguments": {"command": "a\nb\tc"}}',
      [['shell', {command: 'a\nb\tc'}]],
    ],
    [
      'braces and quotes in strings',
      '{"name": "shell", "arguments": {"command": "echo \\"}{\\" ]"}}',
      [['shell', {command: 'echo "}{" ]'}]],
    ],
    ['an unknown tool, marked', '<tool_call>{"name": "fly", "arguments": {}}</tool_call>', [['fly', {}]]],
    ['no arguments, marked', '```tool_call\n{"name": "read"}\n```', [['read', {}]]],
    ['calls with semicolons between', `${READ}; ${READ};`, [CALL, CALL]],
    [
      'tags of Qwen',
      '<tool_call>\n<function=read>\n<parameter=path>\na.txt\n</parameter>\n</function>\n</tool_call>',
      [CALL],
    ],
    ['tags of Qwen alone', 'I look.\n<function=read>\n<parameter=path>a.txt</parameter>\n</function>', [CALL]],
    ['a call after thinking', `<think>\n${READ}\n</think>\n${READ}`, [CALL]],
  ]
  for (const [name, text, expected] of calls)
    it(`finds ${name}`, () => expect(summary(text).calls).to.deep.equal(expected))

  const malformed: Array<[string, string, string]> = [
    ['two commas', '```tool_call\n{"name": "read", "arguments": {"path": "a",,}}\n```', 'read'],
    [
      'an argument that is not closed',
      '<tool_call>read\n<arg_key>path</arg_key>\n<arg_value>a.txt\n</tool_call>',
      'read',
    ],
    ['a name without arguments', '[TOOL_CALLS]read[ARGS]', 'read'],
    ['a cut call', '{"name": "read", "arguments": {"path": "a', 'read'],
    ['arguments beside what may be one', '<tool_call>{"name": "read", "path": "a", "type": "x"}</tool_call>', 'read'],
    ['arguments that are a list', '<tool_call>{"name": "read", "arguments": ["a"]}</tool_call>', 'read'],
    ['a parameter that is not closed', '<function=read>\n<parameter=path>a.txt\n</function>', 'read'],
    ['no name', '<tool_call>{"arguments": {}}</tool_call>', 'tool_call'],
    ['a prototype', '<tool_call>{"name": "read", "arguments": {"__proto__": {"path": "a"}}}</tool_call>', 'read'],
    ['words in a call fence', '```tool_call\nread a.txt\n```', 'tool_call'],
    [
      '10,000 levels',
      `<tool_call>{"name": "read", "arguments": ${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}</tool_call>`,
      'read',
    ],
  ]
  for (const [name, text, tool] of malformed)
    it(`says what is wrong with ${name}`, () => expect(summary(text).calls).to.deep.equal([[tool, 'problem']]))

  const plain: Array<[string, string]> = [
    ['an example with prose after it', `You could write:\n\`\`\`json\n${READ}\n\`\`\`\nand it would be read.`],
    ['a tag that is written about', '<invoke name="read"> is how others write it.'],
    ['a name that is written about', '<tool_call>read is no call here.'],
    ['a thought in other words', `<Thinking>\n${READ}\n</Thinking>\nNothing to do.`],
    ['a bare example with prose after it', `${READ}\nis such a call.`],
    ['a call inside a sentence', `Write ${READ} to read.`],
    ['inline code', `\`${READ}\``],
    ['a quotation', `> ${READ}\n`],
    ['a fence of another language', `\`\`\`js\n${READ}\n\`\`\``],
    ['other JSON in a fence', '```json\n{"name": "my-package", "version": "1.0.0"}\n```'],
    ['JSON that names a tool without arguments', '{"name": "read"}'],
    ['an unknown tool, unmarked', '{"name": "fly", "arguments": {}}'],
    ['the tag in a sentence', '<tool_call> is the tag for it.'],
    ['a thought', `<think>${READ}</think>`],
    ['an indented block', `    ${READ}`],
    ['a link', '[read](a.txt) it'],
    ['lists', '- one\n- two\n\n1. {"name"\n'],
  ]
  for (const [name, text] of plain)
    it(`leaves ${name} alone`, () => expect(summary(text)).to.deep.equal({calls: [], text}))

  it('keeps the text around calls, and not the calls', () => {
    const {text} = summary(`First.\n\n\`\`\`tool_call\n${READ}\n\`\`\`\nThen.`)
    expect(text).to.equal('First.\n\nThen.')
  })

  it('holds back only what may become a call', () => {
    const recogniser = createJsonRecogniser(TOOLS)
    const text = (piece: string) =>
      recogniser
        .accept(piece)
        .flatMap((one) => (one.type === 'text' ? [one.text] : []))
        .join('')
    expect(text('A line')).to.equal('A line')
    expect(text('.\n')).to.equal('.\n')
    expect(text('{"nam')).to.equal('')
    expect(text('e": "other"')).to.equal('{"name": "other"')
    expect(text('}\n```js\nx')).to.equal('}\n```js\nx')
  })

  it('gives the same pieces wherever the text is cut, and loses none of it', () => {
    const words = fc.constantFrom(
      READ,
      '```',
      '```json\n',
      '```tool_call\n',
      '\n```\n',
      '<tool_call>',
      '</tool_call>',
      '\n',
      ' ',
      '{',
      '}',
      '"',
      '[',
      ']',
      '"name"',
      ':',
      ',',
      'prose',
      '\\',
      '<think>',
      '</think>',
      '~~~',
      '[TOOL_CALLS]',
      ' '.repeat(150),
      'x'.repeat(150),
      '\r\n',
      ';',
      '<function=read>',
      '<parameter=path>a</parameter>',
      '</function>',
      '{"name": "read", "arguments": ',
      'é😀',
    )
    fc.assert(
      fc.property(fc.array(words, {maxLength: 25}), fc.array(fc.nat(400), {maxLength: 12}), (parts, cuts) => {
        const text = parts.join('')
        const whole = recognise(text)
        expect(recognise(text, cuts)).to.deep.equal(whole)
        expect(
          recognise(
            text,
            [...text].map((_, index) => index),
          ),
        ).to.deep.equal(whole)
        let position = 0
        for (const piece of whole) {
          if (piece.type !== 'text') continue
          const found = text.indexOf(piece.text, position)
          expect(found).to.be.at.least(position)
          position = found + piece.text.length
        }
        if (whole.every((piece) => piece.type === 'text')) expect(position).to.equal(text.length)
      }),
      {numRuns: 1500},
    )
  })

  for (const [name, text] of Object.entries({
    braces: '{'.repeat(1_000_000),
    'brackets behind a marker': `[TOOL_CALLS]${'['.repeat(1_000_000)}`,
    'an unclosed fence': `\`\`\`json\n{"name": "read", "arguments": {"path": "${'x'.repeat(1_000_000)}`,
    backticks: '`'.repeat(1_000_000),
    blanks: ' '.repeat(1_000_000),
    'opening tags': '<tool_call>'.repeat(100_000),
    'lines of braces': '{\n'.repeat(500_000),
    'quotes in a call': `<tool_call>{"name": ${'"'.repeat(1_000_000)}`,
    'empty objects in a tag': `<tool_call>${'{}'.repeat(300_000)}</tool_call>`,
  })) {
    it(`passes a megabyte of ${name} through in good time`, () => {
      const started = performance.now()
      const recogniser = createJsonRecogniser(TOOLS)
      for (let place = 0; place < text.length; place += 7) recogniser.accept(text.slice(place, place + 7))
      recogniser.end()
      expect(performance.now() - started).to.be.below(5000)
    })
  }
})

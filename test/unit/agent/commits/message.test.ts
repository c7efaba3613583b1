import {expect} from 'chai'
import fc from 'fast-check'
import {messageFrom, messageFromPrompt, messageRequest, withAttribution} from '../../../../src/agent/commits/message.ts'

describe('a commit message from a model', () => {
  it('is taken out of what models put around it', () => {
    const plain = 'Read the file once\n\nTwice was slow.'
    for (const answer of [
      plain,
      `\n\n${plain}\n`,
      `\`\`\`\n${plain}\n\`\`\``,
      `\`\`\`text\n${plain}\n\`\`\``,
      `<think>Which words?\nThese.</think>\n${plain}`,
      `Commit message: ${plain}`,
      `"Read the file once"\n\nTwice was slow.`,
      `${plain}\n\nCo-authored-by: A Model <model@example.com>\nSigned-off-by: Nobody <n@example.com>`,
      plain.replaceAll('\n', '\r\n'),
    ])
      expect(messageFrom(answer)).to.equal(plain)
    for (const answer of ['', ' \n ', '```\n```', '<think>nothing</think>', '""'])
      expect(messageFrom(answer)).to.equal(undefined)
  })

  it('is text that a terminal and git can show, whatever came', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 500}), (answer) => {
        const message = messageFrom(answer)
        if (message === undefined) return
        expect(message).to.match(/\S/)
        expect(message).to.not.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
        expect([...(message.split('\n')[0] ?? '')].length).to.be.at.most(100)
      }),
    )
  })

  it('falls back on what was asked for', () => {
    expect(messageFromPrompt('fix it\nplease')).to.equal('fix it')
    expect(messageFromPrompt('   ')).to.equal('Change files with vibe')
    expect([...messageFromPrompt('é'.repeat(200))]).to.have.length(100)
  })

  it('is attributed as configured, on lines of its own', () => {
    expect(withAttribution('A', 'none', 'm')).to.equal('A')
    expect(withAttribution('A\n', 'trailer', 'm/1')).to.equal('A\n\nAssisted-by: vibe (m/1)')
    expect(withAttribution('A', 'co-author', 'm\nEvil: <x>')).to.match(
      /^A\n\nCo-authored-by: vibe \(mEvil: x\) <noreply@[^\n]+>$/,
    )
  })

  it('is asked for with the material apart from the instructions', () => {
    const text = messageRequest({
      patch: '',
      files: Array.from({length: 100}, (_, n) => `changed f${n}`),
      recent: ['Add x'],
    })
    expect(text).to.contain('and 40 more').and.contain('Add x').and.contain('<diff>\n(nothing that may be shown)')
  })
})

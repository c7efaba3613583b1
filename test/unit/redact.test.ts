import {expect} from 'chai'
import fc from 'fast-check'
import {redact, redactKnown} from '../../src/redact.ts'

const encodings: Record<string, (secret: string) => string> = {
  plain: (secret) => secret,
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  URL: (secret) => encodeURIComponent(secret),
  JSON: (secret) => JSON.stringify(secret).slice(1, -1),
}

describe('redact', () => {
  const secret = fc.string({minLength: 10, maxLength: 60}).filter((text) => !'[redacted]'.includes(text))
  const around = fc.string({maxLength: 20})

  for (const [name, encode] of Object.entries(encodings)) {
    it(`lets no secret survive as ${name}`, () => {
      fc.assert(
        fc.property(secret, around, around, (key, left, right) => {
          expect(redact(left + encode(key) + right, [key])).to.not.contain(encode(key))
        }),
      )
    })
  }

  it('finds a secret inside longer base64, wherever it begins', () => {
    fc.assert(
      fc.property(secret, fc.stringMatching(/^[a-z]{0,8}$/), (key, user) => {
        const clean = redact(`x=${Buffer.from(`${user}:${key}`).toString('base64')}`, [key])
        expect(clean).to.contain('[redacted]')
        expect(Buffer.from(clean, 'base64').toString()).to.not.contain(key)
      }),
    )
  })

  it('takes several secrets out, the longer of two first', () => {
    expect(redact('a=abcdefghijklm b=abcdefghij', ['abcdefghij', 'abcdefghijklm'])).to.equal(
      'a=[redacted] b=[redacted]',
    )
  })

  const unknown: Array<[string, string]> = [
    ['Authorization: Bearer abc.def', 'Authorization: [redacted]'],
    ['{"authorization":"Basic dTpw","x":1}', '{"authorization":"[redacted]","x":1}'],
    ["'x-api-key': 'short'", "'x-api-key': '[redacted]'"],
    ['cookie: a=1; b=2\r\nhost: x', 'cookie: [redacted]\r\nhost: x'],
    ['set-cookie: session=1', 'set-cookie: [redacted]'],
    ['{\\"x-api-key\\":\\"abc\\"}', '{\\"x-api-key\\":\\"[redacted]\\"}'],
    ['the key sk-proj-abcdefgh_1234 is wrong', 'the key [redacted] is wrong'],
    ['sk-ant-api03-abcdefgh', '[redacted]'],
    ['ghp_abcdefghijklmnop1234', '[redacted]'],
    ['AIzaSyA1234567890abcdefghijk', '[redacted]'],
    ['sent with Bearer abcdefgh12345', 'sent with Bearer [redacted]'],
    ['https://me:pass@proxy:3128/x', 'https://[redacted]@proxy:3128/x'],
    ['https://h/v1?alt=sse&key=abc123', 'https://h/v1?alt=sse&key=[redacted]'],
  ]
  for (const [text, clean] of unknown) it(`knows ${text} by its shape`, () => expect(redact(text, [])).to.equal(clean))

  it('keeps a line of JSON a line of JSON', () => {
    const names = fc.constantFrom('cookie', 'authorization', 'x-api-key', 'url', 'text')
    const words = fc.array(
      fc.constantFrom(
        'cookie: ',
        'api-key=',
        '"',
        '\\',
        '\n',
        'bearer abcdefghij',
        '//a:b@',
        '?key=',
        'sk-abcdefghijk',
        '}',
        ',',
        "'",
        'the-key-12345',
      ),
    )
    const value = fc.oneof(
      words.map((list) => list.join('')),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant({}),
      fc.constant([]),
    )
    fc.assert(
      fc.property(fc.dictionary(names, fc.oneof(value, fc.dictionary(names, value))), (record) => {
        for (const line of [JSON.stringify(record), JSON.stringify({inner: JSON.stringify(record)})]) {
          const clean = JSON.parse(redact(line, ['the-key-12345'])) as object
          expect(JSON.stringify(clean)).to.not.contain('the-key-12345')
        }
      }),
      {numRuns: 1000},
    )
  })

  it('can be held to the known secrets', () => {
    expect(redactKnown('authorization: my-secret-key and sk-other-key-123', ['my-secret-key'])).to.equal(
      'authorization: [redacted] and sk-other-key-123',
    )
  })

  it('leaves ordinary text and short values alone', () => {
    const text = 'The basic idea: ask-me-anything, true or false; see http://localhost:11434/v1 and key=value'
    expect(redact(text, ['true', 'a', ''])).to.equal(text)
  })

  it('stays quick on a hostile megabyte', () => {
    // Time of the processor, which a busy machine does not stretch.
    const started = process.cpuUsage()
    for (const piece of ['//a:', 'eyJ-', 'sk-', 'cookie:', 'bearer ', '?key=', 'a:b@//', 'authorization: bearer '])
      redact(piece.repeat(16_384), ['some-secret-key'])
    const {user, system} = process.cpuUsage(started)
    expect((user + system) / 1000).to.be.below(3000)
  }).timeout(20_000)
})

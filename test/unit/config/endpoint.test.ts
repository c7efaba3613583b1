import {expect} from 'chai'
import {checkApiKey} from '../../../src/config/api-key.ts'
import {checkEndpoint} from '../../../src/config/endpoint.ts'
import {VibeError} from '../../../src/errors.ts'

const local = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  '127.0.0.1',
  '127.255.255.254',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0x7f.1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '0.0.0.0',
  '[fc00::1]',
  '[fd12:3456::1]',
  '[fe80::1]',
  '[febf::1]',
  '[::ffff:10.0.0.1]',
  '①②⑦.0.0.1',
]
const foreign = [
  'example.test',
  'localhost.evil.test',
  '127.0.0.1.evil.test',
  'notlocalhost',
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '11.0.0.1',
  '1.10.0.1',
  '169.254.169.254',
  '169.254.1.1',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[fd00:ec2::254]',
  '[fec0::1]',
  '[2001:db8::1]',
  '[::ffff:8.8.8.8]',
  '2852039166',
  '10.evil.test',
  '127.0.0.1x',
]

describe('endpoints', () => {
  for (const host of local) {
    it(`takes ${host} as local`, () => expect(checkEndpoint(`http://${host}:8080/v1/`).local).to.equal(true))
  }
  for (const host of foreign) {
    it(`takes ${host} as foreign`, () => {
      expect(checkEndpoint(`https://${host}/v1`).local).to.equal(false)
      expect(() => checkEndpoint(`http://${host}/v1`)).to.throw(VibeError, 'plain http')
      expect(checkEndpoint(`http://${host}/v1`, {insecure: true}).local).to.equal(false)
    })
  }

  for (const [url, type] of [
    ['https://api.openai.com/v1', 'openai'],
    ['https://api.anthropic.com', 'anthropic'],
    ['http://localhost:11434', 'ollama'],
    ['http://127.0.0.1:1234/v1', 'lm-studio'],
    ['http://192.168.0.5:8000/v1', 'local'],
    ['https://gateway.test/v1', 'generic'],
    ['https://api.openai.com.evil.test/v1', 'generic'],
  ] as const) {
    it(`detects ${type} from ${url}`, () => expect(checkEndpoint(url).type).to.equal(type))
  }

  it('cleans what was pasted', () => {
    expect(checkEndpoint(' "https://HOST.test/v1///" \n').url).to.equal('https://host.test/v1')
    expect(checkEndpoint('https://host.test').url).to.equal('https://host.test')
  })

  for (const url of [
    '',
    'localhost:11434',
    'host.test/v1',
    'ftp://x.test',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'https://user:pass-word@x.test',
    'https://x.test/v1?key=pass-word',
    'https://x.test/#a',
    'https://exa mple.test',
  ]) {
    it(`refuses "${url}"`, () => {
      expect(() => checkEndpoint(url))
        .to.throw(VibeError)
        .with.property('code', 'endpoint-invalid')
      expect(() => checkEndpoint(url))
        .to.throw()
        .with.property('message')
        .that.does.not.contain('pass-word')
    })
  }
})

describe('keys', () => {
  for (const text of [
    'abcdefghij0',
    ' abcdefghij0\n',
    '"abcdefghij0"',
    "'abcdefghij0'",
    'export OPENAI_API_KEY=abcdefghij0',
    'export OPENAI_API_KEY="abcdefghij0";',
    'OPENAI_API_KEY=abcdefghij0\r\n',
    'Bearer abcdefghij0',
    'Authorization: Bearer abcdefghij0',
    '\uFEFFabcdefghij0',
    '"export X_KEY=\'abcdefghij0\'"',
  ]) {
    it(`frees the key in ${JSON.stringify(text)}`, () => expect(checkApiKey(text)).to.equal('abcdefghij0'))
  }
  for (const [text, reason] of [
    ['', 'empty'],
    ['""', 'empty'],
    ['short', 'has 5 characters'],
    ['abcdefghij klmno', 'white space'],
    ['abcdefghij\nklmnopqrs', 'white space'],
    ['“abcdefghijk”', 'no key has'],
    ['abcdefghij\u0000x', 'no key has'],
  ] as const) {
    it(`refuses ${JSON.stringify(text)} and says why`, () => {
      expect(() => checkApiKey(text))
        .to.throw(VibeError, reason)
        .with.property('exit', 4)
      if (text.length > 5)
        expect(() => checkApiKey(text))
          .to.throw()
          .with.property('message')
          .that.does.not.contain('abcdefg')
    })
  }
  it('leaves padding alone', () => expect(checkApiKey('QUJDREVGR0hJSg==')).to.equal('QUJDREVGR0hJSg=='))
})

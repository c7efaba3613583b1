import {expect} from 'chai'
import {existsSync, readFileSync} from 'node:fs'

const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')) as unknown

describe('the LM Studio package', () => {
  it('is data alone: a local address, a protocol, no key needed', () => {
    expect(read('vibe.provider.json')).to.deep.include({
      id: 'lmstudio',
      protocol: 'openai-chat',
      endpoint: {default: 'http://127.0.0.1:1234/v1', overridable: true, local: true},
    })
    expect(read('vibe.provider.json')).to.have.nested.property('auth[0].kind', 'none')
    expect(existsSync(new URL('../src', import.meta.url))).to.equal(false)
  })

  it('ships its manifest and needs nothing else', () => {
    expect(read('package.json')).to.deep.include({
      files: ['vibe.provider.json'],
      oclif: {},
      vibe: {apiVersion: 1, providers: ['./vibe.provider.json']},
    })
    expect(read('package.json')).to.not.have.any.keys('dependencies', 'main', 'scripts')
  })
})

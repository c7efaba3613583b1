import {expect} from 'chai'
import fc from 'fast-check'
import {VibeError} from '../../../../src/errors.ts'
import {packageNameOf} from '../../../../src/providers/scaffold/package-name.ts'
import {scaffoldManifest} from '../../../../src/providers/scaffold/scaffold-manifest.ts'

function refusal(run: () => unknown): VibeError {
  try {
    run()
  } catch (error) {
    if (error instanceof VibeError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('the name of a new provider', () => {
  it('may be an id, a package name, or one with a scope', () => {
    expect(packageNameOf('acme')).to.deep.equal({id: 'acme', name: 'vibe-provider-acme'})
    expect(packageNameOf('vibe-provider-acme-2')).to.deep.equal({id: 'acme-2', name: 'vibe-provider-acme-2'})
    expect(packageNameOf('@org/vibe-provider-acme')).to.deep.equal({id: 'acme', name: '@org/vibe-provider-acme'})
  })

  const bad = ['', '-', '../x', 'a/b', '@org/acme', '@/vibe-provider-a', 'Acme', 'a_b', 'a--b', '1a', 'a.b', 'a b', '.']
  for (const name of [...bad, 'x'.repeat(41), 'vibe-provider-', '@../vibe-provider-a', 'a\u001b[2J', 'con:', 'аcme'])
    it(`is not ${JSON.stringify(name)}`, () => {
      const error = refusal(() => packageNameOf(name))
      expect(error).to.include({code: 'name-invalid', exit: 2})
      expect(error.message).to.not.match(/[\u0000-\u001f]/)
    })

  for (const [name, owner] of [
    ['openai', 'vibe-provider-openai'],
    ['open-ai', 'vibe-provider-openai'],
    ['openai-c0mpatible', 'vibe-provider-openai-compatible'],
    ['openal', 'vibe-provider-openai'],
    ['anthroplc', 'vibe-provider-anthropic'],
    ['lm-studio', 'vibe-provider-lmstudio'],
    ['lrnstudio', 'vibe-provider-lmstudio'],
    ['@org/vibe-provider-ollama', 'vibe-provider-ollama'],
    ['o11ama', 'vibe-provider-ollama'],
  ] as const)
    it(`is not ${name}, which is or looks like ours`, () => {
      expect(refusal(() => packageNameOf(name)).message).to.contain(owner)
    })

  it('is proposed in the right spelling', () => {
    expect(refusal(() => packageNameOf('Acme AI')).hint).to.equal('vibe provider:create acme-ai')
    expect(refusal(() => packageNameOf('@org/Acme')).hint).to.equal('vibe provider:create acme')
  })

  it('makes a package that the strict rules accept, or is refused', () => {
    const word = fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9-]{1,45}$/), fc.stringMatching(/^@?[a-z/-]{1,20}$/))
    fc.assert(
      fc.property(word, (typed) => {
        try {
          const {id, name} = packageNameOf(typed)
          expect(scaffoldManifest({id, kind: 'code'})).to.have.property('id', id)
          expect(name).to.match(/^(@[a-z0-9][a-z0-9._-]*\/)?vibe-provider-[a-z][a-z0-9-]*$/)
        } catch (error) {
          expect(error).to.be.instanceOf(VibeError).and.include({exit: 2})
        }
      }),
    )
  })
})

describe('the manifest of a new provider', () => {
  const made = (request: object) => scaffoldManifest({id: 'acme', kind: {protocol: 'openai-chat'}, ...request})

  it('holds the address, the key and the model that were named', () => {
    const named = {endpoint: 'https://llm.acme.dev/v1/', keyVariable: 'ACME_TOKEN', model: 'big'}
    expect(made(named)).to.deep.include({
      protocol: 'openai-chat',
      endpoint: {default: 'https://llm.acme.dev/v1', env: ['ACME_BASE_URL']},
      auth: [{kind: 'api-key', env: ['ACME_TOKEN']}],
      models: {source: 'live', default: 'big'},
    })
  })

  it('asks for no key where there is none, and may take one on this computer', () => {
    expect(made({keyVariable: false})).to.deep.include({auth: [{kind: 'none'}]})
    const local = made({endpoint: 'http://localhost:8080'})
    expect(local).to.have.nested.property('endpoint.local', true)
    expect(local).to.have.nested.property('auth[0].kind', 'none')
    expect(local).to.have.nested.property('auth[1].optional', true)
  })

  for (const endpoint of [
    'http://api.acme.dev',
    'ftp://a.dev',
    'nonsense',
    '',
    'https://a.dev/?key=1',
    'https://k:v@a.dev',
    'javascript:alert(1)',
    `https://a.dev/${'x'.repeat(400)}`,
  ])
    it(`takes no address like ${JSON.stringify(endpoint.slice(0, 30))}`, () => {
      expect(refusal(() => made({endpoint}))).to.have.property('exit', 2)
    })

  for (const keyVariable of ['', 'lower', 'A-B', 'VIBE_CODER_API_KEY', 'A B', '__proto__'])
    it(`takes no variable like ${JSON.stringify(keyVariable)}`, () => {
      expect(refusal(() => made({keyVariable})).message).to.contain('--key-env')
    })

  it('takes no model with control characters', () => {
    expect(refusal(() => made({model: 'a\u001bb'}))).to.have.property('exit', 2)
  })
})

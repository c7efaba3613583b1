import {expect} from 'chai'
import {readdirSync, readFileSync} from 'node:fs'
import {manifests} from './manifests.ts'

const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  vibe: {providers: string[]}
}
const quirksKnown = ['chat.ts', 'place.ts', 'provider.ts', 'ways.ts']
  .map((name) => readFileSync(new URL(`../../vibe-provider-openai-compatible/src/${name}`, import.meta.url), 'utf8'))
  .join('')

describe('the manifests of services', () => {
  it('are all named in package.json, each in a file called after its id', () => {
    const files = readdirSync(new URL('../services', import.meta.url)).toSorted()
    expect(pjson.vibe.providers.toSorted()).to.deep.equal(files.map((file) => `./services/${file}`))
    expect(manifests().map(({id}) => `${id}.json`)).to.deep.equal(files)
  })

  it('hold no code and need nothing', () => {
    expect(pjson).to.not.have.any.keys('dependencies', 'devDependencies', 'peerDependencies', 'main', 'scripts')
    expect(manifests().filter((manifest) => 'entry' in manifest)).to.deep.equal([])
  })

  for (const {id, models, quirks = [], endpoint, auth} of manifests()) {
    it(`${id}: dated, its prices in a currency, its default in the catalogue`, () => {
      expect(models.asOf).to.match(/^20\d\d-\d\d-\d\d$/)
      expect(Date.parse(models.asOf ?? '')).to.be.lessThan(Date.parse('2026-11-26'))
      const priced = (models.catalog ?? []).filter(({price}) => price !== undefined)
      if (priced.length > 0) expect(models.currency).to.equal('USD')
      for (const {id: model, price} of priced) expect(price, model).to.not.deep.equal({input: 0, output: 0})
      if (models.catalog) expect(models.catalog.map((model) => model.id)).to.include(models.default)
    })

    it(`${id}: a quirk of it is known to the code that speaks to it`, () => {
      for (const quirk of quirks) expect(quirksKnown).to.include(`'${quirk}'`)
    })

    it(`${id}: an address without a trailing slash and a variable for the key`, () => {
      expect(endpoint.default).to.match(endpoint.local ? /^http:\/\/127\.0\.0\.1:\d+\/v1$/ : /^https:\/\/.*[^/]$/)
      const key = auth.find(({kind}) => kind === 'api-key')
      expect(key?.env?.[0]).to.match(/_(KEY|TOKEN)$/)
      if (endpoint.local) expect(auth[0]?.kind).to.equal('none')
    })
  }
})

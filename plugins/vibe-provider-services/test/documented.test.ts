import {expect} from 'chai'
import {readFileSync} from 'node:fs'
import {manifests} from './manifests.ts'

const page = readFileSync(new URL('../../../docs/providers.md', import.meta.url), 'utf8')

describe('docs/providers.md', () => {
  for (const {id, auth, quirks = [], models} of manifests()) {
    it(`says of ${id} what its manifest does`, () => {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${id}\``)) ?? ''
      const variables = auth.flatMap(({env = []}) => env)
      for (const word of [...variables, ...quirks, models.asOf ?? '']) expect(row).to.include(word)
    })
  }

  it('explains every quirk that is used', () => {
    for (const quirk of manifests().flatMap(({quirks = []}) => quirks)) expect(page).to.include(`\n| \`${quirk}\``)
  })
})

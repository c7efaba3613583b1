import {expect} from 'chai'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {renderValidators} from '../../../src/build/validators.ts'

const root = join(import.meta.dirname, '../../..')

describe('precompiled validators', () => {
  it('are what their schemas compile to', async function () {
    this.timeout(20_000)
    const rendered = await renderValidators()
    expect([...rendered.keys()]).to.include('src/schema/provider-manifest.validator.cjs')
    const stale: string[] = []
    for (const [file, text] of rendered) if ((await readFile(join(root, file), 'utf8')) !== text) stale.push(file)
    expect(stale, 'run `npm run build` and commit these').to.deep.equal([])
  })

  it('need nothing at run time', async () => {
    const text = await readFile(join(root, 'src/schema/provider-manifest.validator.cjs'), 'utf8')
    const withoutStrings = text.replace(/'require\([^']*'/g, '')
    expect(withoutStrings).to.not.match(/\brequire\(/)
  })
})

import {expect} from 'chai'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'

let sandbox: Sandbox

describe('what is piped in', function () {
  this.timeout(60_000)
  beforeEach(() => (sandbox = createSandbox()))
  afterEach(() => sandbox.remove())

  it('is never taken for an argument that is missing, least of all a key', async () => {
    const key = 'sk-piped-0123456789abcdef'
    for (let time = 0; time < 5; time++) {
      const {code, stdout, stderr} = await sandbox.vibe(['provider:update', '--key-stdin'], {input: key})
      expect(code).to.equal(2)
      expect(stdout + stderr)
        .to.contain('NAME')
        .and.not.to.contain(key)
    }
  })
})

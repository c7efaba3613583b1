import {expect} from 'chai'
import fc from 'fast-check'
import {VibeError} from '../../../src/errors.ts'
import {endpointFromVariable} from '../../../src/providers/endpoint-variable.ts'

const LOCAL = 'http://127.0.0.1:11434'
const read = (text: string, usual = LOCAL) => endpointFromVariable(text, 'OLLAMA_HOST', usual)

function failure(text: string, usual = LOCAL): VibeError {
  try {
    read(text, usual)
  } catch (error) {
    if (error instanceof VibeError) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe('endpointFromVariable', () => {
  for (const [text, url] of [
    ['http://192.168.1.5:9999/', 'http://192.168.1.5:9999'],
    ['https://models.example', 'https://models.example'],
    ['localhost', 'http://localhost:11434'],
    ['localhost:8000', 'http://localhost:8000'],
    ['10.0.0.7:8000/ollama', 'http://10.0.0.7:8000/ollama'],
    [':8000', 'http://127.0.0.1:8000'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:8000', 'http://127.0.0.1:8000'],
    ['[::]:8000', 'http://127.0.0.1:8000'],
    ['[::1]', 'http://[::1]:11434'],
  ] as const) {
    it(`reads ${text}`, () => expect(read(text)).to.equal(url))
  }

  it('refuses plain http to another network, and names the variable', () => {
    expect(failure('models.example:11434')).to.include({code: 'endpoint-invalid', origin: 'OLLAMA_HOST', exit: 3})
  })

  it('completes nothing for a service that is reached over https', () => {
    expect(failure('gateway.example:443', 'https://api.example')).to.include({code: 'endpoint-invalid'})
  })

  it('gives a URL or a VibeError for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\w.:/[\]@?#-]*$/)), (text) => {
        try {
          expect(URL.canParse(read(text))).to.equal(true)
        } catch (error) {
          if (!(error instanceof VibeError)) throw error
        }
      }),
    )
  })
})

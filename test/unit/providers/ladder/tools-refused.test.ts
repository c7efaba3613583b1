import {expect} from 'chai'
import {ProviderError, type ProviderErrorCode} from 'vibe-plugin-api'
import {refusesTools} from '../../../../src/providers/ladder/tools-refused.ts'

const failed = (message: string, code: ProviderErrorCode = 'invalid-request') =>
  new ProviderError({code, message, retryable: false})

describe('refusesTools', () => {
  const refusals: Array<[string, ProviderErrorCode?]> = [
    ['registry.ollama.ai/library/gemma:2b does not support tools', 'unsupported'],
    ['`tool calling` is not supported with this model'],
    ['"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'],
    ['tools param requires --jinja flag', 'server-error'],
    ['No endpoints found that support tool use. Try disabling "read".', 'model-not-found'],
    ['Unrecognized request argument supplied: tools'],
    ["This model doesn't support function calling."],
    ['Extra inputs are not permitted: body.tools'],
    ['unknown field `tools`'],
    ['tools is not supported in this model'],
    ['Tool use is currently not available for tiny'],
    ['functions are unsupported'],
    ['Tool use is disabled for this deployment'],
    ['This model cannot use tools'],
    ['body.tools: Extra inputs are not permitted'],
  ]
  for (const [message, code] of refusals)
    it(`takes "${message}" for one`, () => expect(refusesTools(failed(message, code))).to.equal(true))

  const others: Array<[string, ProviderErrorCode?]> = [
    ['temperature is not supported with this model'],
    ["An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'."],
    ['messages with role "tool" must be a response to a preceding message with "tool_calls"'],
    ['This model does not support image input'],
    ['told to fail'],
    ['this key does not support tools', 'permission-denied'],
    ['max tokens is too large'],
  ]
  for (const [message, code] of others)
    it(`leaves "${message}" alone`, () => expect(refusesTools(failed(message, code))).to.equal(false))

  it('knows no other errors', () => expect(refusesTools(new Error('does not support tools'))).to.equal(false))
})

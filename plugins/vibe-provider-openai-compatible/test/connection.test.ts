import {expect} from 'chai'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {openaiChatReply, sseEvent, type Reply, type Step} from 'vibe-plugin-testkit'
import {answerOf, endOf, textOf, withServer} from './helpers.ts'

describe('the connection of openai-compatible', () => {
  it('serves one answer after the other', async () => {
    let connections = 0
    const server = createServer((request, response) => {
      const {headers = {}, steps} = openaiChatReply({text: 'again'})
      response.writeHead(200, headers)
      for (const step of steps) if ('write' in step) response.write(step.write)
      request.resume().on('end', () => response.end())
    })
    server.on('connection', () => connections++)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const {port} = server.address() as AddressInfo
    for (let turn = 0; turn < 6; turn++) expect(textOf(await answerOf(`http://127.0.0.1:${port}`))).to.equal('again')
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    // Now and then the end of a body comes too late for the next call.
    expect(connections).to.be.at.most(3)
  })

  const after: Array<[string, Step[]]> = [
    ['nothing more and no end', [{stall: true}]],
    ['a break', [{destroy: true}]],
    ['more text', [{write: sseEvent({choices: [{index: 0, delta: {content: 'ghost'}}]})}, {stall: true}]],
  ]
  for (const [what, steps] of after) {
    it(`is left within half a second when [DONE] is followed by ${what}`, async () => {
      const said = [sseEvent({choices: [{index: 0, delta: {content: 'all'}}]}), 'data: [DONE]\n\n']
      const reply: Reply = {
        headers: {'content-type': 'text/event-stream'},
        steps: [...said.map((write) => ({write})), {waitMs: 5}, ...steps],
      }
      await withServer(
        () => reply,
        async ({url}) => {
          const started = performance.now()
          const events = await answerOf(url)
          expect(performance.now() - started).to.be.below(500)
          expect(textOf(events)).to.equal('all')
          expect(endOf(events).stopReason).to.equal('end-turn')
        },
      )
    })
  }
})

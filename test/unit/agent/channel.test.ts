import {expect} from 'chai'
import {createChannel} from '../../../src/agent/channel.ts'

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('channel', () => {
  it('hands on in order what was pushed before, while and after the reader waits', async () => {
    const channel = createChannel<number>()
    channel.push(1)
    const read = collect(channel)
    await Promise.resolve()
    channel.push(2)
    await new Promise((resolve) => setImmediate(resolve))
    channel.push(3)
    channel.push(4)
    channel.end()
    expect(await read).to.deep.equal([1, 2, 3, 4])
  })

  it('delivers what came before a failure, then the failure', async () => {
    const channel = createChannel<number>()
    channel.push(1)
    channel.fail(new Error('broken'))
    const seen: number[] = []
    const reading = (async () => {
      for await (const item of channel) seen.push(item)
    })()
    expect(await reading.catch((error: Error) => error.message)).to.equal('broken')
    expect(seen).to.deep.equal([1])
  })

  it('takes 200,000 items in well under a second', async () => {
    const channel = createChannel<number>()
    const read = collect(channel)
    for (let n = 0; n < 200_000; n++) channel.push(n)
    channel.end()
    const started = performance.now()
    expect(await read).to.have.length(200_000)
    expect(performance.now() - started).to.be.below(2000)
  })
})

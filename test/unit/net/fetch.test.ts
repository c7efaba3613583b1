import {execFile} from 'node:child_process'
import {createServer} from 'node:net'
import type {AddressInfo} from 'node:net'
import {promisify} from 'node:util'
import {expect} from 'chai'
import {type Reply, startScriptedServer} from 'vibe-plugin-testkit'
import {createFetch} from '../../../src/net/fetch.ts'
import {proxyEnvironment, useProxy} from '../../../src/net/proxy.ts'

const online = () => createFetch({env: {}, offline: false})
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as Error & Record<string, unknown>,
  )
const redirect = (location: string, status = 307): Reply => ({status, headers: {location}, steps: []})

describe('createFetch', () => {
  it('sends what it is given and streams the answer', async () => {
    const server = await startScriptedServer(() => ({steps: [{write: 'a'}, {waitMs: 20}, {write: 'b'}]}))
    const response = await online()(`${server.url}/v1`, {
      method: 'POST',
      body: '{"x":1}',
      headers: {authorization: 'Bearer k'},
    })
    expect(await response.text()).to.equal('ab')
    expect(server.requests[0]).to.deep.include({method: 'POST', path: '/v1', json: {x: 1}})
    expect(server.requests[0]?.headers).to.include({authorization: 'Bearer k'})
    const again = await online()(new Request(`${server.url}/v2`, {method: 'PUT', body: 'x'}))
    expect(again.status).to.equal(200)
    expect(server.requests[1]).to.deep.include({method: 'PUT', path: '/v2', body: 'x'})
    await server.close()
  })

  it('aborts as the signal says, also in the middle of the body', async () => {
    const server = await startScriptedServer(() => ({steps: [{write: 'a'}, {stall: true}]}))
    const controller = new AbortController()
    const response = await online()(server.url, {signal: controller.signal})
    setTimeout(() => controller.abort(), 20)
    expect(await failure(response.text())).to.include({name: 'AbortError'})
    await server.close()
  })

  it("switches Node's own timers off for each request", async () => {
    const seen: object[] = []
    const server = await startScriptedServer(() => ({steps: [{write: 'a'}]}))
    await (await fetch(server.url)).text()
    const key =
      Symbol.for('undici.globalDispatcher.2') in globalThis
        ? Symbol.for('undici.globalDispatcher.2')
        : Symbol.for('undici.globalDispatcher.1')
    const known = globalThis as unknown as Record<symbol, {dispatch: (options: object, handler: object) => boolean}>
    const original = known[key]
    known[key] = {
      dispatch: (options: object, handler: object) => (
        seen.push(options),
        original?.dispatch(options, handler) ?? false
      ),
    }
    await (await online()(server.url)).text()
    if (original) known[key] = original
    expect(seen).to.have.length(1)
    expect(seen[0]).to.include({headersTimeout: 0, bodyTimeout: 0})
    await server.close()
  })

  describe('offline', () => {
    const offline = createFetch({env: {}, offline: true})
    for (const url of [
      'https://api.openai.com/v1',
      'http://192.0.2.1/',
      'http://169.254.169.254/latest',
      'http://[fd00:ec2::254]/',
    ]) {
      it(`refuses ${url}`, async () => {
        expect(await failure(offline(url))).to.include({
          code: 'offline',
          message: `Offline mode is on, and ${new URL(url).origin} is not a local address.`,
          exit: 3,
        })
      })
    }

    it('reaches this machine, in any spelling of it', async () => {
      const server = await startScriptedServer(() => ({steps: [{write: 'here'}]}))
      const {port} = new URL(server.url)
      for (const host of ['127.0.0.1', 'localhost', '0x7f.1', '2130706433'])
        expect(await (await offline(`http://${host}:${port}`)).text(), host).to.equal('here')
      await server.close()
    })
  })

  describe('redirects', () => {
    it('follow within one origin, with method, headers and body', async () => {
      const server = await startScriptedServer((_, index) =>
        index === 0 ? redirect('/v1/chat/') : {steps: [{write: 'ok'}]},
      )
      const response = await online()(`${server.url}/v1/chat`, {method: 'POST', body: 'b', headers: {'x-api-key': 'k'}})
      expect(await response.text()).to.equal('ok')
      expect(server.requests[1]).to.deep.include({method: 'POST', path: '/v1/chat/', body: 'b'})
      expect(server.requests[1]?.headers).to.include({'x-api-key': 'k'})
      await server.close()
    })

    it('never lead to another origin, which gets nothing', async () => {
      const thief = await startScriptedServer(() => ({steps: []}))
      const server = await startScriptedServer(() => redirect(`${thief.url}/x?token=1`))
      const error = await failure(online()(server.url, {headers: {authorization: 'Bearer k'}}))
      expect(error).to.include({code: 'redirect-refused', exit: 5})
      expect(error?.message).to.equal(
        `${server.url}/ redirects to ${thief.url}/x (307), which was not followed: a key must not follow to another server.`,
      )
      expect(thief.requests).to.have.length(0)
      await Promise.all([server.close(), thief.close()])
    })

    const refused: Array<[string, Reply, RequestInit]> = [
      ['that go round in circles', redirect('/again'), {}],
      ['that would turn a POST into a GET', redirect('/x', 302), {method: 'POST', body: 'b'}],
      ['to no address', redirect('http://[', 302), {}],
      ['to a file', redirect('file:///etc/passwd', 302), {}],
      [
        'of a body that was a stream',
        redirect('/x'),
        {method: 'POST', body: new Blob(['b']).stream(), duplex: 'half'} as RequestInit,
      ],
    ]
    for (const [name, reply, init] of refused) {
      it(`${name} are refused`, async () => {
        const server = await startScriptedServer(() => reply)
        expect(await failure(online()(server.url, init))).to.include({code: 'redirect-refused'})
        expect(server.requests.length).to.be.at.most(6)
        await server.close()
      })
    }

    it('are left to a caller who wants to see them', async () => {
      const server = await startScriptedServer(() => redirect('https://example.com/'))
      expect((await online()(server.url, {redirect: 'manual'})).status).to.equal(307)
      await server.close()
    })
  })

  describe('with a proxy', () => {
    it('sends everything but loopback through it, also what got sends', async () => {
      const asked: string[] = []
      const proxy = createServer((socket) => {
        socket
          .on('error', () => undefined)
          .once('data', (data) => {
            asked.push(data.toString().split(' ').slice(0, 2).join(' '))
            socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n')
          })
      })
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
      const target = await startScriptedServer(() => ({steps: [{write: 'direct'}]}))
      const address = `http://me:secret@127.0.0.1:${(proxy.address() as AddressInfo).port}`
      const {stdout} = await run(address, target.url)
      const [remote, direct, byGot] = JSON.parse(stdout) as string[]
      expect(direct).to.equal('direct')
      expect(remote).to.match(/^fetch failed through the proxy of HTTP_PROXY \(http:\/\/127\.0\.0\.1:\d+\)$/)
      expect(byGot).to.equal('502')
      expect(asked).to.deep.equal(['CONNECT example.com:80', 'GET http://example.com/'])
      await target.close()
      proxy.close()
    }).timeout(10_000)

    it('touches nothing when no variable is set, and names the variable that holds no URL', () => {
      expect(useProxy({HTTP_PROXY: ''})).to.be.a('function')
      expect(() => useProxy({HTTPS_PROXY: 'not a url'}))
        .to.throw('no URL')
        .with.property('origin', 'the variable HTTPS_PROXY')
    })

    it('adds loopback to the exceptions of the user', () => {
      expect(proxyEnvironment({HTTP_PROXY: 'http://p:1', no_proxy: 'intern', NO_PROXY: 'ignored'})).to.deep.equal({
        HTTP_PROXY: 'http://p:1',
        no_proxy: 'localhost,.localhost,127.0.0.1,::1,[::1],intern',
        NO_PROXY: 'localhost,.localhost,127.0.0.1,::1,[::1],intern',
      })
    })
  })
})

/** In a process of its own, since a proxy is set for the whole process. */
function run(proxy: string, target: string) {
  const script = `
    const {createFetch} = await import('${new URL('../../../src/net/fetch.ts', import.meta.url).href}')
    const {default: got} = await import('got')
    const fetch = createFetch({env: {HTTP_PROXY: '${proxy}'}, offline: false})
    const remote = await fetch('http://example.com/').catch((error) => error.message)
    const direct = await (await fetch('${target}')).text()
    const byGot = String((await got('http://example.com/', {retry: {limit: 0}, throwHttpErrors: false})).statusCode)
    console.log(JSON.stringify([remote, direct, byGot]))`
  return promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 8000,
    cwd: new URL('../../..', import.meta.url).pathname,
  })
}

import dns from 'node:dns'
import http from 'node:http'
import net from 'node:net'
import tls from 'node:tls'
import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {expect} from 'chai'
import got from 'got'
import {startScriptedServer, type ScriptedServer} from 'vibe-plugin-testkit'
import {installOfflineGuard} from '../../../src/net/offline.ts'
import {offlineErrorIn} from '../../../src/net/offline-error.ts'

/** TEST-NET-1: belongs to nobody; unguarded, a connect to it hangs or is unreachable, but is never refused by us. */
const ELSEWHERE = '192.0.2.1'

describe('the offline guard', () => {
  let server: ScriptedServer
  let lift: () => void = () => undefined
  before(async () => {
    server = await startScriptedServer(() => ({steps: [{write: 'here'}]}))
  })
  after(() => server.close())
  afterEach(() => lift())

  const outside: Record<string, () => Promise<unknown>> = {
    'net.connect': () => once(net.connect(80, ELSEWHERE), 'connect'),
    'net.connect with options': () => once(net.connect({port: 80, host: ELSEWHERE}), 'connect'),
    'net.connect to a name': () => once(net.connect({port: 80, host: 'example.com'}), 'connect'),
    'net.connect with a port as text': () => once(new net.Socket().connect('80' as never, ELSEWHERE), 'connect'),
    'a name that a lookup of its own makes local': () =>
      once(
        net.connect({
          port: 80,
          host: 'example.com',
          lookup: (_name, _options, callback) => callback(null, '127.0.0.1', 4),
        }),
        'connect',
      ),
    'tls.connect': () => once(tls.connect({port: 443, host: ELSEWHERE}), 'secureConnect'),
    'http.get': () => new Promise((resolve, reject) => http.get(`http://${ELSEWHERE}/`, resolve).on('error', reject)),
    'http.get to the metadata address': () =>
      new Promise((resolve, reject) => http.get('http://169.254.169.254/', resolve).on('error', reject)),
    'a POST with a body by http': () =>
      new Promise((resolve, reject) =>
        http.request(`http://${ELSEWHERE}/`, {method: 'POST'}, resolve).on('error', reject).end('x'.repeat(100_000)),
      ),
    fetch: () => fetch(`http://${ELSEWHERE}/`),
    'fetch to a name': () => fetch('https://example.com/'),
    got: () => got.post(`http://${ELSEWHERE}/`, {body: 'x', retry: {limit: 0}}),
    'dns.lookup': () =>
      new Promise((resolve, reject) => dns.lookup('example.com', (error) => (error ? reject(error) : resolve(0)))),
    'dns.resolve4': () =>
      new Promise((resolve, reject) => dns.resolve4('example.com', (error) => (error ? reject(error) : resolve(0)))),
    'dns.promises.lookup': () => dns.promises.lookup('example.com'),
    'a resolver of its own': () => new dns.promises.Resolver().resolveTxt('example.com'),
    'dns.promises.reverse': () => dns.promises.reverse('127.0.0.1'),
  }
  for (const [name, attempt] of Object.entries(outside)) {
    it(`refuses ${name} at once`, async () => {
      lift = installOfflineGuard({})
      const started = performance.now()
      const error = await attempt().then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(offlineErrorIn(error), String(error)).to.include({code: 'offline', exit: 3})
      expect(performance.now() - started).to.be.below(500)
    })
  }

  it('refuses UDP', () => {
    lift = installOfflineGuard({})
    const socket = createSocket('udp4')
    expect(() => socket.send('x', 53, ELSEWHERE)).to.throw('Offline mode is on')
    socket.close()
  })

  it('refuses a proxy on this machine, which would carry requests further', async () => {
    lift = installOfflineGuard({HTTPS_PROXY: server.url})
    const error = await fetch(server.url).catch((thrown: unknown) => thrown)
    expect(offlineErrorIn(error)).to.include({code: 'offline'})
  })

  it('lets loopback through by every client and spelling, and lifts without a trace', async () => {
    const {connect} = net.Socket.prototype
    const {lookup} = dns
    lift = installOfflineGuard({})
    const port = new URL(server.url).port
    for (const url of [server.url, `http://localhost:${port}`, `http://api.localhost:${port}`]) {
      expect(await (await fetch(url)).text(), url).to.equal('here')
      expect(await got(url).text(), url).to.equal('here')
    }
    const socket = net.connect(Number(port))
    await once(socket, 'connect')
    socket.destroy()
    expect(await dns.promises.lookup('x.localhost')).to.deep.equal({address: '127.0.0.1', family: 4})
    expect(await dns.promises.lookup('localhost', {all: true, family: 6})).to.deep.equal([{address: '::1', family: 6}])
    lift()
    expect(net.Socket.prototype.connect).to.equal(connect)
    expect(dns.lookup).to.equal(lookup)
  })

  it('does not trust a lookup that turns a local name into another address', async () => {
    lift = installOfflineGuard({})
    const lookup: net.LookupFunction = (_name, _options, callback) => callback(null, [{address: ELSEWHERE, family: 4}])
    const socket = net.connect({port: Number(new URL(server.url).port), host: 'localhost', lookup})
    await once(socket, 'connect')
    expect(socket.remoteAddress).to.be.oneOf(['127.0.0.1', '::1'])
    socket.destroy()
  })

  it('lets sockets of the file system through', async () => {
    lift = installOfflineGuard({})
    const error = await once(net.connect('/no/such/socket'), 'connect').catch((thrown: unknown) => thrown)
    expect(error).to.include({code: 'ENOENT'})
  })
})

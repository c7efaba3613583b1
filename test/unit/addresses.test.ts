import {BlockList, isIP} from 'node:net'
import {expect} from 'chai'
import fc from 'fast-check'
import {isLocalAddress} from '../../src/addresses.ts'

const LOCAL = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'api.localhost',
  'a.b.localhost',
  '127.0.0.1',
  '127.9.8.7',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '::1',
  '[::1]',
  '::',
  '0:0:0:0:0:0:0:1',
  'fc00::1',
  'fdff::',
  'fe80::1%eth0',
  '[FE80::1]',
  'febf::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '[::ffff:10.1.2.3]',
  '::ffff:192.168.0.9',
]
const NOT_LOCAL = [
  '',
  ' ',
  '.',
  'localhost.example.com',
  'notlocalhost',
  'xlocalhost',
  '.localhost',
  'example.com',
  'nas.local',
  'ollama',
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '11.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '169.254.1.1',
  '::ffff:169.254.169.254',
  'fd00:ec2::254',
  '[fd00:0ec2:0::254]',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2001:db8::1',
  'fec0::1',
  'fbff::1',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '010.0.0.1',
  '127.1',
  '2130706433',
  '127.0.0.1.evil.com',
  '127.0.0.256',
  '10.0.0.1:80',
  '10.0.0.1/x',
  '::1]',
  '[::1',
  ':::1',
  '1::2::3',
  '127.0.0.1@evil.com',
]

describe('isLocalAddress', () => {
  for (const host of LOCAL) it(`takes ${host} for local`, () => expect(isLocalAddress(host)).to.equal(true))
  for (const host of NOT_LOCAL)
    it(`takes ${JSON.stringify(host)} for not local`, () => expect(isLocalAddress(host)).to.equal(false))

  it('agrees with the ranges of node:net for every address', () => {
    const ranges = localRanges()
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), nearTheEdges()), (address) => {
        if (address === '169.254.169.254' || isIP(address) === 0) return
        const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
        expect(isLocalAddress(address), address).to.equal(ranges.check(address, family))
      }),
      {numRuns: 2000},
    )
  })

  it('never throws and never takes a name with a public suffix for local', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof isLocalAddress(text) === 'boolean'))
    fc.assert(fc.property(fc.domain(), (name) => name.endsWith('localhost') || !isLocalAddress(name)))
  })
})

function localRanges(): BlockList {
  const ranges = new BlockList()
  for (const [net, bits] of [
    ['127.0.0.0', 8],
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['0.0.0.0', 32],
  ] as const)
    ranges.addSubnet(net, bits)
  for (const [net, bits] of [
    ['::1', 128],
    ['::', 128],
    ['fc00::', 7],
    ['fe80::', 10],
  ] as const)
    ranges.addSubnet(net, bits, 'ipv6')
  return ranges
}

function nearTheEdges() {
  const byte = fc.integer({min: 0, max: 255})
  return fc
    .tuple(
      fc.constantFrom(9, 10, 11, 126, 127, 128, 172, 192),
      fc.constantFrom(15, 16, 31, 32, 167, 168, 169),
      byte,
      byte,
    )
    .map((bytes) => bytes.join('.'))
}

/** Addresses inside private ranges that clouds answer with credentials: never to be taken for a server of the user's. */
const METADATA_ADDRESSES = new Set(['169.254.169.254', 'fd00:ec2::254'])

/**
 * Whether a host is on this machine or a private network, judged by its text alone: nothing is resolved.
 * A DNS name is not local, whatever it may resolve to, and neither is a number in an unusual spelling (`0x7f.1`, `010.0.0.1`).
 * @param host a host name or address as a URL or a socket call has it; IPv6 with or without brackets and zone
 */
export function isLocalAddress(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  if (isLoopbackName(name)) return true
  if (name.includes(':')) return isLocalIpv6(name)
  return isLocalIpv4(name)
}

/** `localhost` and the names below it, which no resolver may answer with anything but loopback (RFC 6761). */
export function isLoopbackName(host: string): boolean {
  return /^(?:[^.\s]+\.)*localhost\.?$/i.test(host)
}

function isLocalIpv4(text: string): boolean {
  const match = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(text)
  if (!match) return false
  const [a = 256, b = 256, ...rest] = match.slice(1).map(Number)
  if ([a, b, ...rest].some((byte) => byte > 255)) return false
  // 0.0.0.0 as a destination means this machine; servers print it as their address, and people paste it.
  if (text === '0.0.0.0') return true
  return a === 127 || a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)
}

function isLocalIpv6(text: string): boolean {
  const address = canonicalIpv6(text.replace(/%[^%]*$/, ''))
  if (address === undefined || METADATA_ADDRESSES.has(address)) return false
  if (address === '::1' || address === '::') return true
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address)
  if (mapped) return isLocalIpv4(dotted(Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)))
  const first = address.startsWith(':') ? 0 : Number.parseInt(address, 16)
  return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The URL parser has the one spelling of an address; asking it costs less than loading `node:net` at start-up. */
function canonicalIpv6(text: string): string | undefined {
  if (!/^[0-9a-f:.]+$/.test(text)) return undefined
  const url = `http://[${text}]/`
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined
}

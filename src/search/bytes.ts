/** Bytes that grow; numbers are written in as few as they need, seven bits each. */
export type ByteWriter = {
  varint: (value: number) => void
  bytes: (from: ByteWriter) => void
  view: () => Uint8Array
  clear: () => void
}

export function createByteWriter(): ByteWriter {
  let buffer = new Uint8Array(1024)
  let length = 0
  const ensure = (more: number) => {
    if (length + more <= buffer.length) return
    const larger = new Uint8Array(Math.max(buffer.length * 2, length + more))
    larger.set(buffer)
    buffer = larger
  }
  return {
    varint: (value) => {
      ensure(5)
      let rest = value
      while (rest >= 128) {
        buffer[length++] = (rest & 127) | 128
        rest = rest >>> 7
      }
      buffer[length++] = rest
    },
    bytes: (from) => {
      const other = from.view()
      ensure(other.length)
      buffer.set(other, length)
      length += other.length
    },
    view: () => buffer.subarray(0, length),
    clear: () => {
      length = 0
    },
  }
}

export type ByteReader = {at: number; bytes: Uint8Array}

/** @throws RangeError when the bytes end too early */
export function readVarint(reader: ByteReader): number {
  let value = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = reader.bytes[reader.at++]
    if (byte === undefined) throw new RangeError('the list of places ends too early')
    value |= (byte & 127) << shift
    if (byte < 128) return value >>> 0
  }
  throw new RangeError('a number in the list of places is too long')
}

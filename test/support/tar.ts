import {gzipSync} from 'node:zlib'

const BLOCK = 512

/** A package as `npm pack` would make it: each file below "package/". */
export function tarball(files: Readonly<Record<string, string | Buffer>>, folder = 'package'): Buffer {
  const entries = Object.entries(files).flatMap(([name, content]) => {
    const data = Buffer.from(content)
    return [header(`${folder}/${name}`, data.length), data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)]
  })
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]), {level: 1})
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name, 0, 100)
  block.write('0000644\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\0', 257)
  block.write('00', 263)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

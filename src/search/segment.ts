import {createByteWriter, readVarint, type ByteReader} from './bytes.ts'

/** About as many postings lie in one bucket; a query reads one for each of its terms. */
const PER_BUCKET = 2000

/** One posting: this term came `count` times in the document with this number inside its segment. */
export type UsePosting = (document: number, count: number) => void

export type SegmentBuilder = {
  add: (term: number, document: number, count: number) => void
  size: () => number
  /** Gives the buckets in order. @returns how many bits of a term choose its bucket */
  finish: (write: (bucket: number, data: Uint8Array) => void) => number
}

/** Collects the postings of some documents, whose numbers must not fall, and writes them sorted by term. */
export function createSegmentBuilder(): SegmentBuilder {
  let terms = new Uint32Array(1 << 14)
  let documents = new Uint32Array(1 << 14)
  let counts = new Uint8Array(1 << 14)
  let size = 0
  const grow = () => {
    const [olderTerms, olderDocuments, olderCounts] = [terms, documents, counts]
    terms = new Uint32Array(size * 2)
    documents = new Uint32Array(size * 2)
    counts = new Uint8Array(size * 2)
    terms.set(olderTerms)
    documents.set(olderDocuments)
    counts.set(olderCounts)
  }
  return {
    add: (term, document, count) => {
      if (size === terms.length) grow()
      terms[size] = term
      documents[size] = document
      counts[size++] = count
    },
    size: () => size,
    finish: (write) => writeBuckets({terms, documents, counts, order: sortedByTerm(terms, size)}, write),
  }
}

type Postings = {terms: Uint32Array; documents: Uint32Array; counts: Uint8Array; order: Uint32Array}

/** Two passes over sixteen bits each: linear, and documents of one term stay in order. */
function sortedByTerm(terms: Uint32Array, size: number): Uint32Array {
  let from: Uint32Array = Uint32Array.from({length: size}, (_, index) => index)
  let to: Uint32Array = new Uint32Array(size)
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(65_537)
    for (let at = 0; at < size; at++) {
      const key = (((terms[at] ?? 0) >>> shift) & 0xffff) + 1
      starts[key] = (starts[key] ?? 0) + 1
    }
    for (let key = 1; key < starts.length; key++) starts[key] = (starts[key] ?? 0) + (starts[key - 1] ?? 0)
    for (let at = 0; at < size; at++) {
      const index = from[at] ?? 0
      const key = ((terms[index] ?? 0) >>> shift) & 0xffff
      const place = starts[key] ?? 0
      to[place] = index
      starts[key] = place + 1
    }
    ;[from, to] = [to, from]
  }
  return from
}

export function bucketOf(term: number, bits: number): number {
  return bits === 0 ? 0 : term >>> (32 - bits)
}

function writeBuckets(postings: Postings, write: (bucket: number, data: Uint8Array) => void): number {
  const {terms, documents, counts, order} = postings
  const bits = Math.min(20, Math.max(0, Math.ceil(Math.log2(Math.max(1, order.length) / PER_BUCKET))))
  const bucket = createByteWriter()
  const list = createByteWriter()
  let current = -1
  let previous = 0
  for (let at = 0; at < order.length;) {
    const term = terms[order[at] ?? 0] ?? 0
    const place = bucketOf(term, bits)
    if (place !== current) {
      if (current !== -1) write(current, bucket.view())
      bucket.clear()
      current = place
      previous = 0
    }
    list.clear()
    let document = 0
    for (; at < order.length && terms[order[at] ?? 0] === term; at++) {
      const index = order[at] ?? 0
      const count = counts[index] ?? 1
      list.varint(((documents[index] ?? 0) - document) * 2 + (count > 1 ? 1 : 0))
      if (count > 1) list.varint(count)
      document = documents[index] ?? 0
    }
    bucket.varint(term - previous)
    bucket.varint(list.view().length)
    bucket.bytes(list)
    previous = term
  }
  if (current !== -1) write(current, bucket.view())
  return bits
}

/** Gives the postings of one term in a bucket. @throws RangeError when the bucket is damaged */
export function readPostings(bucket: Uint8Array, term: number, use: UsePosting): void {
  const reader: ByteReader = {at: 0, bytes: bucket}
  let here = 0
  while (reader.at < bucket.length) {
    here += readVarint(reader)
    const length = readVarint(reader)
    if (here === term) return readList(reader, reader.at + length, use)
    if (here > term) return
    reader.at += length
  }
}

/** Gives every posting of a bucket. @throws RangeError when it is damaged */
export function readBucket(bucket: Uint8Array, use: (term: number, document: number, count: number) => void): void {
  const reader: ByteReader = {at: 0, bytes: bucket}
  let term = 0
  while (reader.at < bucket.length) {
    const here = term + readVarint(reader)
    term = here
    const length = readVarint(reader)
    readList(reader, reader.at + length, (document, count) => use(here, document, count))
  }
}

function readList(reader: ByteReader, end: number, use: UsePosting): void {
  let document = 0
  while (reader.at < end) {
    const step = readVarint(reader)
    document += step >>> 1
    use(document, step & 1 ? readVarint(reader) : 1)
  }
}

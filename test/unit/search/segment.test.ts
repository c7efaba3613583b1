import {expect} from 'chai'
import fc from 'fast-check'
import {createSegmentBuilder, bucketOf, readBucket, readPostings} from '../../../src/search/segment.ts'

const term = fc.oneof(fc.integer({min: 1, max: 40}), fc.integer({min: 1, max: 0xffffffff}))
const postings = fc.array(fc.tuple(term, fc.integer({min: 0, max: 300}), fc.integer({min: 1, max: 255})), {
  maxLength: 6000,
})

function written(list: Array<[number, number, number]>) {
  const builder = createSegmentBuilder()
  for (const [hash, document, count] of list) builder.add(hash, document, count)
  const buckets = new Map<number, Uint8Array>()
  const bits = builder.finish((number, data) => buckets.set(number, Uint8Array.from(data)))
  return {buckets, bits}
}

describe('a segment of the index', () => {
  it('gives back the postings that were put in, term by term and all at once', () => {
    fc.assert(
      fc.property(postings, (given) => {
        const list = given.sort((a, b) => a[1] - b[1])
        const {buckets, bits} = written(list)
        const all: Array<[number, number, number]> = []
        for (const data of buckets.values()) readBucket(data, (...posting) => all.push(posting))
        const order = (one: number[], other: number[]) =>
          (one[0] ?? 0) - (other[0] ?? 0) || (one[1] ?? 0) - (other[1] ?? 0)
        expect(all.map(([hash, document]) => [hash, document]).sort(order)).to.deep.equal(
          list.map(([hash, document]) => [hash, document]).sort(order),
        )
        for (const [hash] of list.slice(0, 20)) {
          const found: number[] = []
          readPostings(buckets.get(bucketOf(hash, bits)) ?? new Uint8Array(), hash, (document) => found.push(document))
          expect(found).to.deep.equal(list.filter(([other]) => other === hash).map(([, document]) => document))
        }
      }),
      {numRuns: 30},
    )
  })

  it('ends with an error, never in a loop, when bytes were changed or cut off', () => {
    const list = Array.from({length: 500}, (_, at): [number, number, number] => [at * 7919 + 1, at, (at % 5) + 1])
    const {buckets} = written(list)
    const bytes = buckets.get(0) ?? new Uint8Array()
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({min: 0, max: 255}), (at, value) => {
        const broken = Uint8Array.from(bytes)
        broken[at] = value
        for (const data of [broken, broken.subarray(0, at)]) {
          try {
            readBucket(data, () => undefined)
          } catch (error) {
            expect(error).to.be.instanceOf(RangeError)
          }
        }
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BucketCounts } from './bucket-counts.ts'
import { bucketOf } from './buckets.ts'

const least = bucketOf(-Infinity)
const most = bucketOf(Infinity)
const bucket = fc.oneof(
  fc.integer({ min: least, max: most }), fc.integer({ min: -70, max: 70 }),
  fc.constantFrom(least, most, -1025, -1024, -1023, -1, 0, 1, 31, 32, 1023, 1024),
)

describe('BucketCounts', () => {
  it('above(bucket), below(bucket), countOf(bucket), put(list): what a sorted list of all buckets says', () => {
    const many = fc.array(bucket, { maxLength: 100 })
    fc.assert(fc.property(many, fc.array(bucket, { minLength: 1 }), fc.nat(100), (met, asked, written) => {
      const counts = new BucketCounts()
      for (const [k, each] of met.entries()) {
        // Writing them down gives them other places.
        if (k === written) counts.put([])
        counts.add(each, 1)
      }
      const sorted = [...met].sort((a, b) => a - b)
      const listed: number[] = [7, 7]
      expect(counts.put(listed)).toBe(2 * new Set(met).size)
      expect(listed.slice(0, 2 * new Set(met).size)).toEqual(
        [...new Set(sorted)].flatMap((each) => [each, met.filter((other) => other === each).length]),
      )
      for (const each of [...asked, ...met, least - 1, most + 1]) {
        expect(counts.countOf(each)).toBe(met.filter((other) => other === each).length)
        expect(counts.above(each)).toBe(sorted.find((other) => other > each) ?? Infinity)
        expect(counts.below(each)).toBe(sorted.filter((other) => other < each).at(-1) ?? -Infinity)
      }
    }))
  })
})

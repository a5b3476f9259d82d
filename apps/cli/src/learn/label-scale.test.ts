import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LabelScale } from './label-scale.ts'

const labels = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 50 })

describe('LabelScale', () => {
  it('scales by the mean and deviation of the labels so far, and back', () => {
    fc.assert(fc.property(labels, fc.double({ min: -1e9, max: 1e9, noNaN: true }), (seen, label) => {
      const scale = new LabelScale()
      for (const each of seen) scale.add(each)
      const mean = seen.reduce((a, b) => a + b, 0) / Math.max(1, seen.length)
      const spread = Math.sqrt(seen.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, seen.length))
      if (spread > 1e-3) expect(scale.scaled(label)).toBeCloseTo((label - mean) / spread, 3)
      if (spread > 1e-3) expect(scale.unscaled(scale.scaled(label))).toBeCloseTo(label, 3)
    }))
  })

  it('says the mean while all labels are equal, 0 before the first, whatever their unit', () => {
    const scale = new LabelScale()
    expect([scale.scaled(7), scale.unscaled(7)]).toEqual([7, 0])
    scale.add(5)
    scale.add(5)
    expect([scale.scaled(7), scale.unscaled(2)]).toEqual([2, 5])
  })

  it('a label that is in it is at most the root of their number from 0', () => {
    fc.assert(fc.property(labels, (seen) => {
      const scale = new LabelScale()
      seen.forEach((label, k) => {
        scale.add(label)
        expect(Math.abs(scale.scaled(label))).toBeLessThanOrEqual(Math.sqrt(k + 1) * (1 + 1e-6))
      })
    }))
  })

  it('restore(state) goes on bit for bit', () => {
    fc.assert(fc.property(labels, labels, (before, after) => {
      const [scale, copy] = [new LabelScale(), new LabelScale()]
      for (const each of before) scale.add(each)
      copy.restore(scale.state)
      for (const each of after) {
        expect(copy.scaled(each)).toBe(scale.scaled(each))
        scale.add(each)
        copy.add(each)
      }
    }))
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLabelScale, LabelScale, ScaleMemory } from './label-scale.ts'

const labels = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 50 })
const of = (seen: readonly number[]): LabelScale => seen.reduce((scale, label) => scale.with(label), LabelScale.empty)

describe('LabelScale', () => {
  it('scales by the mean and deviation of the labels so far, and back', () => {
    fc.assert(fc.property(labels, fc.double({ min: -1e9, max: 1e9, noNaN: true }), (seen, label) => {
      const scale = of(seen)
      const mean = seen.reduce((a, b) => a + b, 0) / Math.max(1, seen.length)
      const spread = Math.sqrt(seen.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, seen.length))
      if (spread > 1e-3) expect(scale.scaled(label)).toBeCloseTo((label - mean) / spread, 3)
      if (spread > 1e-3) expect(scale.unscaled(scale.scaled(label))).toBeCloseTo(label, 3)
    }))
  })

  it('says the mean while all labels are equal, 0 before the first, whatever their unit', () => {
    expect([LabelScale.empty.scaled(7), LabelScale.empty.unscaled(7)]).toEqual([7, 0])
    const scale = of([5, 5])
    expect([scale.scaled(7), scale.unscaled(2)]).toEqual([2, 5])
  })

  it('a label that is in it is at most the root of their number from 0', () => {
    fc.assert(fc.property(labels, (seen) => {
      seen.forEach((label, k) => {
        expect(Math.abs(of(seen.slice(0, k + 1)).scaled(label))).toBeLessThanOrEqual(Math.sqrt(k + 1) * (1 + 1e-6))
      })
    }))
  })

  it('of(state) goes on bit for bit', () => {
    fc.assert(fc.property(labels, labels, (before, after) => {
      expect(isLabelScale(of(before).state)).toBe(true)
      const copy = LabelScale.of(of(before).state)
      expect(after.reduce((scale, label) => scale.with(label), copy).state).toEqual(of([...before, ...after]).state)
    }))
  })
})

describe('ScaleMemory', () => {
  it('learns labels, gives its state and takes it back, and nothing else', () => {
    const [memory, other] = [new ScaleMemory(), new ScaleMemory()]
    for (const label of [3, -4, 5]) memory.learn(undefined, label)
    other.restore(memory.state)
    expect(other.state).toEqual(of([3, -4, 5]).state)
    for (const wrong of [
      null, {}, [], [1, 2], [1, 2, 3, 4], [1.5, 0, 0], [-1, 0, 0], [2, NaN, 1], [2, 0, -1], [0, 1, 0], ['1', 0, 0],
    ]) expect(memory.accepts(wrong), JSON.stringify(wrong)).toBe(false)
  })
})

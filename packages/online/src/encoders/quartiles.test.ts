import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rng, standardNormal } from '@eddy/tensor'
import { Quartiles } from './quartiles.ts'

/** By linear interpolation between sorted numbers. */
function exact(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  return sorted[below]! + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - sorted[below]!)
}

function quartilesOf(numbers: readonly number[]): Quartiles {
  const quartiles = new Quartiles()
  for (const x of numbers) quartiles.add(x)
  return quartiles
}

describe('Quartiles', () => {
  it('is exact while there are fewer than 65 numbers', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 1, maxLength: 64 }), (numbers) => {
      const sorted = [...numbers].sort((a, b) => a - b)
      const { median, deviation } = quartilesOf(numbers)
      expect(median).toBeCloseTo(exact(sorted, 0.5), 12)
      const range = exact(sorted, 0.75) - exact(sorted, 0.25)
      if (range > 0) expect(deviation).toBeCloseTo(range / 1.3489795003921634, 12)
    }))
  })

  it.each<[string, (i: number) => number]>([
    ['normal', (i) => standardNormal(rng(1, 'q'), i)], ['uniform', (i) => rng(2, 'q').uniform(i)],
    ['with a heavy tail', (i) => Math.tan(Math.PI * (rng(3, 'q').uniform(i) - 0.5))],
    ['in ascending order', (i) => i], ['in descending order', (i) => -i * i], ['of few values', (i) => (i * 7) % 5],
  ])('is within 2 %% of the range, in bounded memory: 20,000 numbers, %s', (_, at) => {
    const numbers = Array.from({ length: 20_000 }, (_x, i) => at(i))
    const sorted = [...numbers].sort((a, b) => a - b)
    const range = exact(sorted, 0.75) - exact(sorted, 0.25)
    const { median, deviation, state } = quartilesOf(numbers)
    expect(state.flat().length).toBeLessThanOrEqual(240)
    expect(Math.abs(median - exact(sorted, 0.5)) / range).toBeLessThan(0.02)
    expect(Math.abs(deviation * 1.3489795003921634 - range) / range).toBeLessThan(0.02)
  })

  it('is moved little by one number in a hundred that is far off, unlike mean and deviation', () => {
    const random = rng(5, 'q')
    const numbers = Array.from({ length: 5000 }, (_, i) => (i % 100 === 99 ? 1e9 : standardNormal(random, i)))
    const { median, deviation } = quartilesOf(numbers)
    expect(Math.abs(median)).toBeLessThan(0.1)
    expect(Math.abs(deviation - 1)).toBeLessThan(0.1)
  })

  it('has a deviation while not all numbers are equal, though most are', () => {
    expect(quartilesOf([5, 5, 5, 5]).deviation).toBe(0)
    expect(quartilesOf([]).deviation).toBe(0)
    expect(quartilesOf(Array.from({ length: 1000 }, (_, i) => (i % 10 === 9 ? 3 : 0))).deviation)
      .toBeCloseTo(1.2533141373155003 * 0.3, 10)
  })

  it('stays finite, its clusters in order and of full weight, for numbers of any size', () => {
    const number = fc.oneof(fc.double({ min: -1e30, max: 1e30, noNaN: true }), fc.constantFrom(0, 1, 1e30, 5e-324))
    fc.assert(fc.property(fc.array(number, { maxLength: 400 }), (numbers) => {
      const [facts, means, weights, waiting] = quartilesOf(numbers).state
      expect([...facts, ...means].every(Number.isFinite)).toBe(true)
      expect(means).toEqual([...means].sort((a, b) => a - b))
      expect(weights.reduce((sum, weight) => sum + weight, waiting.length)).toBe(numbers.length)
      expect(facts.slice(2)).toEqual(facts.slice(2).sort((a, b) => a - b))
    }))
  })

  it('restores from JSON to the same bits', () => {
    const list = fc.array(fc.integer({ min: -99, max: 99 }), { maxLength: 150 })
    fc.assert(fc.property(list, list, (before, after) => {
      const [one, two] = [quartilesOf(before), quartilesOf([1, 2, 3])]
      const state = JSON.parse(JSON.stringify(one.state)) as typeof one.state
      expect(Quartiles.accepts(state)).toBe(true)
      two.restore(state)
      for (const x of after) for (const each of [one, two]) each.add(x)
      expect(two.state).toEqual(one.state)
    }))
  })

  it.each([
    null, 5, [], [[1, 0, 1, 1, 1]], [[2, 0, 1, 1, 1], [1], [1], []], [[1, 0, 1, 1, NaN], [1], [1], []],
    [[1, 0, 1, 1, 1], [1], [], [1]], [[1, 0, 1, 1], [1], [1], []],
  ])('is no state: %j', (state) => {
    expect(Quartiles.accepts(state)).toBe(false)
  })
})

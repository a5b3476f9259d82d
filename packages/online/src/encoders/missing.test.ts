import { describe, expect, it } from 'vitest'
import type { Encoder } from '../encoder.ts'
import { FeatureReader } from '../feature-reader.ts'
import { features } from '../features.ts'
import { NamedAxis } from '../named-axis.ts'
import { memoryOf } from '../testing/memory-of.ts'
import { boolean } from './boolean.ts'
import { categorical } from './categorical.ts'
import { cycle } from './cycle.ts'
import { date } from './date.ts'
import { hashed } from './hashed.ts'
import { numeric } from './numeric.ts'
import { text } from './text.ts'
import { vector } from './vector.ts'

/** Names and values of what events come to, the last one given; labels are 0. */
function readAll(encoder: Encoder, ...values: readonly unknown[]): unknown {
  const spec = features({ x: encoder }, { unknown: 'ignore' })
  const axis = new NamedAxis({ base: spec.base })
  const reader = new FeatureReader(spec, axis)
  reader.begin('regression')
  let found: unknown
  for (const value of values) {
    const { indices, values: numbers } = reader.read({ x: value }, true)
    axis.commit()
    found = Array.from(indices, (slot, k) => {
      const name = slot < axis.base ? `hash ${slot}` : axis.names[slot - axis.base]!
      return [typeof name === 'string' ? name : [name.part, name.standardize], numbers[k]]
    })
    reader.learned(0)
  }
  return found
}

describe('what becomes of a value that is missing', () => {
  it.each<[string, Encoder]>([
    ['numeric', numeric()], ['robust', numeric({ scale: 'robust' })], ['categorical', categorical()],
    ['boolean', boolean()], ['hashed', hashed()], ['text', text()], ['date', date()],
    ['cycle', cycle({ period: 2 })], ['vector', vector()],
  ])('%s: nothing, unless something is said', (_, encoder) => {
    expect([readAll(encoder, null), readAll(encoder, undefined)]).toEqual([[], []])
  })

  it.each<[string, Encoder]>([
    ['numeric', numeric({ missing: 'indicator' })], ['robust', numeric({ scale: 'robust', missing: 'indicator' })],
    ['boolean', boolean({ missing: 'indicator' })], ['date', date({ missing: 'indicator' })],
    ['cycle', cycle({ period: 2, missing: 'indicator' })], ['vector', vector({ missing: 'indicator' })],
  ])("%s: 'indicator' is 1 in a slot that is not standardised", (_, encoder) => {
    expect(readAll(encoder, null)).toEqual([[['missing', false], 1]])
  })

  it("'indicator' of a category is no category, of what is hashed a slot of its table", () => {
    expect(readAll(categorical({ missing: 'indicator' }), 'missing', null)).toEqual([[[null, false], 1]])
    expect(readAll(hashed({ bits: 4, missing: 'indicator' }), null)).toEqual(readAll(hashed({ bits: 4 }), ''))
    expect(readAll(text({ bits: 4, missing: 'indicator' }), null)).toEqual(readAll(hashed({ bits: 4 }), ''))
  })

  it('a constant stands in', () => {
    expect(readAll(numeric({ missing: 7 }), null)).toEqual([[[null, true], 7]])
    expect(readAll(boolean({ missing: true }), null)).toEqual([[[null, true], 1]])
    expect(readAll(categorical({ missing: { value: 3 } }), null)).toEqual([[['3', false], 1]])
    const scaled = 3 / (1 / 1.3489795003921634)
    expect(readAll(numeric({ scale: 'robust', missing: 7 }), 3, 5, null)).toEqual([[[null, false], scaled]])
  })

  it('the last value learned stands in, nothing before there is one', () => {
    expect(readAll(numeric({ missing: 'last' }), null)).toEqual([])
    expect(readAll(numeric({ missing: 'last' }), 3, 8, null, null)).toEqual([[[null, true], 8]])
    expect(readAll(boolean({ missing: 'last' }), null)).toEqual([])
    expect(readAll(boolean({ missing: 'last' }), true, false, null)).toEqual([[[null, true], 0]])
    expect(readAll(categorical({ missing: 'last' }), null)).toEqual([])
    expect(readAll(categorical({ missing: 'last' }), 'a', 'b', null)).toEqual([[['b', false], 1]])
  })

  it('the mean of the values learned stands in', () => {
    expect(readAll(numeric({ missing: 'mean', scale: 'none' }), null)).toEqual([])
    expect(readAll(numeric({ missing: 'mean', scale: 'none' }), 3, null, 8, 4, null)).toEqual([[[null, false], 5]])
  })
})

describe("numeric({ scale: 'robust' })", () => {
  it('is 0 until numbers differ, then in deviations from the median, cut to 10', () => {
    const memory = memoryOf(numeric({ scale: 'robust' }))
    expect(memory.at(5)).toEqual([[null, 0]])
    memory.learn(5)
    expect(memory.at(9)).toEqual([[null, 0]])
    for (const x of [1, 2, 3, 4]) memory.learn(x)
    expect(memory.at(3)).toEqual([[null, 0]])
    expect(memory.at(4)[0]![1]).toBeCloseTo(1.3489795003921634 / 2, 12)
    expect([memory.at(1e30), memory.at(-1e30)]).toEqual([[[null, 10]], [[null, -10]]])
    expect(() => memory.at('5')).toThrow(/finite number/)
  })

  it('is no other scale', () => {
    expect(() => numeric({ scale: 'minmax' as 'robust' })).toThrow(/wanted the scale 'standard'/)
  })
})

describe('categorical({ max })', () => {
  const read = (names: readonly string[], max: number, learns = true): { found: unknown; hashed: number } => {
    const spec = features({ c: categorical({ max, bits: 3 }) })
    const axis = new NamedAxis({ base: spec.base })
    const reader = new FeatureReader(spec, axis)
    reader.begin('regression')
    const slots = names.map((name, k) => {
      const [slot] = reader.read({ c: name }, learns || k < names.length - 1).indices as number[]
      axis.commit()
      reader.learned(0)
      return slot
    })
    return { found: slots, hashed: reader.hashed }
  }

  it('gives the first categories slots of their own, and others hash slots, the same ones ever after', () => {
    const { found, hashed: count } = read(['a', 'b', 'c', 'a', 'd', 'c', 'b'], 2)
    const [c, d] = [(found as number[])[2]!, (found as number[])[4]!]
    expect(found).toEqual([8, 9, c, 8, d, c, 9])
    expect(Math.max(c, d)).toBeLessThan(8)
    expect(count).toBe(3)
  })

  it('predicts for a new category by its hash slot once it is full, by nothing before', () => {
    expect((read(['a', 'new'], 2, false).found as unknown[])[1]).toBe(undefined)
    const [predicted, learned] = [false, true].map((learns) => read(['a', 'b', 'new'], 2, learns).found as number[])
    expect(predicted![2]).toBe(learned![2])
  })

  it('throws for a limit or a table that is none', () => {
    expect(() => categorical({ max: 0 })).toThrow(/number of categories is out of range/)
    expect(() => categorical({ max: 5, bits: 30 })).toThrow(/size of the table is out of range/)
  })
})

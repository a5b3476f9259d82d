import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryOf } from '../testing/memory-of.ts'
import { aggregate } from './aggregate.ts'
import { lag } from './lag.ts'
import { targetMean } from './target-mean.ts'

type Row = readonly [key: string | undefined, x: number | undefined]
const key = fc.constantFrom('a', 'b', 'c', 'd', undefined)
const number = fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined })
const rows = fc.array(fc.tuple(key, number), { maxLength: 60 })

/** The numbers of a key among the rows so far; keys not learned from for longest are forgotten. */
function pastOf(past: readonly Row[], wanted: string | undefined, capacity = Infinity): number[] {
  const kept = new Map<string, number[]>()
  for (const [name, x] of past) {
    if (name === undefined || x === undefined) continue
    const own = kept.get(name) ?? []
    kept.delete(name)
    kept.set(name, [...own, x])
    if (kept.size > capacity) kept.delete([...kept.keys()][0]!)
  }
  return wanted === undefined ? [] : (kept.get(wanted) ?? [])
}

describe('lag(options)', () => {
  it('is what the number was so many learned events of the key before; bounded keys, by last use', () => {
    fc.assert(fc.property(rows, fc.constantFrom(1, 2, 100), (all, capacity) => {
      const memory = memoryOf(lag({ of: 'x', by: 'key', steps: [3, 1], capacity }))
      all.forEach((row, i) => {
        const past = pastOf(all.slice(0, i), row[0], capacity)
        const expected = [3, 1].flatMap((step) => (past.length < step ? [] : [[`${step}`, past.at(-step)!]]))
        expect(memory.at(row)).toEqual(expected)
        memory.learn(row)
      })
    }))
  })

  it('looks back on labels when no field is named, on all events when no key is', () => {
    const memory = memoryOf(lag())
    expect(memory.at([])).toEqual([])
    memory.learn([], 5)
    memory.learn([], 7)
    expect(memory.at([])).toEqual([['1', 7]])
    expect(memory.state()).toEqual([['', [7]]])
  })

  it('refuses a number that is none before it is remembered', () => {
    expect(() => memoryOf(lag({ of: 'x' })).at([NaN])).toThrow(/finite number/)
    expect(() => memoryOf(lag({ of: 'x', by: 'k' })).at([{}, 1])).toThrow(/text, a finite number or a boolean/)
  })

  it.each([
    [{ steps: [] }, /no steps back/], [{ steps: [0] }, /no steps back/], [{ steps: [1.5] }, /no steps back/],
    [{ steps: [20_000] }, /cannot look back so far/], [{ capacity: 0 }, /number of keys is out of range/],
    [{ by: [1] as never }, /wanted a field name/],
  ])('throws for %j', (options, message) => {
    expect(() => lag(options)).toThrow(message)
  })
})

describe('aggregate(options)', () => {
  it('is what the last numbers of the key were like', () => {
    fc.assert(fc.property(rows, fc.integer({ min: 1, max: 6 }), (all, window) => {
      const aggregates = ['mean', 'min', 'max', 'sum', 'deviation', 'count'] as const
      const memory = memoryOf(aggregate({ of: 'x', by: 'key', window, aggregates }))
      all.forEach((row, i) => {
        const past = pastOf(all.slice(0, i), row[0]).slice(-window)
        const found = new Map(memory.at(row))
        expect(found.size).toBe(past.length === 0 ? 0 : 6)
        if (past.length > 0) {
          const mean = past.reduce((a, b) => a + b) / past.length
          const variance = past.reduce((sum, x) => sum + (x - mean) ** 2, 0) / past.length
          expect(found.get('mean')).toBeCloseTo(mean, 12)
          expect(found.get('deviation')).toBeCloseTo(Math.sqrt(variance), 12)
          expect([found.get('min'), found.get('max')]).toEqual([Math.min(...past), Math.max(...past)])
          expect([found.get('sum'), found.get('count')]).toEqual([past.reduce((a, b) => a + b), past.length])
        }
        memory.learn(row)
      })
    }))
  })

  it.each([[{ window: 0 }, /cannot look back/], [{ window: 5, aggregates: ['mode' as 'mean'] }, /no aggregate.*mode/]])(
    'throws for %j', (options, message) => {
      expect(() => aggregate(options)).toThrow(message)
    },
  )
})

describe('targetMean(fields, options)', () => {
  it('is the smoothed mean of the labels learned before, and never sees the event\'s own', () => {
    const events = fc.array(fc.tuple(key, fc.integer({ min: -9, max: 9 })), { maxLength: 40 })
    fc.assert(fc.property(events, fc.constantFrom(0, 1, 7.5), (all, smoothing) => {
      const memory = memoryOf(targetMean('key', { smoothing }))
      all.forEach(([name, label], i) => {
        const past = all.slice(0, i)
        const own = past.filter(([other]) => other === name).map(([, y]) => y)
        const prior = past.reduce((sum, [, y]) => sum + y, 0) / past.length
        const mean = own.length + smoothing === 0 ? prior
          : (own.reduce((a, b) => a + b, 0) + smoothing * prior) / (own.length + smoothing)
        const found = memory.at([name])
        expect(found.length).toBe(i === 0 || name === undefined ? 0 : 1)
        if (found.length > 0) expect(found[0]![1]).toBeCloseTo(mean, 12)
        memory.learn([name], label)
      })
    }))
  })

  it('is the share of each class when there are several, also of classes that come later', () => {
    const memory = memoryOf(targetMean(['a', 'b'], { smoothing: 1 }), 'multiclass')
    memory.learn(['x', 'y'], 0)
    memory.learn(['x', 'y'], 2)
    memory.learn([undefined, 'y'], 2)
    expect(memory.at(['x', 'y'])).toEqual([['0', (1 + 1 / 3) / 3], ['1', 0], ['2', (1 + 2 / 3) / 3]])
    expect(memory.at(['new', 'y'])).toEqual([['0', 1 / 3], ['1', 0], ['2', 2 / 3]])
  })

  it('forgets the key that was not learned from for longest', () => {
    const memory = memoryOf(targetMean('key', { smoothing: 0, capacity: 2 }))
    for (const [name, label] of [['a', 1], ['b', 2], ['a', 1], ['c', 6]] as const) memory.learn([name], label)
    expect(['a', 'b', 'c'].map((name) => memory.at([name])[0]![1])).toEqual([1, 2.5, 6])
  })

  it('throws for no field, or a smoothing that is none', () => {
    expect(() => targetMean([])).toThrow(/wanted a field name/)
    expect(() => targetMean('a', { smoothing: -1 })).toThrow(/smoothing is out of range/)
  })
})

describe('the state of what is remembered', () => {
  const encoders = { lag: lag({ of: 'x', by: 'key' }), aggregate: aggregate({ of: 'x', by: 'key', window: 3 }) }

  it('restores from JSON to the same bits, the order of keys included', () => {
    fc.assert(fc.property(rows, rows, fc.constantFrom('lag', 'aggregate', 'target'), (before, after, which) => {
      const encoder = which === 'target' ? targetMean('key', { capacity: 2 }) : encoders[which as 'lag']
      const valueOf = (row: Row): unknown => (which === 'target' ? [row[0]] : row)
      const [one, two] = [memoryOf(encoder), memoryOf(encoder)]
      for (const row of before) one.learn(valueOf(row), row[1])
      two.learn(['other', 9], 9)
      const state = JSON.parse(JSON.stringify(one.state())) as unknown
      expect(two.accepts(state)).toBe(true)
      two.restore(state)
      for (const row of after) {
        expect(two.at(valueOf(row))).toEqual(one.at(valueOf(row)))
        one.learn(valueOf(row), row[1])
        two.learn(valueOf(row), row[1])
      }
      expect(two.state()).toEqual(one.state())
    }))
  })

  it.each([
    null, 5, {}, [['a']], [['a', 5]], [['a', [NaN]]], [[1, [1]]], [['a', []]], [['a', [1]], ['a', [2]]],
    [['a', [1, 2]]],
  ])('is not %j', (state) => {
    expect(memoryOf(encoders.lag).accepts(state)).toBe(false)
    expect(memoryOf(targetMean('a')).accepts(state)).toBe(false)
  })
})

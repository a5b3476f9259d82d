import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rng } from '@eddy/tensor'
import { adwin, type AdwinState } from './adwin.ts'
import { ddm } from './ddm.ts'
import type { Detector, DetectorState } from './detector.ts'
import { earlyWarning } from './early-warning.ts'
import { eddm } from './eddm.ts'
import { fhddm } from './fhddm.ts'
import { hddmA } from './hddm-a.ts'
import { hddmW } from './hddm-w.ts'
import { kswin } from './kswin.ts'
import { pageHinkley } from './page-hinkley.ts'
import { type AnyDetector, everyDetector } from './testing/every-detector.ts'

const pieces = fc.array(
  fc.record({ count: fc.integer({ min: 1, max: 100 }), level: fc.integer({ min: 0, max: 10 }) }), { maxLength: 4 },
)
const seeds = fc.integer({ min: 0, max: 1e6 })

/** Bits of changing rates. */
const bits = fc.tuple(pieces, seeds).map(([all, seed]) => {
  const random = rng(seed)
  return all.flatMap(({ count, level }, p) => (
    Array.from({ length: count }, (_, i) => (random.uniform(1000 * p + i) < level / 10 ? 1 : 0))
  ))
})
/** Whole numbers of changing levels. */
const integers = fc.tuple(pieces, seeds).map(([all, seed]) => {
  const random = rng(seed)
  return all.flatMap(({ count, level }, p) => (
    Array.from({ length: count }, (_, i) => level + random.integer(1000 * p + i, 4))
  ))
})
const wild = fc.array(fc.double({ min: -1e100, max: 1e100, noNaN: true }), { maxLength: 60 })
const numbers = fc.oneof(integers, fc.tuple(integers, wild).map((lists) => lists.flat()))
const valuesFor = ({ takes }: { takes: string }): fc.Arbitrary<number[]> => (takes === 'bits' ? bits : numbers)

function statesOf<S extends DetectorState>({ initial, update }: Detector<S>, values: readonly number[]): S[] {
  let state = initial
  return values.map((value) => (state = update(state, value)))
}
const statuses = <S extends DetectorState>(detector: Detector<S>, values: readonly number[]): string[] => (
  statesOf(detector, values).map(({ status }) => status)
)
const firstDrift = <S extends DetectorState>(detector: Detector<S>, values: readonly number[]): number => {
  const index = statuses(detector, values).indexOf('drift')
  return index < 0 ? Infinity : index
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  Object.values(value).forEach(freeze)
}

describe.each(everyDetector)('%s', (_, detector) => {
  it('goes on from the JSON of any state with the same bits', () => {
    fc.assert(fc.property(valuesFor(detector), fc.nat(), (values, at) => {
      const cut = values.length === 0 ? 0 : at % (values.length + 1)
      const kept = statesOf(detector, values.slice(0, cut)).at(-1) ?? detector.initial
      const copy = JSON.parse(JSON.stringify(kept)) as typeof kept
      expect(copy).toEqual(kept)
      const onwards: AnyDetector = { ...detector, initial: copy }
      const [after, wanted] = [statesOf(onwards, values.slice(cut)), statesOf(detector, values).slice(cut)]
      expect(after.map(({ status }) => status)).toEqual(wanted.map(({ status }) => status))
      expect(after.at(-1)).toEqual(wanted.at(-1))
    }))
  })

  it('writes to no state', () => {
    fc.assert(fc.property(valuesFor(detector), (values) => {
      let state = detector.initial
      for (const value of values) {
        freeze(state)
        state = detector.update(state, value)
      }
      expect(state).toEqual(statesOf(detector, values).at(-1) ?? detector.initial)
    }))
  })

  it('keeps every number finite', () => {
    fc.assert(fc.property(valuesFor(detector), (values) => {
      const isFinite = (part: unknown): boolean => (
        typeof part === 'number' ? Number.isFinite(part)
          : typeof part !== 'object' || part === null || Object.values(part).every(isFinite)
      )
      expect(statesOf(detector, values).every(isFinite)).toBe(true)
    }))
  })

  it('finds no drift and no warning in values that are all the same', () => {
    const wide = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    const constants = detector.takes === 'bits' ? fc.constantFrom(0, 1) : wide
    fc.assert(fc.property(constants, (value) => {
      expect(new Set(statuses(detector, Array<number>(700).fill(value)))).toEqual(new Set(['stable']))
    }), { numRuns: 40 })
  })

  it('starts anew after a drift', () => {
    fc.assert(fc.property(valuesFor(detector), (values) => {
      const states = statesOf(detector, values)
      const drift = states.findIndex(({ status }) => status === 'drift')
      if (drift < 0) return
      // The draws of kswin go on: they are not repeated.
      const initial = 'tests' in detector.initial
        ? { ...detector.initial, tests: states[drift]!.tests } : detector.initial
      const anew = statesOf({ ...detector, initial }, values.slice(drift + 1))
      expect(states.slice(drift + 1).map(({ status }) => status)).toEqual(anew.map(({ status }) => status))
      if (anew.length > 0) expect(states.at(-1)).toEqual(anew.at(-1))
    }))
  })

  it('fires soon when ones become the rule', () => {
    const values = Array.from({ length: 400 }, (__, i) => (i >= 300 || i % 20 === 19 ? 1 : 0))
    expect(firstDrift(detector, values)).toBeGreaterThanOrEqual(300)
    expect(firstDrift(detector, values)).toBeLessThan(400)
  })

  it('needs a bounded memory', () => {
    let state = detector.initial
    let most = 0
    for (let i = 0; i < 20_000; i++) {
      state = detector.update(state, i % 7 === 3 ? 1 : 0)
      if (i % 100 === 0) most = Math.max(most, JSON.stringify(state).length)
    }
    expect(most).toBeLessThan(4000)
  })

  it('refuses what it does not take, with a hint', () => {
    const bad: unknown[] = [NaN, Infinity, -Infinity, 1e101, undefined, '1']
    for (const value of detector.takes === 'bits' ? [...bad, 0.5, 2, -1] : bad) {
      expect(() => detector.update(detector.initial, value as number)).toThrow(
        expect.objectContaining({ code: 'E_VALUE', hint: expect.stringMatching(/\.$/) as string }) as Error,
      )
    }
  })
})

describe('adwin()', () => {
  it('holds the sum and the squared deviations of the last `width` values', () => {
    fc.assert(fc.property(integers, fc.integer({ min: 2, max: 6 }), (values, maxBuckets) => {
      let state = adwin({ clock: 3, maxBuckets }).initial
      const { update } = adwin({ clock: 3, maxBuckets })
      values.forEach((value, i) => {
        state = update(state, value)
        const window = values.slice(i + 1 - state.width, i + 1)
        const total = window.reduce((sum, x) => sum + x, 0)
        const mean = total / state.width
        expect(state.total).toBe(total)
        expect(state.deviation).toBeCloseTo(window.reduce((sum, x) => sum + (x - mean) ** 2, 0), 6)
        const widths = state.rows.map((row, k) => row.length / 2 * 2 ** k)
        expect(widths.reduce((sum, width) => sum + width, 0)).toBe(state.width)
        expect(Math.max(...state.rows.map((row) => row.length / 2))).toBeLessThanOrEqual(maxBuckets)
      })
    }))
  })

  it('keeps O(log W) numbers', () => {
    const { initial, update } = adwin()
    let state: AdwinState = initial
    for (let i = 0; i < 200_000; i++) state = update(state, i % 2)
    expect(state.width).toBe(200_000)
    expect(state.rows.length).toBeLessThanOrEqual(Math.ceil(Math.log2(200_000)))
    expect(state.rows.flat().length).toBeLessThanOrEqual(2 * 5 * state.rows.length)
  })
})

describe('invariance', () => {
  const drifts = (detector: unknown, values: readonly number[]): string[] => statuses(detector as Detector, values)
  const negated = (values: readonly number[]): number[] => values.map((value) => -value)

  it.each([
    ['adwin', adwin], ['pageHinkley', pageHinkley],
  ] as const)('%s: negated values swap up and down', (_, make) => {
    fc.assert(fc.property(integers, (values) => {
      expect(drifts(make(), negated(values))).toEqual(drifts(make(), values))
      expect(drifts(make({ mode: 'up' }), negated(values))).toEqual(drifts(make({ mode: 'down' }), values))
    }))
  })

  it('fhddm: complemented values swap up and down', () => {
    fc.assert(fc.property(bits, (values) => {
      const options = { windowSize: 30, confidence: 0.01 }
      const complement = values.map((value) => 1 - value)
      expect(statuses(fhddm({ ...options, mode: 'up' }), complement))
        .toEqual(statuses(fhddm({ ...options, mode: 'down' }), values))
    }))
  })

  it('kswin: only the order of values matters, in either direction', () => {
    const options = { windowSize: 40, statSize: 15 }
    fc.assert(fc.property(integers, seeds, (values, seed) => {
      const own = statuses(kswin({ ...options, seed }), values)
      expect(statuses(kswin({ ...options, seed }), values.map((x) => x ** 3 + x / 8))).toEqual(own)
      expect(statuses(kswin({ ...options, seed }), negated(values))).toEqual(own)
    }))
  })

  it.each([
    ['adwin', (options: object) => adwin({ clock: 2, ...options })], ['hddmA', hddmA], ['hddmW', hddmW],
    ['pageHinkley', (options: object) => pageHinkley({ threshold: 5, ...options })],
    ['fhddm', (options: object) => fhddm({ windowSize: 30, confidence: 0.01, ...options })],
  ] as const)('%s: `both` fires first where `up` or `down` does', (_, make) => {
    fc.assert(fc.property(bits, (values) => {
      const first = (mode: 'up' | 'down' | 'both'): number => (
        drifts(make({ mode }), values).indexOf('drift') >>> 0
      )
      expect(first('both')).toBe(Math.min(first('up'), first('down')))
    }))
  })
})

describe('earlyWarning(main, sensitive)', () => {
  it('warns for `hold` values after the sensitive one, fires with the main one, and keeps its warnings', () => {
    const main = ddm()
    const detector = earlyWarning(main, pageHinkley({ threshold: 3, mode: 'up' }), { hold: 50 })
    fc.assert(fc.property(bits, (values) => {
      const states = statesOf(detector, values)
      const [own, sensitive] = [statesOf(main, values), statesOf(pageHinkley({ threshold: 3, mode: 'up' }), values)]
      const end = own.findIndex(({ status }) => status === 'drift')
      states.slice(0, end < 0 ? undefined : end + 1).forEach(({ status }, i) => {
        const recent = sensitive.slice(Math.max(0, i - 49), i + 1).some((state) => state.status === 'drift')
        const wanted = own[i]!.status === 'stable' && recent ? 'warning' : own[i]!.status
        expect(status).toBe(wanted)
      })
    }))
  })
})

describe('options', () => {
  it.each([
    () => adwin({ delta: 0 }), () => adwin({ clock: 1.5 }), () => adwin({ maxBuckets: 1 }),
    () => adwin({ mode: 'sideways' as 'up' }), () => adwin({ dleta: 0.1 } as object),
    () => pageHinkley({ threshold: 0 }),
    () => pageHinkley({ alpha: 1.1 }), () => kswin({ alpha: 1 }), () => kswin({ statSize: 60 }),
    () => kswin({ windowSize: NaN }), () => ddm({ warningThreshold: 4 }), () => eddm({ alpha: 0.8, beta: 0.9 }),
    () => hddmA({ driftConfidence: 0.01 }), () => hddmW({ lambda: 1 }), () => fhddm({ shortWindowSize: 101 }),
    () => fhddm({ confidence: 0 }), () => earlyWarning(adwin(), adwin(), { hold: 0 }),
  ])('%s is refused', (make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'E_VALUE' }) as Error)
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { adwin, type AdwinState } from './adwin.ts'
import { ddm } from './ddm.ts'
import type { Detector } from './detector.ts'
import { eddm } from './eddm.ts'
import { fhddm } from './fhddm.ts'
import { hddmA } from './hddm-a.ts'
import { hddmW } from './hddm-w.ts'
import { kswin } from './kswin.ts'
import { pageHinkley } from './page-hinkley.ts'

interface Case {
  readonly name: string
  readonly kind: 'bits' | 'numbers'
  readonly generate?: { readonly seed: number; readonly pieces: readonly Piece[] }
  readonly bits?: string
  readonly numbers?: readonly number[]
  readonly detectors: Readonly<Record<string, Expected>>
}

type Piece = { readonly count: number } & (
  | { readonly from: number; readonly to: number }
  | { readonly least: number; readonly choices: number }
  | { readonly mean: number; readonly slope: number; readonly deviation: number }
)

interface Expected {
  /** For KSWIN one list for each of River's seeds. */
  readonly drift: readonly number[] | readonly (readonly number[])[]
  readonly warnings?: readonly number[]
  readonly trace?: readonly (readonly [index: number, width: number, mean: number])[]
}

/** River's names. River's FHDDM counts ones as right predictions. */
const detectors: Readonly<Record<string, Detector>> = {
  'ADWIN': adwin(),
  'ADWIN(delta=0.05)': adwin({ delta: 0.05 }),
  'ADWIN(clock=1,grace_period=30)': adwin({ clock: 1, gracePeriod: 30 }),
  'PageHinkley': pageHinkley(),
  'PageHinkley(threshold=10)': pageHinkley({ threshold: 10 }),
  'KSWIN': kswin(), 'DDM': ddm(), 'EDDM': eddm(), 'HDDM_A': hddmA(),
  'HDDM_W': hddmW(), 'FHDDM': fhddm({ mode: 'down' }),
} as unknown as Readonly<Record<string, Detector>>

const fixture = new URL('../../../../test/fixtures/drift.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { readonly cases: readonly Case[] }

/** The generator that the sequences were made with. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function valuesOf({ generate, bits, numbers }: Case): readonly number[] {
  if (generate === undefined) return numbers ?? [...bits!].map(Number)
  const draw = mulberry32(generate.seed)
  return generate.pieces.flatMap((piece) => Array.from({ length: piece.count }, (_, i) => {
    if ('from' in piece) return draw() < piece.from + (piece.to - piece.from) * i / piece.count ? 1 : 0
    if ('least' in piece) return piece.least + Math.floor(draw() * piece.choices)
    let sum = 0
    for (let k = 0; k < 12; k++) sum += draw()
    return Number((piece.mean + piece.slope * i + piece.deviation * (sum - 6)).toFixed(6))
  }))
}

function run(detector: Detector, values: readonly number[]): Required<Expected> {
  const [drift, warnings, trace]: [number[], number[], [number, number, number][]] = [[], [], []]
  let state = detector.initial
  values.forEach((value, i) => {
    const before = state.status
    state = detector.update(state, value)
    if (state.status === 'drift') drift.push(i)
    if (state.status === 'warning' && before !== 'warning') warnings.push(i)
    const { width, total } = state as unknown as AdwinState
    if (i % 250 === 249) trace.push([i, width, total / width])
  })
  return { drift, warnings, trace }
}

describe.each(cases)('River on $name', (given) => {
  const values = valuesOf(given)
  const exact = Object.entries(given.detectors).filter(([name]) => name !== 'KSWIN')

  it.each(exact)('%s fires, and warns, at the same indices', (name, { drift, warnings, trace = [] }) => {
    const ours = run(detectors[name]!, values)
    expect(ours.drift).toEqual(drift)
    if (warnings !== undefined) expect(ours.warnings).toEqual(warnings)
    trace.forEach(([index, width, mean], k) => {
      expect(ours.trace[k]!.slice(0, 2)).toEqual([index, width])
      expect(Math.abs(ours.trace[k]![2] - mean)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(mean)))
    })
  })
})

describe('River on all sequences', () => {
  const drawn = cases.map((given) => {
    const values = valuesOf(given)
    const rivers = given.detectors.KSWIN!.drift as readonly (readonly number[])[]
    const ours = Array.from({ length: 24 }, (_, seed) => run(kswin({ seed }) as never, values).drift as number[])
    return { name: given.name, rivers, ours }
  })

  it('KSWIN fires as often, within the spread of its random draws', () => {
    for (const { name, rivers, ours } of drawn) {
      const mean = (lists: readonly (readonly number[])[]): number => (
        lists.reduce((sum, list) => sum + list.length, 0) / lists.length
      )
      const own = mean(ours)
      const variance = ours.reduce((sum, list) => sum + (list.length - own) ** 2, 0) / (ours.length - 1)
      const spread = Math.sqrt(variance / rivers.length)
      expect(Math.abs(mean(rivers) - own), `${name}: ${own}`).toBeLessThanOrEqual(0.5 + 3.5 * spread)
    }
  })

  it('KSWIN finds with nearly every seed what River finds with every seed, within 30 values', () => {
    const near = (list: readonly number[], index: number, by: number): boolean => (
      list.some((other) => Math.abs(other - index) <= by)
    )
    let sure = 0
    for (const { name, rivers, ours } of drawn.filter(({ rivers: lists }) => lists.length > 1)) {
      for (const index of rivers[0]!.filter((at) => rivers.every((list) => near(list, at, 15)))) {
        sure++
        // A false alarm shortly before a change empties the window, so not every seed can.
        const found = ours.filter((list) => near(list, index, 30)).length
        expect(found / ours.length, `${name} at ${index}`).toBeGreaterThanOrEqual(0.75)
      }
    }
    expect(sure).toBeGreaterThanOrEqual(4)
  })
})

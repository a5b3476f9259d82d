import { describe, expect, it } from 'vitest'
import { adwin } from './adwin.ts'
import { ddm } from './ddm.ts'
import type { Detector, DetectorState } from './detector.ts'
import { eddm } from './eddm.ts'
import { fhddm } from './fhddm.ts'
import { hddmA } from './hddm-a.ts'
import { hddmW } from './hddm-w.ts'
import { kswin } from './kswin.ts'
import { pageHinkley } from './page-hinkley.ts'
import { errorBits, normalValues } from './testing/change.ts'

interface Found {
  readonly falseAlarms: number
  /** Values from the change to the first drift; Infinity when there was none. */
  readonly delay: number
}

function watch<S extends DetectorState>({ initial, update }: Detector<S>, values: readonly number[]): Found {
  const change = values.length / 2
  let [state, falseAlarms] = [initial, 0]
  for (let i = 0; i < values.length; i++) {
    state = update(state, values[i]!)
    if (state.status !== 'drift') continue
    if (i >= change) return { falseAlarms, delay: i - change }
    falseAlarms++
  }
  return { falseAlarms, delay: Infinity }
}

function over100<S extends DetectorState>(detector: Detector<S>, stream: (seed: number) => readonly number[]): Found[] {
  return Array.from({ length: 100 }, (_, seed) => watch(detector, stream(seed)))
}

/** Runs of 100 with a false alarm, the median delay, the greatest delay. */
function summary(runs: readonly Found[]): readonly [alarmed: number, median: number, most: number] {
  const delays = runs.map(({ delay }) => delay).sort((a, b) => a - b)
  return [runs.filter(({ falseAlarms }) => falseAlarms > 0).length, delays[50]!, delays.at(-1)!]
}

describe('errors of rate 0.1 for 1,000 events, then 0.4, with 100 seeds', () => {
  // Each bound is about twice what was measured, except where 0 was.
  it.each([
    ['adwin()', adwin(), 1, 128, 192],
    ['adwin({ clock: 1 })', adwin({ clock: 1 }), 1, 100, 192],
    ['pageHinkley()', pageHinkley(), 1, 250, 400],
    ['hddmA()', hddmA(), 2, 100, 300],
    ['hddmW()', hddmW(), 2, 100, 400],
    ['fhddm()', fhddm(), 1, 128, 200],
    ['ddm()', ddm(), 60, 100, 700],
    // Errors are too frequent for it: nearly every run has false alarms.
    ['eddm()', eddm(), 100, 100, 200],
  ] as const)('%s: few false alarms, and the change is found soon', (_, detector, alarmedMost, median, most) => {
    const found = summary(over100(detector as unknown as Detector, (seed) => errorBits(0.1, 0.4, seed)))
    expect(found[0]).toBeLessThanOrEqual(alarmedMost)
    expect(found[1]).toBeLessThanOrEqual(median)
    expect(found[2]).toBeLessThanOrEqual(most)
  })

  it('no detector that looks for a rise takes 0.4, then 0.1, for a drift', () => {
    const detectors = [adwin({ mode: 'up' }), pageHinkley({ mode: 'up' }), hddmA(), hddmW(), fhddm()]
    const fired = (detectors as unknown as Detector[]).map((detector) => (
      over100(detector, (seed) => errorBits(0.4, 0.1, seed)).filter(({ delay }) => delay < Infinity).length
    ))
    expect(Math.max(...fired)).toBeLessThanOrEqual(3)
  })
})

describe('standard normal values for 1,000 events, then others, with 100 seeds', () => {
  it('adwin(), pageHinkley() and kswin() find a shift by 2', () => {
    const detectors = [adwin(), pageHinkley({ threshold: 100 }), kswin({ alpha: 1e-4 })] as unknown as Detector[]
    for (const detector of detectors) {
      const [alarmed, median, most] = summary(over100(detector, (seed) => normalValues(2, 1, seed)))
      expect(alarmed, detector.name).toBeLessThanOrEqual(10)
      expect(median, detector.name).toBeLessThanOrEqual(60)
      expect(most, detector.name).toBeLessThanOrEqual(100)
    }
  })

  it('kswin() finds a spread 4 times as wide that moves no mean', () => {
    const detector = kswin({ alpha: 1e-4, windowSize: 300, statSize: 100 })
    const [alarmed, median, most] = summary(over100(detector, (seed) => normalValues(0, 4, seed)))
    expect(alarmed).toBeLessThanOrEqual(10)
    expect(median).toBeLessThanOrEqual(100)
    expect(most).toBeLessThanOrEqual(300)
  })
})

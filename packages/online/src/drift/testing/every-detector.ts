import { adwin } from '../adwin.ts'
import { ddm } from '../ddm.ts'
import type { Detector, DetectorState } from '../detector.ts'
import { earlyWarning } from '../early-warning.ts'
import { eddm } from '../eddm.ts'
import { fhddm } from '../fhddm.ts'
import { hddmA } from '../hddm-a.ts'
import { hddmW } from '../hddm-w.ts'
import { kswin } from '../kswin.ts'
import { pageHinkley } from '../page-hinkley.ts'

/** A detector whose kind of state does not matter. */
export type AnyDetector = Detector<DetectorState & Readonly<Record<string, unknown>>>

const any = <S extends DetectorState>(detector: Detector<S>): AnyDetector => detector as unknown as AnyDetector

/** Every detector, quick enough to fire within a few hundred values. */
export const everyDetector: readonly (readonly [title: string, detector: AnyDetector])[] = [
  ['adwin()', any(adwin({ clock: 4 }))],
  ['adwin(up)', any(adwin({ delta: 0.2, clock: 1, maxBuckets: 2, mode: 'up' }))],
  ['ddm()', any(ddm())],
  ['earlyWarning()', any(earlyWarning(hddmA(), pageHinkley({ threshold: 4 }), { hold: 20 }))],
  ['eddm()', any(eddm({ warmStart: 5 }))],
  ['fhddm()', any(fhddm({ windowSize: 40, shortWindowSize: 10, confidence: 0.01 }))],
  ['hddmA()', any(hddmA())],
  ['hddmA(both)', any(hddmA({ mode: 'both' }))],
  ['hddmW()', any(hddmW())],
  ['hddmW(both)', any(hddmW({ mode: 'both', lambda: 0.1 }))],
  ['kswin()', any(kswin({ windowSize: 40, statSize: 15, seed: 3 }))],
  ['pageHinkley()', any(pageHinkley({ threshold: 10 }))],
]

import { checkNumber, checkOptions } from '@eddy/tensor'
import type { Schedule } from '../schedule.ts'
import { annealed } from './cosine-decay.ts'
import { makeSchedule } from './make.ts'

export interface OneCycleOptions {
  /** The greatest learning rate. */
  readonly maximum: number
  /** Steps of the whole cycle. */
  readonly steps: number
  /** Share of the steps in which the rate rises; 0.3. */
  readonly riseShare?: number
  /** How the rate moves between its three values; `cosine`. */
  readonly shape?: 'cosine' | 'linear'
  /** The first rate is maximum / divFactor; 25. */
  readonly divFactor?: number
  /** The last rate is the first / finalDivFactor; 10,000. */
  readonly finalDivFactor?: number
  /** Falls back to the first rate as steeply as it rose, then to the last; false. */
  readonly threePhase?: boolean
  /** Momentum at the greatest rate; 0.85. */
  readonly baseMomentum?: number
  /** Momentum at the first and last rate; 0.95. */
  readonly maxMomentum?: number
}

const known = [
  'maximum', 'steps', 'riseShare', 'shape', 'divFactor', 'finalDivFactor', 'threePhase', 'baseMomentum', 'maxMomentum',
]

interface Phase {
  readonly end: number
  readonly rates: readonly [from: number, to: number]
  readonly momenta: readonly [from: number, to: number]
}

/**
 * One rise and one fall of the learning rate, and the opposite for the momentum (PyTorch's OneCycleLR).
 * Names: maximum is PyTorch's max_lr, steps total_steps, riseShare pct_start, shape anneal_strategy.
 * Formula: along half a cosine, or a line, from maximum / divFactor to maximum at step riseShare * steps - 1, and down
 * to maximum / divFactor / finalDivFactor at step steps - 1; afterwards the last value stays.
 * Source: Smith, Topin 2018.
 * @throws ValueError for an option out of range.
 * @example
 * sgd({ ...oneCycle({ maximum: 0.5, steps: 10_000 }) })   // learningRate and momentum
 */
export function oneCycle(options: OneCycleOptions): { readonly learningRate: Schedule; readonly momentum: Schedule } {
  checkOptions('oneCycle', options, known)
  const { maximum, steps, riseShare = 0.3, shape = 'cosine', divFactor = 25, finalDivFactor = 1e4 } = options
  const { threePhase = false, baseMomentum = 0.85, maxMomentum = 0.95 } = options
  checkNumber('oneCycle', 'maximum', maximum, { least: 0 }, 'Give the greatest learning rate.')
  checkNumber('oneCycle', 'steps', steps, { least: 2, integer: true }, 'Give the length of the cycle.')
  checkNumber('oneCycle', 'riseShare', riseShare, { above: 0, below: threePhase ? 0.5 : 1 }, 'Give 0.3 for the usual.')
  checkNumber('oneCycle', 'divFactor', divFactor, { least: 1 }, 'Give how far below the maximum to start.')
  checkNumber('oneCycle', 'finalDivFactor', finalDivFactor, { least: 1 }, 'Give how far below the start to end.')
  checkNumber('oneCycle', 'baseMomentum', baseMomentum, { least: 0, below: 1 }, 'Give the least momentum.')
  checkNumber('oneCycle', 'maxMomentum', maxMomentum, { least: baseMomentum, below: 1 }, 'Give the greatest momentum.')
  const first = maximum / divFactor
  const last = first / finalDivFactor
  const top = riseShare * steps - 1
  const rise: Phase = { end: top, rates: [first, maximum], momenta: [maxMomentum, baseMomentum] }
  const phases: readonly Phase[] = threePhase
    ? [
        rise, { end: 2 * top, rates: [maximum, first], momenta: [baseMomentum, maxMomentum] },
        { end: steps - 1, rates: [first, last], momenta: [maxMomentum, maxMomentum] },
      ]
    : [rise, { end: steps - 1, rates: [maximum, last], momenta: [baseMomentum, maxMomentum] }]
  const value = (of: 'rates' | 'momenta', step: number): number => {
    const index = phases.findIndex((phase) => step <= phase.end)
    const { end, [of]: [from, to] } = phases[index < 0 ? phases.length - 1 : index]!
    if (index < 0) return to
    const start = phases[index - 1]?.end ?? 0
    const along = end === start ? 1 : (step - start) / (end - start)
    return shape === 'cosine' ? annealed(from, to, along) : between(from, to, along)
  }
  return Object.freeze({
    learningRate: makeSchedule('oneCycle', maximum, (step) => value('rates', step)),
    momentum: makeSchedule('oneCycle momentum', maxMomentum, (step) => value('momenta', step)),
  })
}

/** Along a line, never outside the two ends. */
function between(from: number, to: number, along: number): number {
  const value = (to - from) * along + from
  return Math.min(Math.max(value, Math.min(from, to)), Math.max(from, to))
}

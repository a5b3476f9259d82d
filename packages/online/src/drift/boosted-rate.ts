import type { TrainingState } from '@eddy/graph'
import { checkNumber, type Schedule } from '@eddy/optim'
import { ValueError } from '@eddy/tensor'
import { checkOptions } from './check.ts'
import type { Detector, DetectorState } from './detector.ts'
import type { DriftPolicy } from './drift-policy.ts'
import { type DriftWatch, startWatch, watchValue } from './drift-watch.ts'

export interface BoostedRateOptions<S extends DetectorState> {
  /** The rate while nothing happens; a schedule may watch the loss itself. */
  readonly learningRate: number | Schedule
  /** How many times the rate right after a drift; 10. */
  readonly factor?: number
  /** Updates until the rate is back to normal; 500. */
  readonly steps?: number
  /** Watches the losses; a drift raises the rate. Without one, only `raise` does. */
  readonly detector?: Detector<S>
  /** What the detector is given of a loss; the loss itself. */
  readonly of?: (loss: number) => number | boolean
}

/** Part of the training state; plain data. */
export interface BoostedRateState {
  /** Updates for which the rate is still raised. */
  readonly left: number
  readonly watch: DriftWatch | null
  /** State of the schedule underneath, when it watches the loss. */
  readonly base: unknown
}

/** A schedule, with the policy that raises it from outside. */
export interface BoostedRate extends Schedule {
  readonly raise: DriftPolicy
}

/**
 * A learning rate that rises when the losses drift and falls back along a straight line.
 * Formula: rate(step) = learningRate(step) * (1 + (factor - 1) * left / steps); a drift sets left = steps, every
 * update takes one away.
 * State: `BoostedRateState`, the detector's state included, is part of the training state: snapshots, undo and resume
 * are exact, and nothing has to be subscribed. A rejected event has no loss and is not counted; a loss that the
 * detector does not take changes nothing and is counted in `watch.rejected`.
 * Use `raise` with `onDrift` when the sign of a drift is not the loss, such as the error rate.
 * @throws ValueError for an option out of range.
 *
 * @example
 * adam({ learningRate: boostedRate({ learningRate: 0.01, detector: adwin({ mode: 'up' }) }) })
 */
export function boostedRate<S extends DetectorState>(options: BoostedRateOptions<S>): BoostedRate {
  const where = 'boostedRate'
  checkOptions(where, options, ['learningRate', 'factor', 'steps', 'detector', 'of'])
  const { learningRate, factor = 10, steps = 500, detector, of = (loss: number) => loss } = options
  const base: Partial<Schedule> = typeof learningRate === 'object' ? learningRate : {}
  const { at: rateAt = () => learningRate as number, max = learningRate as number, watch: inner } = base
  checkNumber(where, 'learningRate', max, { least: 0 }, 'Give a number, or a schedule such as cosineDecay({ ... }).')
  checkNumber(where, 'factor', factor, { least: 1 }, 'Give 10 to learn ten times as fast after a drift.')
  checkNumber(where, 'steps', steps, { least: 1, integer: true }, 'Give how many updates the rate takes to fall back.')

  const initial: BoostedRateState = Object.freeze({
    left: 0, watch: detector === undefined ? null : startWatch(detector, where), base: inner?.initial ?? null,
  })
  const most = max * factor
  const at = (step: number, state: unknown): number => {
    const { left, base: own } = (state ?? initial) as BoostedRateState
    const rate = rateAt(step, own)
    return left === 0 ? rate : Math.min(most, rate * (1 + (factor - 1) * (left / steps)))
  }
  const observe = (state: unknown, loss: number): BoostedRateState => {
    const before = (state ?? initial) as BoostedRateState
    const watch = detector === undefined ? null : watchValue(detector, before.watch as DriftWatch<S>, of(loss))
    const isDrift = watch?.state.status === 'drift' && watch.rejected === before.watch!.rejected
    const left = isDrift ? steps : Math.max(0, before.left - 1)
    return Object.freeze({ left, watch, base: inner === undefined ? null : inner.observe(before.base, loss) })
  }
  const raise = (state: TrainingState): TrainingState => {
    const schedule = state.schedule as Partial<BoostedRateState> | null
    if (typeof schedule?.left === 'number') return { ...state, schedule: { ...schedule, left: steps } }
    throw new ValueError({
      what: 'the learning rate of this training cannot be raised', where: `${where}.raise`, got: schedule,
      wanted: 'the state of a boostedRate', hint: 'Give the same boostedRate to the optimizer: adam({ learningRate }).',
    })
  }
  return Object.freeze({
    name: where, at, max: most, constant: false, watch: Object.freeze({ initial, observe }), raise,
  })
}

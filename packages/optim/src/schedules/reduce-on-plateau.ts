import { checkNumber, checkOptions } from '@eddy/tensor'
import type { Schedule } from '../schedule.ts'
import { makeSchedule } from './make.ts'

export interface ReduceOnPlateauOptions {
  /** The rate of the first step, >= 0. */
  readonly learningRate: number
  /** Events whose mean loss makes one measurement; 1,000. PyTorch measures once per epoch, and a stream has none. */
  readonly every?: number
  /** Whether a good measurement is small (`min`, a loss) or great (`max`, a score); `min`. */
  readonly mode?: 'min' | 'max'
  /** The new rate is the old one times this; 0.1. */
  readonly factor?: number
  /** Measurements without improvement that are tolerated; 10. */
  readonly patience?: number
  /** What counts as an improvement; 1e-4. */
  readonly threshold?: number
  /** Relative to the best (`rel`) or absolute (`abs`); `rel`. */
  readonly thresholdMode?: 'rel' | 'abs'
  /** Measurements after a reduction in which none is counted as bad; 0. */
  readonly cooldown?: number
  /** PyTorch's min_lr; 0. */
  readonly minimum?: number
  /** A smaller change of the rate is not made; 1e-8. */
  readonly eps?: number
}

/** What the schedule remembers; plain data, so that a checkpoint can hold it. */
export interface PlateauState {
  readonly learningRate: number
  /** The best measurement so far; null before the first. */
  readonly best: number | null
  /** Measurements since the best. */
  readonly badCount: number
  readonly cooldownLeft: number
  /** Of the measurement under way. */
  readonly lossSum: number
  readonly lossCount: number
}

const known = [
  'learningRate', 'every', 'mode', 'factor', 'patience', 'threshold', 'thresholdMode', 'cooldown', 'minimum', 'eps',
]

/**
 * Lowers the learning rate when the loss no longer improves (PyTorch's ReduceLROnPlateau).
 * Formula: after more than `patience` measurements in a row that do not beat the best by the threshold, the rate
 * becomes max(rate * factor, minimum). Better means < best * (1 - threshold), < best - threshold,
 * > best * (1 + threshold) or > best + threshold, by mode and thresholdMode.
 * State: `PlateauState`, replaced, never written; it is part of the training state, so undo and resume are exact.
 * Edge: a rejected event has no loss and is not counted.
 * @throws ValueError for an option out of range.
 * @example
 * adam({ learningRate: reduceOnPlateau({ learningRate: 0.01, every: 5_000, factor: 0.5 }) })
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions): Schedule {
  const where = 'reduceOnPlateau'
  checkOptions(where, options, known)
  const { learningRate, every = 1000, mode = 'min', factor = 0.1, patience = 10, threshold = 1e-4 } = options
  const { thresholdMode = 'rel', cooldown = 0, minimum = 0, eps = 1e-8 } = options
  checkNumber(where, 'learningRate', learningRate, { least: 0 }, 'Give the rate to start with.')
  checkNumber(where, 'every', every, { least: 1, integer: true }, 'Give how many events make one measurement.')
  checkNumber(where, 'factor', factor, { least: 0, below: 1 }, 'Give 0.5 to halve the rate.')
  checkNumber(where, 'patience', patience, { least: 0, integer: true }, 'Give how many bad measurements to tolerate.')
  checkNumber(where, 'threshold', threshold, { least: 0 }, 'Give how much better counts as better.')
  checkNumber(where, 'cooldown', cooldown, { least: 0, integer: true }, 'Give how many measurements to wait.')
  checkNumber(where, 'minimum', minimum, { least: 0, most: learningRate }, 'Give the least rate.')
  checkNumber(where, 'eps', eps, { least: 0 }, 'Give the least change worth making.')

  const margin = mode === 'min' ? -threshold : threshold
  const isBetter = (value: number, best: number): boolean => {
    const limit = thresholdMode === 'rel' ? best * (1 + margin) : best + margin
    return mode === 'min' ? value < limit : value > limit
  }
  const measured = (state: PlateauState, value: number): PlateauState => {
    const better = state.best === null || isBetter(value, state.best)
    const best = better ? value : state.best
    const cooldownLeft = Math.max(0, state.cooldownLeft - 1)
    const badCount = better || state.cooldownLeft > 0 ? 0 : state.badCount + 1
    const next = { ...state, best, badCount, cooldownLeft, lossSum: 0, lossCount: 0 }
    if (badCount <= patience) return next
    const lower = Math.max(state.learningRate * factor, minimum)
    const rate = state.learningRate - lower > eps ? lower : state.learningRate
    return { ...next, learningRate: rate, badCount: 0, cooldownLeft: cooldown }
  }
  const initial: PlateauState = Object.freeze({
    learningRate, best: null, badCount: 0, cooldownLeft: 0, lossSum: 0, lossCount: 0,
  })
  const observe = (state: unknown, loss: number): PlateauState => {
    const before = state as PlateauState
    const lossSum = before.lossSum + loss
    const lossCount = before.lossCount + 1
    return Object.freeze(
      lossCount >= every ? measured(before, lossSum / lossCount) : { ...before, lossSum, lossCount },
    )
  }
  const at = (_step: number, state: unknown): number => ((state ?? initial) as PlateauState).learningRate
  return makeSchedule(where, learningRate, at, { initial, observe })
}

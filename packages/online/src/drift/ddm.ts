import { checkNumber } from '@eddy/optim'
import { checkOptions } from './check.ts'
import { defineDetector, type Detector, type DetectorState } from './detector.ts'

export interface DdmOptions {
  /** No judgement before more values than this; 30. */
  readonly warmStart?: number
  /** Standard deviations above the best error rate that are a warning; 2. */
  readonly warningThreshold?: number
  /** The same for a drift; 3. */
  readonly driftThreshold?: number
}

export interface DdmState extends DetectorState {
  readonly count: number
  readonly errorRate: number
  /** Error rate and its standard deviation where their sum was least; null before there is one. */
  readonly best: { readonly errorRate: number; readonly deviation: number } | null
}

/**
 * Drift detection method: the error rate of a model that learns should not rise.
 * Formula: p the share of errors so far, s = sqrt(p (1 - p) / n); warning when p + s > pBest + 2 sBest, drift when
 * p + s > pBest + 3 sBest, where pBest and sBest are those of the least p + s.
 * Source: Gama, Medas, Castillo, Rodrigues 2004. The defaults are River's.
 * Edge: after a start without any error (s = 0) the first error is a drift.
 * State/cost: four numbers, O(1).
 * @throws ValueError for an option out of range.
 *
 * @example
 * // 1,000 errors of rate 0.1, then 1,000 of rate 0.4
 * errors.reduce(ddm().update, ddm().initial).count // 918
 * learned$.pipe(detectDrift(ddm(), ({ event, prediction }) => (prediction > 0.5) !== event.isSpam))
 */
export function ddm(options: DdmOptions = {}): Detector<DdmState> {
  const where = 'ddm'
  checkOptions(where, options, ['warmStart', 'warningThreshold', 'driftThreshold'])
  const { warmStart = 30, warningThreshold = 2, driftThreshold = 3 } = options
  checkNumber(where, 'warmStart', warmStart, { least: 0, integer: true }, 'Give a number of values.')
  checkNumber(where, 'warningThreshold', warningThreshold, { least: 0 }, 'Give a number of standard deviations.')
  checkNumber(where, 'driftThreshold', driftThreshold, { least: warningThreshold }, 'Give at least warningThreshold.')

  const next = (state: DdmState, value: number): DdmState => {
    const count = state.count + 1
    const errorRate = state.errorRate + (1 / count) * (value - state.errorRate)
    if (count <= warmStart) return { status: 'stable', count, errorRate, best: null }
    const deviation = Math.sqrt(errorRate * (1 - errorRate) / count)
    const level = errorRate + deviation
    let { best } = state
    if (best === null || level <= best.errorRate + best.deviation) best = { errorRate, deviation }
    if (level > best.errorRate + driftThreshold * best.deviation) return { status: 'drift', count, errorRate, best }
    const isHigh = level > best.errorRate + warningThreshold * best.deviation
    return { status: isHigh ? 'warning' : 'stable', count, errorRate, best }
  }
  const initial: DdmState = { status: 'stable', count: 0, errorRate: 0, best: null }
  return defineDetector({ name: where, takes: 'bits', initial, next })
}

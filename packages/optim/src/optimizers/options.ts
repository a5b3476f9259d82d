import type { Schedule } from '../schedule.ts'
import { addDecayedWeights } from '../transforms/weight-decay.ts'
import { scaleBy } from '../transforms/scale-by.ts'
import type { Transform } from '../transform.ts'

/** What every optimizer takes. */
export interface CommonOptions {
  /** Per step: a number >= 0, or a schedule. */
  readonly learningRate?: number | Schedule
  /** Coefficient of the L2 penalty, >= 0. */
  readonly weightDecay?: number
  /** Climbs instead of descending; false. */
  readonly maximize?: boolean
}

export const commonOptions = ['learningRate', 'weightDecay', 'maximize'] as const

/** What stands before the rule of every optimizer but adamw: the sign, then the penalty, as in PyTorch. */
export function prepared({ weightDecay = 0, maximize = false }: CommonOptions): readonly Transform[] {
  const decay = addDecayedWeights(weightDecay)
  return [...(maximize ? [scaleBy(-1)] : []), ...(weightDecay === 0 ? [] : [decay])]
}

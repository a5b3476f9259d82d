import type { Learning } from '../learning.ts'
import type { Variant } from '../variant.ts'
import { stepwise } from './stepwise.ts'

/** The hand-written loop over typed arrays. */
export function plain(workload: Learning): Variant {
  return stepwise('plain', () => workload.data().events, () => ({ step: workload.plain(workload.data().weights) }))
}

import type { Key } from '../many/keyed-options.ts'
import { Learned, type Predicted } from '../results.ts'
import type { Report } from '../prequential.ts'
import type { Claim } from './pending-labels.ts'

/** A prediction that waits for its label. */
export interface PredictedWithKey<E, P> extends Predicted<E, P> {
  readonly key: Key
}

/**
 * A label that came later and was learned: for what, what had been predicted when it was asked, and the loss that the
 * model had, as it was when the label came.
 */
export class LearnedLater<E, P, K extends string = string> extends Learned<E, P, K> {
  readonly key: Key
  readonly label: unknown
  /** Whether it was learned before, with another label; metrics keep the first. */
  readonly isRevision: boolean

  constructor(claim: Claim<E, P>, isRevision: boolean, loss: number, step: number, report: () => Report<K>) {
    super(claim.event, claim.prediction, loss, step, report)
    this.key = claim.key
    this.label = claim.label
    this.isRevision = isRevision
  }
}

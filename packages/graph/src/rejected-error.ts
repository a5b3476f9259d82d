import { EddyError } from '@eddy/tensor'
import type { Rejection } from './rejection.ts'

/**
 * An event that could not be used where an answer is wanted at once: `predictor`, `learnOne`, `predictOne`. Nothing has
 * changed.
 */
export class RejectedError extends EddyError {
  override readonly name = 'RejectedError'
  readonly rejection: Rejection

  constructor(rejection: Rejection) {
    const { node, phase, reason, cause } = rejection
    super('E_REJECTED', `the event was rejected at ${node} (${phase}): ${reason}`, { cause })
    this.rejection = rejection
  }
}

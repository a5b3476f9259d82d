import type { Rejection } from '@eddy/graph'
import { EddyError } from '@eddy/tensor'

/** An event that `learnOne` or `predictOne` could not use. Nothing has changed; `rejected$` has reported it, too. */
export class RejectedError extends EddyError {
  override readonly name = 'RejectedError'
  readonly rejection: Rejection

  constructor(rejection: Rejection) {
    const { node, phase, reason, cause } = rejection
    super('E_REJECTED', `the event was rejected at ${node} (${phase}): ${reason}`, { cause })
    this.rejection = rejection
  }
}

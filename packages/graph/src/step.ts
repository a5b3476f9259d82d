/** One committed update. */
export class Step<E = unknown> {
  /** Number of the frame within its run, from 1; rejected and skipped frames count too. */
  readonly id: number
  /** Committed updates of this training so far, this one included. */
  readonly step: number
  /** The loss before the update. */
  readonly loss: number
  readonly event: E

  constructor(id: number, step: number, loss: number, event: E) {
    this.id = id
    this.step = step
    this.loss = loss
    this.event = event
  }
}

import type { Report } from './prequential.ts'

/** A prediction. */
export interface Predicted<E, P> {
  readonly event: E
  readonly prediction: P
}

/** One learned event: what was predicted before its label was used, and the loss of that prediction. */
export class Learned<E, P, K extends string = string> implements Predicted<E, P> {
  readonly event: E
  readonly prediction: P
  readonly loss: number
  /** Committed updates so far, this one included. */
  readonly step: number
  readonly #report: () => Report<K>

  constructor(event: E, prediction: P, loss: number, step: number, report: () => Report<K>) {
    this.event = event
    this.prediction = prediction
    this.loss = loss
    this.step = step
    this.#report = report
  }

  /** The learner's metrics at the time of reading, computed then; right after this event when read as it arrives. */
  get metrics(): Report<K> {
    return this.#report()
  }
}

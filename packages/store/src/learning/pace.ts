import { ValueError } from '@eddy/tensor'

/** With what they do to caches, checkpoints that take this share of the time slow a fast learner by about 5 %. */
const usualShare = 0.03
const usualEvery = 1000
/** Milliseconds that a checkpoint can take; beyond that, or below 0, the clock was set meanwhile. */
const costMax = 10_000

/** When a checkpoint is due: after so many operations, and when the last ones have not taken too much of the time. */
export class Pace {
  readonly #every: number
  readonly #share: number
  /** Operations between two looks at the clock while a checkpoint waits. */
  readonly #patience: number
  /** Operations at which to look whether one can be afforded. */
  #lookAt: number
  /** When the last checkpoint was made, and how long that took, in milliseconds. */
  #endedAt = -Infinity
  #cost = 0

  /** @throws ValueError for other numbers than a whole one from 1 on, and a share above 0 and at most 1. */
  constructor(every: number | undefined, share: number | undefined) {
    if (every !== undefined && !(Number.isInteger(every) && every >= 1)) {
      throw new ValueError({
        what: 'this is no number of operations', where: 'persist', got: every, wanted: 'a whole number from 1 on',
        hint: `Leave every out for ${usualEvery}, or as many as take ${100 * usualShare} % of the time.`,
      })
    }
    if (share !== undefined && !(share > 0 && share <= 1)) {
      throw new ValueError({
        what: 'this is no share of the time', where: 'persist', got: share, wanted: 'a number above 0, at most 1',
        hint: `Leave share out for ${usualShare}, or 1 where every is given.`,
      })
    }
    this.#every = every ?? usualEvery
    this.#share = share ?? (every === undefined ? usualShare : 1)
    this.#patience = Math.ceil(this.#every / 15)
    this.#lookAt = this.#every
  }

  /** Whether it is due so many operations after the last attempt. */
  isDue(operations: number): boolean {
    return operations >= this.#lookAt && this.#isAffordable(operations)
  }

  /** How many operations may be done before this is asked again: where the clock decides, it does not matter when. */
  ahead(operations: number): number {
    return Math.max(this.#lookAt - operations, this.#share >= 1 ? 1 : this.#patience)
  }

  /** Makes a checkpoint, and takes its time where that matters. */
  timed<T>(make: () => T): T {
    if (this.#share >= 1) return make()
    const began = performance.now()
    const made = make()
    this.#endedAt = performance.now()
    const cost = this.#endedAt - began
    if (cost >= 0 && cost <= costMax) this.#cost = cost
    this.#lookAt = this.#every
    return made
  }

  #isAffordable(operations: number): boolean {
    if (this.#share >= 1) return true
    this.#lookAt = operations + this.#patience
    const passed = performance.now() - this.#endedAt
    // A clock that was set back says nothing about how much has passed.
    return !(passed >= 0) || !(passed * this.#share < this.#cost * (1 - this.#share))
  }
}

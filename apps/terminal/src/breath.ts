import { setImmediate } from 'node:timers/promises'

/**
 * Lets the process live beside a busy loop: timers, the redraw, Ctrl-C. `take` returns at once, unless a `spanMs` of
 * work is over; then it waits until everything else had its turn.
 */
export class Breath {
  readonly #spanMs: number
  #since = performance.now()

  constructor(spanMs = 20) {
    this.#spanMs = spanMs
  }

  /** True when it is time to `take` one. */
  get isDue(): boolean {
    return performance.now() - this.#since >= this.#spanMs
  }

  async take(): Promise<void> {
    await setImmediate()
    this.#since = performance.now()
  }
}

import { GraphError } from '@eddy/graph'

const queueMax = 65_536

/** Does one thing after the other: what is asked for from inside one waits until it has ended. */
export class Turns {
  #waiting: (() => void)[] = []
  #isBusy = false

  /** @throws the first that an action throws, when all are done; GraphError when too many wait. */
  run(action: () => void): void {
    if (this.#isBusy) {
      if (this.#waiting.length >= queueMax) {
        throw new GraphError(`${queueMax} events wait already`, 'persist', 'Do not push events from inside results')
      }
      this.#waiting.push(action)
      return
    }
    this.#isBusy = true
    const failures: unknown[] = []
    this.#waiting.push(action)
    for (let k = 0; k < this.#waiting.length; k++) {
      try {
        this.#waiting[k]!()
      } catch (error) {
        failures.push(error)
      }
    }
    this.#waiting.length = 0
    this.#isBusy = false
    if (failures.length > 0) throw failures[0]
  }

  /** @throws GraphError while something is being done. */
  checkFree(where: string): void {
    if (!this.#isBusy) return
    throw new GraphError('called while an event is being learned', where, 'Call it from outside of results and taps')
  }
}

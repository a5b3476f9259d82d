import { GraphError } from '@eddy/graph'

const queueMax = 65_536

/** Does one thing after the other: what is asked for from inside one waits until it has ended. */
export class Turns {
  #waiting: (() => void)[] = []
  #isBusy = false

  get isBusy(): boolean {
    return this.#isBusy
  }

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
    try {
      action()
    } catch (error) {
      return this.leave({ error })
    }
    this.leave(null)
  }

  /** Begins what `leave` ends. @throws GraphError while something is being done. */
  enter(where: string): void {
    this.checkFree(where)
    this.#isBusy = true
  }

  /** Does what was asked for meanwhile. @throws this failure, or else the first one that comes of it. */
  leave(failure: { readonly error: unknown } | null): void {
    if (this.#waiting.length > 0) failure = this.#rest(failure)
    this.#isBusy = false
    if (failure !== null) throw failure.error
  }

  /** What was asked for meanwhile; the first failure. */
  #rest(failure: { readonly error: unknown } | null): { readonly error: unknown } | null {
    for (let k = 0; k < this.#waiting.length; k++) {
      try {
        this.#waiting[k]!()
      } catch (error) {
        failure ??= { error }
      }
    }
    this.#waiting.length = 0
    return failure
  }

  /** @throws GraphError while something is being done. */
  checkFree(where: string): void {
    if (!this.#isBusy) return
    throw new GraphError('called while an event is being learned', where, 'Call it from outside of results and taps')
  }
}

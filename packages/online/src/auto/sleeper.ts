import { type Saved, saveNumbers, savedNumbers } from './saved.ts'

/** Nobody sleeps before so many events; then whoever contributes less than this is asked once in so many events. */
const earliest = 1000
const least = 0.005
const often = 8
const look = 64

/**
 * Lets an expert sleep that costs much and contributes little. It still remembers every event; when it does not speak,
 * the mixture of the others stands for it, so that its weight neither rises nor falls.
 * Source: Freund, Schapire, Singer and Warmuth 1997 (experts that specialize): the bounds then hold for the events at
 * which it speaks.
 */
export class Sleeper {
  #count = 0
  #isTired = false

  /** Whether it sleeps through the next event. */
  get isAsleep(): boolean {
    return this.#isTired && this.#count % often !== 0
  }

  /** After every event; `share` says what it contributes. */
  next(share: () => number): void {
    this.#count++
    if (this.#count >= earliest && this.#count % look === 0) this.#isTired = share() < least
  }

  get state(): Saved {
    return saveNumbers([this.#count, Number(this.#isTired)])
  }

  restore(state: unknown): void {
    const [count, isTired] = savedNumbers(state, 'an expert that sleeps', 2)
    this.#count = count!
    this.#isTired = isTired === 1
  }
}

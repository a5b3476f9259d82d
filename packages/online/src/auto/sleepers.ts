import { type Saved, saveNumbers, savedNumbers } from './saved.ts'

/** Nobody sleeps before so many events. */
const earliest = 1000
/**
 * Whoever contributes less than `little` is asked at every fourth event only, less than `least` at every eighth; and
 * the one that costs most, less than `some`, at every other.
 */
const some = 0.1
const little = 0.02
const least = 0.005
/** Who sleeps how much is looked at once in so many events. */
const look = 64

/**
 * Lets experts sleep that cost much and contribute little: they are asked, and learn, at one in some events only,
 * not all of them at the same one. While one does not speak, the mixture of the others stands for it, so that its
 * weight neither rises nor falls.
 * Source: Freund, Schapire, Singer and Warmuth 1997 (experts that specialize): the bounds then hold for the events at
 * which it speaks.
 */
export class Sleepers {
  /** Who sleeps through the next event, by number of expert; 1: sleeps. */
  readonly asleep: Uint8Array
  /** How many do. */
  sleeping = 0
  readonly #experts: readonly number[]
  /** One in so many events is for it. */
  readonly #period: Uint8Array
  #count = 0

  /** `experts`: those, by number, that may sleep, of `all`; the last one costs most. */
  constructor(experts: readonly number[], all: number) {
    this.#experts = experts
    this.asleep = new Uint8Array(all)
    this.#period = new Uint8Array(experts.length).fill(1)
  }

  /** After every event; `carrying` says what each expert contributes. */
  next(carrying: () => readonly number[]): void {
    this.#count++
    if (this.#count >= earliest && this.#count % look === 0) {
      const shares = carrying()
      this.#experts.forEach((expert, k) => {
        const share = shares[expert]!
        const usual = k === this.#experts.length - 1 && share < some ? 2 : 1
        this.#period[k] = share < least ? 8 : share < little ? 4 : usual
      })
    }
    this.#settle()
  }

  #settle(): void {
    this.sleeping = 0
    for (let k = 0; k < this.#experts.length; k++) {
      const since = (this.#count + 2 * k) % this.#period[k]!
      const sleeps = since === 0 ? 0 : 1
      this.asleep[this.#experts[k]!] = sleeps
      this.sleeping += sleeps
    }
  }

  get state(): Saved {
    return saveNumbers([this.#count, ...this.#period])
  }

  restore(state: unknown): void {
    const [count, ...periods] = savedNumbers(state, 'experts that sleep', 1 + this.#experts.length)
    this.#count = count!
    this.#period.set(periods)
    this.#settle()
  }
}

import { type Saved, saveNumbers, savedNumbers } from './saved.ts'

/** Nobody sleeps before so many events; then whoever contributes less than `least` is asked once in `often` events. */
const earliest = 1000
const least = 0.005
const often = 8
/** Who is tired is looked at once in so many events. */
const look = 64

/**
 * Lets experts sleep that cost much and contribute little: they are asked, and learn, at every eighth event only, not
 * all of them at the same one. While one does not speak, the mixture of the others stands for it, so that its weight
 * neither rises nor falls.
 * Source: Freund, Schapire, Singer and Warmuth 1997 (experts that specialize): the bounds then hold for the events at
 * which it speaks.
 */
export class Sleepers {
  /** Who sleeps through the next event, by number of expert; 1: sleeps. */
  readonly asleep: Uint8Array
  /** How many do. */
  sleeping = 0
  readonly #experts: readonly number[]
  readonly #tired: Uint8Array
  #count = 0

  /** `experts`: those, by number, that may sleep, of `all`. */
  constructor(experts: readonly number[], all: number) {
    this.#experts = experts
    this.asleep = new Uint8Array(all)
    this.#tired = new Uint8Array(experts.length)
  }

  /** After every event; `carrying` says what each expert contributes. */
  next(carrying: () => readonly number[]): void {
    this.#count++
    if (this.#count >= earliest && this.#count % look === 0) {
      const shares = carrying()
      this.#experts.forEach((expert, k) => void (this.#tired[k] = shares[expert]! < least ? 1 : 0))
    }
    this.#settle()
  }

  #settle(): void {
    this.sleeping = 0
    for (let k = 0; k < this.#experts.length; k++) {
      const sleeps = this.#tired[k] === 1 && (this.#count + 2 * k) % often !== 0 ? 1 : 0
      this.asleep[this.#experts[k]!] = sleeps
      this.sleeping += sleeps
    }
  }

  get state(): Saved {
    return saveNumbers([this.#count, ...this.#tired])
  }

  restore(state: unknown): void {
    const [count, ...tired] = savedNumbers(state, 'experts that sleep', 1 + this.#experts.length)
    this.#count = count!
    this.#tired.set(tired)
    this.#settle()
  }
}

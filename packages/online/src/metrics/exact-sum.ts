import type { MetricState } from './metric.ts'

/** Terms from here on are not summed: together they could overflow. */
const tooLarge = 2 ** 960

/** The same term as a finite number, so that JSON can keep it: what cannot be summed stays such. */
export function finiteTerm(term: number): number {
  return Number.isFinite(term) ? term + 0 : Number.MAX_VALUE
}

let terms = new Float64Array(64)

/** Room for so many terms, until the next call. */
export function termsFor(count: number): Float64Array {
  if (terms.length < count) terms = new Float64Array(count)
  return terms
}

/**
 * A sum without rounding errors: terms may be added and taken away for ever, in any order, and the value is the true
 * sum rounded once.
 *
 * Formula: a term is added to the first of three numbers as an exact pair (rounded sum, rest), the rest to the second,
 * its rest to the third; what is still left, hardly ever anything, to a list of parts that do not overlap.
 * Source: Knuth (two-sum), Shewchuk 1997 (grow-expansion).
 * Edge: while a term of magnitude 2^960 or more, or one that is no number, is among them, the value is NaN; taking it
 * away heals the sum. Products that fall below 2^-1022 lose bits.
 * State/cost: 3 numbers, and at most 40 parts; as a rule two exact pairs a term.
 */
export class ExactSum {
  readonly #top = new Float64Array(3)
  #rests: readonly number[] = []
  #unusable = 0

  /** The three numbers, the number of terms that cannot be summed, then the list. */
  get state(): MetricState {
    const state: number[] = []
    this.put(state, 0)
    return state
  }

  /** Writes the state into a list from a place on; where it ends. */
  put(into: number[], at: number): number {
    const top = this.#top
    const rests = this.#rests
    into[at] = top[0]!
    into[at + 1] = top[1]!
    into[at + 2] = top[2]!
    into[at + 3] = this.#unusable
    for (let k = 0; k < rests.length; k++) into[at + 4 + k] = rests[k]!
    return at + 4 + rests.length
  }

  /** Numbers whose true sum is that of the terms; none overlap, the largest comes last. */
  get parts(): readonly number[] {
    return this.#top.reduce<readonly number[]>(grown, this.#rests)
  }

  add(term: number): void {
    if (Math.abs(term) < tooLarge) this.#grow(term)
    else this.#unusable++
  }

  /** The same as `add` of the first `count` terms, in order. */
  addAll(terms: Float64Array, count: number): void {
    const top = this.#top
    let first = top[0]!
    let second = top[1]!
    for (let k = 0; k < count; k++) {
      const term = terms[k]!
      if (!(Math.abs(term) < tooLarge)) {
        this.#unusable++
        continue
      }
      const sum = first + term
      const added = sum - first
      const rest = (first - (sum - added)) + (term - added)
      first = sum
      if (rest === 0) continue
      const total = second + rest
      const kept = total - second
      const left = (second - (total - kept)) + (rest - kept)
      second = total
      if (left !== 0) this.#growThird(left)
    }
    top[0] = first
    top[1] = second
  }

  remove(term: number): void {
    if (Math.abs(term) < tooLarge) this.#grow(-term)
    else this.#unusable--
  }

  /** Adds x y without rounding it. */
  addProduct(x: number, y: number): void {
    if (Math.abs(x * y) < tooLarge) this.#growProduct(x, y)
    else this.#unusable++
  }

  /** Takes away a product that was added. */
  removeProduct(x: number, y: number): void {
    if (Math.abs(x * y) < tooLarge) this.#growProduct(-x, y)
    else this.#unusable--
  }

  /** Adds weight x^2 without rounding it. */
  addSquare(x: number, weight: number): void {
    const square = x * x
    if (!(square * weight < tooLarge)) {
      this.#unusable++
      return
    }
    this.#growProduct(restOf(x, x, square), weight)
    this.#growProduct(square, weight)
  }

  /** Takes away a square that was added with weight 1. */
  removeSquare(x: number): void {
    const square = x * x
    if (!(square < tooLarge)) {
      this.#unusable--
      return
    }
    this.#grow(-restOf(x, x, square))
    this.#grow(-square)
  }

  /** Multiplies by a power of two, keeping the first 159 bits: below a tie of the first 106 is what decides it. */
  rescale(factor: number): void {
    const kept = [0, 0, 0].map(() => {
      const part = rounded(this.parts)
      this.#grow(-part)
      return part * factor + 0
    })
    this.#rests = []
    this.#top.set(kept)
  }

  /** The sum, rounded to the nearest number. */
  get value(): number {
    return this.#unusable === 0 ? rounded(this.parts) : NaN
  }

  restore([first, second, third, unusable, ...rests]: MetricState): void {
    this.#top.set([first!, second!, third!])
    this.#unusable = unusable!
    this.#rests = rests
  }

  #growProduct(x: number, y: number): void {
    const product = x * y
    if (y !== 1) this.#grow(restOf(x, y, product))
    this.#grow(product)
  }

  #grow(term: number): void {
    const top = this.#top
    const first = top[0]!
    const sum = first + term
    const added = sum - first
    const rest = (first - (sum - added)) + (term - added)
    top[0] = sum
    if (rest !== 0) this.#growSecond(rest)
  }

  #growSecond(term: number): void {
    const top = this.#top
    const second = top[1]!
    const sum = second + term
    const added = sum - second
    const rest = (second - (sum - added)) + (term - added)
    top[1] = sum
    if (rest !== 0) this.#growThird(rest)
  }

  #growThird(term: number): void {
    const top = this.#top
    const third = top[2]!
    const sum = third + term
    const added = sum - third
    const rest = (third - (sum - added)) + (term - added)
    top[2] = sum
    if (rest !== 0) this.#rests = grown(this.#rests, rest)
  }
}

/** Adds a term to parts that do not overlap, the largest last. */
function grown(parts: readonly number[], term: number): readonly number[] {
  const next: number[] = []
  for (const part of parts) {
    const sum = part + term
    const added = sum - part
    const rest = (part - (sum - added)) + (term - added)
    if (rest !== 0) next.push(rest)
    term = sum
  }
  if (term !== 0) next.push(term)
  return next
}

/** The sum of such parts, rounded to the nearest number. */
function rounded(parts: readonly number[]): number {
  let k = parts.length - 1
  if (k < 0) return 0
  let sum = parts[k]!
  while (k > 0) {
    const part = parts[--k]!
    const total = sum + part
    const rest = part - (total - sum)
    sum = total
    if (rest === 0) continue
    // A rest of exactly half a unit was rounded to even: what lies below it decides instead.
    const below = k > 0 ? parts[k - 1]! : 0
    if ((rest > 0 && below > 0) || (rest < 0 && below < 0)) {
      const corrected = sum + rest * 2
      if (corrected - sum === rest * 2) sum = corrected
    }
    break
  }
  return sum
}

/** x y - product, exactly: both factors are cut into halves of 26 bits. Source: Veltkamp 1968, Dekker 1971. */
function restOf(x: number, y: number, product: number): number {
  const xHigh = upperHalf(x)
  const yHigh = upperHalf(y)
  const xLow = x - xHigh
  const yLow = y - yHigh
  return xLow * yLow - (((product - xHigh * yHigh) - xLow * yHigh) - xHigh * yLow)
}

/** The upper 26 of the 53 bits of x. */
function upperHalf(x: number): number {
  const spread = x * 134217729
  return spread - (spread - x)
}

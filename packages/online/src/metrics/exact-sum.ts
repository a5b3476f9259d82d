import type { MetricState } from './metric.ts'

/** Terms from here on are not summed: together they could overflow. */
const tooLarge = 2 ** 960

/** The same term as a finite number, so that JSON can keep it: what cannot be summed stays such. */
export function finiteTerm(term: number): number {
  return Number.isFinite(term) ? term + 0 : Number.MAX_VALUE
}

/**
 * A sum without rounding errors: terms may be added and taken away for ever, in any order, and the value is the true sum
 * rounded once.
 *
 * Formula: the sum is kept as parts of ascending magnitude that do not overlap; a term is added to each in turn as an
 * exact pair (rounded sum, rest), and the rests stay. Source: Shewchuk 1997 (grow-expansion), Knuth (two-sum).
 * Edge: while a term of magnitude 2^960 or more, or one that is no number, is among them, the value is NaN; taking it
 * away heals the sum. Products that fall below 2^-1022 lose bits.
 * State/cost: 2 or 3 parts as a rule, at most 40.
 */
export class ExactSum {
  readonly #parts: number[] = []
  #count = 0
  #unusable = 0

  /** The parts that are in use, then the number of terms that cannot be summed. */
  get state(): MetricState {
    return [...this.#parts.slice(0, this.#count), this.#unusable]
  }

  /** Numbers whose true sum is that of the terms; none overlap, the largest comes last. */
  get parts(): readonly number[] {
    return this.#parts.slice(0, this.#count)
  }

  add(term: number): void {
    if (Math.abs(term) < tooLarge) this.#grow(term)
    else this.#unusable++
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

  /** Multiplies by a power of two, keeping the first 106 bits. */
  rescale(factor: number): void {
    const high = this.#rounded()
    this.#grow(-high)
    const low = this.#rounded()
    this.#count = 0
    if (low * factor !== 0) this.#parts[this.#count++] = low * factor
    if (high * factor !== 0) this.#parts[this.#count++] = high * factor
  }

  /** The sum, rounded to the nearest number. */
  get value(): number {
    return this.#unusable === 0 ? this.#rounded() : NaN
  }

  restore(state: MetricState): void {
    this.#count = state.length - 1
    for (let k = 0; k < this.#count; k++) this.#parts[k] = state[k]!
    this.#unusable = state[this.#count]!
  }

  #growProduct(x: number, y: number): void {
    const product = x * y
    if (y !== 1) this.#grow(restOf(x, y, product))
    this.#grow(product)
  }

  #grow(term: number): void {
    if (term === 0) return
    const parts = this.#parts
    let sum = term
    let kept = 0
    for (let k = 0; k < this.#count; k++) {
      const part = parts[k]!
      const total = sum + part
      const added = total - sum
      const rest = (sum - (total - added)) + (part - added)
      if (rest !== 0) parts[kept++] = rest
      sum = total
    }
    if (sum !== 0) parts[kept++] = sum
    this.#count = kept
  }

  #rounded(): number {
    const parts = this.#parts
    let k = this.#count - 1
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

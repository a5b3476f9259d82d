import { kernelMath } from '../kernel-math.ts'
import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

const rate = 0.5
const round = 0.002
/** The most, in units of the usual error, that one event counts for. */
const held = 20
const memory = 200

/**
 * Mixes the numbers of experts in three ways, and the three with each other; losses are absolute errors.
 *
 * 1. Polynomial weights of the gradient (ML-Poly): r_i = s (p - p_i), s the sign of p - y; R_i += r_i, V_i += r_i^2;
 *    weights proportional to max(R_i, 0) / (E^2 + V_i), E being the greatest |r_i| of all so far.
 * 2. Exponential weights with fixed share: w_i <- 0.998 w_i exp(-|p_i - y| / (2 e)) / sum + 0.002 / N, e being the
 *    usual error of this mixture.
 * 3. The median of the experts under the weights of 2.
 * All three again by exponential weights with fixed share.
 *
 * Bound: the regret of 1 against every mixture of the experts with fixed weights q is at most
 * sum q_i sqrt(N (1 + ln(1 + T)) (E^2 + V_i)) when E is known from the start, without any step size to choose
 * (Gaillard, Stoltz and van Erven 2014, on ML-Poly, with the gradient trick for convex losses of Cesa-Bianchi and
 * Lugosi 2006, section 2.5). 2 and the last step follow an expert that is best only for a time. Theirs is no worst
 * case: for errors within b times e they lose at most 2 e (ln N - T ln 0.998) + T b^2 e / 16 to the best expert
 * (exponential weights with Hoeffding's lemma, Herbster and Warmuth 1998); that e moves makes this a guide, no bound.
 */
export class NumberMixer {
  readonly #experts: number
  readonly #regrets: Float64Array
  readonly #squares: Float64Array
  readonly #polynomial: Float64Array
  readonly #weights: Float64Array
  readonly #tops = new Float64Array(3).fill(1 / 3)
  readonly #mixtures = new Float64Array(3)
  readonly #losses: Float64Array
  readonly #order: number[] = []
  #usual = 0
  #greatest = 0
  #count = 0

  constructor(experts: number) {
    this.#experts = experts
    this.#regrets = new Float64Array(experts)
    this.#squares = new Float64Array(experts)
    this.#polynomial = new Float64Array(experts)
    this.#weights = new Float64Array(experts).fill(1 / experts)
    this.#losses = new Float64Array(experts)
  }

  /** The mixture; an expert that is `asleep` (-1: none) is given what the others say. */
  predict(numbers: Float64Array, asleep: number): number {
    const n = this.#experts
    if (asleep >= 0) {
      let [sum, total] = [0, 0]
      for (let i = 0; i < n; i++) {
        if (i === asleep) continue
        sum += this.#weights[i]! * numbers[i]!
        total += this.#weights[i]!
      }
      numbers[asleep] = sum / total
    }
    const own = this.#polynomialWeights()
    let polynomial = 0
    let exponential = 0
    for (let i = 0; i < n; i++) {
      polynomial += own[i]! * numbers[i]!
      exponential += this.#weights[i]! * numbers[i]!
    }
    const [mixtures, tops] = [this.#mixtures, this.#tops]
    mixtures[0] = polynomial
    mixtures[1] = exponential
    mixtures[2] = this.#median(numbers)
    return tops[0]! * mixtures[0] + tops[1]! * mixtures[1] + tops[2]! * mixtures[2]
  }

  #polynomialWeights(): Float64Array {
    const own = this.#polynomial
    const scale = this.#greatest * this.#greatest + 1e-300
    let total = 0
    for (let i = 0; i < own.length; i++) total += own[i] = Math.max(0, this.#regrets[i]!) / (scale + this.#squares[i]!)
    const fits = total > 0 && total < Infinity
    for (let i = 0; i < own.length; i++) own[i] = fits ? own[i]! / total : 1 / own.length
    return own
  }

  #median(numbers: Float64Array): number {
    const order = this.#order
    for (let i = 0; i < this.#experts; i++) {
      let k = i
      while (k > 0 && numbers[order[k - 1]!]! > numbers[i]!) {
        order[k] = order[k - 1]!
        k--
      }
      order[k] = i
    }
    let below = 0
    for (let k = 0; k < this.#experts; k++) {
      below += this.#weights[order[k]!]!
      if (below >= 0.5) return numbers[order[k]!]!
    }
    return numbers[order[this.#experts - 1]!]!
  }

  /** Learns the label of the event that was predicted last. */
  learn(numbers: Float64Array, label: number): void {
    const { exp } = kernelMath()
    const n = this.#experts
    this.#count++
    const [polynomial, exponential] = this.#mixtures
    const side = Math.sign(polynomial! - label)
    let least = Infinity
    for (let i = 0; i < n; i++) {
      const apart = side * (polynomial! - numbers[i]!)
      this.#regrets[i] = this.#regrets[i]! + apart
      this.#squares[i] = this.#squares[i]! + apart * apart
      if (Math.abs(apart) > this.#greatest) this.#greatest = Math.abs(apart)
      const loss = Math.abs(numbers[i]! - label)
      if (loss < least) least = loss
      this.#losses[i] = this.#losses[i]! + (loss - this.#losses[i]!) / this.#count
    }
    const error = Math.abs(exponential! - label)
    const kept = Math.min(error, 10 * (this.#usual || error))
    this.#usual = this.#count < 3 ? kept : this.#usual + (kept - this.#usual) / Math.min(this.#count, memory)
    if (this.#count === 1) return
    const unit = this.#usual || 1e-300
    share(this.#weights, numbers, label, least, unit, exp)
    let best = Infinity
    for (const mixture of this.#mixtures) best = Math.min(best, Math.abs(mixture - label))
    share(this.#tops, this.#mixtures, label, best, unit, exp)
  }

  /** What carries the prediction, adding up to 1. */
  get carrying(): readonly number[] {
    const [polynomial, exponential, median] = this.#tops
    const own = this.#polynomialWeights()
    return Array.from(this.#weights, (weight, i) => polynomial! * own[i]! + (exponential! + median!) * weight)
  }

  /** Mean absolute error of each expert so far; NaN before the first label. */
  get losses(): readonly number[] {
    return Array.from(this.#losses, (loss) => (this.#count === 0 ? NaN : loss))
  }

  get state(): Saved {
    return {
      numbers: saveNumbers([this.#count, this.#usual, this.#greatest]), regrets: saveNumbers(this.#regrets),
      squares: saveNumbers(this.#squares), weights: saveNumbers(this.#weights), tops: saveNumbers(this.#tops),
      losses: saveNumbers(this.#losses),
    }
  }

  restore(state: unknown): void {
    const { numbers, regrets, squares, weights, tops, losses } = savedRecord(state, 'the weights of experts')
    const n = this.#experts
    const [count, usual, greatest] = savedNumbers(numbers, 'the weights of experts', 3)
    this.#regrets.set(savedNumbers(regrets, 'the regrets', n))
    this.#squares.set(savedNumbers(squares, 'the squares of regrets', n))
    this.#weights.set(savedNumbers(weights, 'the weights of experts', n))
    this.#tops.set(savedNumbers(tops, 'the weights of mixtures', 3))
    this.#losses.set(savedNumbers(losses, 'the losses of experts', n))
    this.#count = count!
    this.#usual = usual!
    this.#greatest = greatest!
  }
}

/** Exponential weights of absolute errors in a unit, beyond the least one, with fixed share. */
function share(
  weights: Float64Array, numbers: ArrayLike<number>, label: number, least: number, unit: number,
  exp: (x: number) => number,
): void {
  let total = 0
  for (let i = 0; i < weights.length; i++) {
    const worse = Math.min(held, (Math.abs(numbers[i]! - label) - least) / unit)
    total += weights[i] = weights[i]! * exp(-rate * worse)
  }
  for (let i = 0; i < weights.length; i++) weights[i] = (1 - round) * weights[i]! / total + round / weights.length
}

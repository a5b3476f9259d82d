import { kernelMath } from '../kernel-math.ts'
import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

const rate = 0.5
const round = 0.002
/** The most, in units of the usual error, that one event counts for. */
const held = 20
const memory = 200
/** The simple experts stand first. */
const simple = 3
/** Of the loss of the best simple one: what may be lost beyond it before the mixture stands back, and from when on. */
const margin = 0.01
const trial = 100

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
 *
 * Heavy tails can make an average of experts lose to the median of labels for as long as the stream lasts. So after
 * 100 labels, while the mixture has lost more than the best of the first three experts, and what was said 1 % more,
 * that expert's number is said instead.
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
  readonly #order: Uint8Array
  /** The numbers in that order. */
  readonly #sorted: Float64Array
  #usual = 0
  #greatest = 0
  #count = 0
  #mixture = 0
  #said = 0
  /** Mean absolute errors so far of the mixture, and of what was said. */
  #mixtureLoss = 0
  #saidLoss = 0

  constructor(experts: number) {
    this.#experts = experts
    this.#order = Uint8Array.from({ length: experts }, (_, i) => i)
    this.#sorted = new Float64Array(experts)
    this.#regrets = new Float64Array(experts)
    this.#squares = new Float64Array(experts)
    this.#polynomial = new Float64Array(experts)
    this.#weights = new Float64Array(experts).fill(1 / experts)
    this.#losses = new Float64Array(experts)
  }

  /** The mixture; experts that are asleep, if any, are given what the others say. */
  predict(numbers: Float64Array, asleep: Uint8Array | null): number {
    const n = this.#experts
    const weights = this.#weights
    if (asleep !== null) this.#speakFor(asleep, numbers)
    const own = this.#polynomialWeights()
    let polynomial = 0
    let exponential = 0
    for (let i = 0; i < n; i++) {
      polynomial += own[i]! * numbers[i]!
      exponential += weights[i]! * numbers[i]!
    }
    const mixtures = this.#mixtures
    const tops = this.#tops
    mixtures[0] = polynomial
    mixtures[1] = exponential
    mixtures[2] = this.#median(numbers)
    this.#mixture = tops[0]! * mixtures[0] + tops[1]! * mixtures[1] + tops[2]! * mixtures[2]
    const spokesman = this.#spokesman
    return this.#said = spokesman < 0 ? this.#mixture : numbers[spokesman]!
  }

  /** The simple expert that speaks instead of the mixture; -1: none. */
  get #spokesman(): number {
    if (this.#count < trial) return -1
    const losses = this.#losses
    let best = 0
    for (let i = 1; i < simple && i < losses.length; i++) if (losses[i]! < losses[best]!) best = i
    return this.#mixtureLoss > losses[best]! && this.#saidLoss > (1 + margin) * losses[best]! ? best : -1
  }

  #speakFor(asleep: Uint8Array, numbers: Float64Array): void {
    let sum = 0
    let total = 0
    for (let i = 0; i < this.#experts; i++) {
      if (asleep[i] === 1) continue
      sum += this.#weights[i]! * numbers[i]!
      total += this.#weights[i]!
    }
    for (let i = 0; i < this.#experts; i++) if (asleep[i] === 1) numbers[i] = sum / total
  }

  #polynomialWeights(): Float64Array {
    const own = this.#polynomial
    const regrets = this.#regrets
    const squares = this.#squares
    const scale = this.#greatest * this.#greatest + 1e-300
    let total = 0
    for (let i = 0; i < own.length; i++) {
      const regret = regrets[i]!
      total += own[i] = regret > 0 ? regret / (scale + squares[i]!) : 0
    }
    const fits = total > 0 && total < Infinity
    for (let i = 0; i < own.length; i++) own[i] = fits ? own[i]! / total : 1 / own.length
    return own
  }

  /** By sorting, from the order of the last event on: experts often stand as they did. Equal ones by their numbers. */
  #median(numbers: Float64Array): number {
    const order = this.#order
    const sorted = this.#sorted
    const weights = this.#weights
    const n = order.length
    for (let i = 0; i < n; i++) {
      const expert = order[i]!
      const number = numbers[expert]!
      let k = i
      for (; k > 0; k--) {
        const other = sorted[k - 1]!
        const before = order[k - 1]!
        if (!(other > number || (other === number && before > expert))) break
        sorted[k] = other
        order[k] = before
      }
      sorted[k] = number
      order[k] = expert
    }
    let below = 0
    for (let k = 0; k < n; k++) {
      below += weights[order[k]!]!
      if (below >= 0.5) return sorted[k]!
    }
    return sorted[n - 1]!
  }

  /** Learns the label of the event that was predicted last. */
  learn(numbers: Float64Array, label: number): void {
    const { exp } = kernelMath()
    const n = this.#experts
    this.#count++
    const polynomial = this.#mixtures[0]!
    const exponential = this.#mixtures[1]!
    const side = Math.sign(polynomial - label)
    const regrets = this.#regrets
    const squares = this.#squares
    const losses = this.#losses
    const newest = 1 / this.#count
    let greatest = this.#greatest
    let least = Infinity
    for (let i = 0; i < n; i++) {
      const apart = side * (polynomial - numbers[i]!)
      regrets[i] = regrets[i]! + apart
      squares[i] = squares[i]! + apart * apart
      if (Math.abs(apart) > greatest) greatest = Math.abs(apart)
      const loss = Math.abs(numbers[i]! - label)
      if (loss < least) least = loss
      losses[i] = losses[i]! + (loss - losses[i]!) * newest
    }
    this.#greatest = greatest
    this.#mixtureLoss += (Math.abs(this.#mixture - label) - this.#mixtureLoss) * newest
    this.#saidLoss += (Math.abs(this.#said - label) - this.#saidLoss) * newest
    const error = Math.abs(exponential - label)
    const kept = Math.min(error, 10 * (this.#usual || error))
    this.#usual = this.#count < 3 ? kept : this.#usual + (kept - this.#usual) / Math.min(this.#count, memory)
    if (this.#count === 1) return
    const unit = this.#usual || 1e-300
    share(this.#weights, numbers, label, least, unit, exp)
    let best = Infinity
    for (let m = 0; m < 3; m++) best = Math.min(best, Math.abs(this.#mixtures[m]! - label))
    share(this.#tops, this.#mixtures, label, best, unit, exp)
  }

  /** What carries the prediction, adding up to 1. */
  get carrying(): readonly number[] {
    const spokesman = this.#spokesman
    const own = this.#polynomialWeights()
    const polynomial = this.#tops[0]!
    const others = this.#tops[1]! + this.#tops[2]!
    const shares: number[] = []
    for (let i = 0; i < own.length; i++) {
      const share = polynomial * own[i]! + others * this.#weights[i]!
      shares.push(spokesman < 0 ? share : i === spokesman ? 1 : 0)
    }
    return shares
  }

  /** Mean absolute error of each expert so far; NaN before the first label. */
  get losses(): readonly number[] {
    return Array.from(this.#losses, (loss) => (this.#count === 0 ? NaN : loss))
  }

  get state(): Saved {
    return {
      numbers: saveNumbers([this.#count, this.#usual, this.#greatest, this.#mixtureLoss, this.#saidLoss]),
      regrets: saveNumbers(this.#regrets), squares: saveNumbers(this.#squares), weights: saveNumbers(this.#weights),
      tops: saveNumbers(this.#tops), losses: saveNumbers(this.#losses),
    }
  }

  restore(state: unknown): void {
    const { numbers, regrets, squares, weights, tops, losses } = savedRecord(state, 'the weights of experts')
    const n = this.#experts
    const [count, usual, greatest, mixtureLoss, saidLoss] = savedNumbers(numbers, 'the weights of experts', 5)
    this.#regrets.set(savedNumbers(regrets, 'the regrets', n))
    this.#squares.set(savedNumbers(squares, 'the squares of regrets', n))
    this.#weights.set(savedNumbers(weights, 'the weights of experts', n))
    this.#tops.set(savedNumbers(tops, 'the weights of mixtures', 3))
    this.#losses.set(savedNumbers(losses, 'the losses of experts', n))
    this.#count = count!
    this.#usual = usual!
    this.#greatest = greatest!
    this.#mixtureLoss = mixtureLoss!
    this.#saidLoss = saidLoss!
  }
}

/** Exponential weights of absolute errors in a unit, beyond the least one, with fixed share. */
function share(
  weights: Float64Array, numbers: Float64Array, label: number, least: number, unit: number,
  exp: (x: number) => number,
): void {
  let total = 0
  for (let i = 0; i < weights.length; i++) {
    const worse = (Math.abs(numbers[i]! - label) - least) / unit
    total += weights[i] = weights[i]! * exp(-rate * (worse < held ? worse : held))
  }
  for (let i = 0; i < weights.length; i++) weights[i] = (1 - round) * weights[i]! / total + round / weights.length
}

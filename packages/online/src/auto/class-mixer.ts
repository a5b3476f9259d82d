import { kernelMath } from '../kernel-math.ts'
import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

/** Every expert keeps this share of probability for what it holds impossible, so that no surprise is infinite. */
const floor = 1e-4
/**
 * Shares of the weight that go round at every event, among experts and among mixtures: for streams where what is best
 * changes often, and for those where it stays, or where events that tell anything are rare.
 */
const sharesOfExperts = [0.002, 2e-5]
const sharesOfMixtures = [0.001, 1e-5]
const shareOfBoth = 1e-5
const rates = [0.02, 0.2]
/** At first a mixture of logarithms believes the sum of so many of its experts. */
const believed = 6
const mixtureCount = sharesOfExperts.length + rates.length

interface Belief {
  readonly rate: number
  readonly v: Float64Array
  readonly squares: Float64Array
}

/**
 * Mixes the probabilities of experts in four ways, and these mixtures with each other.
 *
 * 1. Two by fixed share: w_i <- (1 - a) w_i p_i(y) / sum + a / N, a = 0.002 and a = 0.00002; p = sum w_i p_i.
 * 2. Two mixtures of logarithms: p proportional to exp(sum v_i log p_i), v by online gradient descent on log loss with
 *    AdaGrad's steps, rates 0.02 and 0.2. They may trust experts more, or less, than these trust themselves.
 * 3. Fixed share of the four, with b = 0.001 and with b = 0.00001, and of these two, with 0.00001.
 *
 * The greater shares follow what is best for a time. They forget within some hundred events, so of classes that are
 * rarer than that they could learn nothing: for those, and where nothing changes, there are the smaller ones (learning
 * how much to share: Monteleoni and Jaakkola 2003).
 *
 * Bound, in log loss, for any stream and any T: at most that of the best expert plus
 * ln(8 N) - (T - 1)(ln(1 - 0.00002) + 2 ln(1 - 0.00001)), the bound of Herbster and Warmuth 1998 (theorem 1) three
 * times with no switch. With greater shares T costs more, -(T - 1)(ln(1 - 0.002) + 2 ln(1 - 0.00001)), and each switch
 * of the best expert another ln(N / 0.002). Log loss is 1-mixable, so nothing is multiplied. For the mixtures of
 * logarithms: regret O(sqrt(T)) against the best fixed v (Mattern 2013).
 * Experts are those with the floor, (1 - 0.0001) p + 0.0001 / K; who is asleep is what the first mixture makes of the
 * others.
 */
export class ClassMixer {
  readonly #experts: number
  /** Of experts, by share. */
  readonly #weights: readonly Float64Array[]
  /** Of mixtures, by share; and of these two. */
  readonly #tops = sharesOfMixtures.map(() => new Float64Array(mixtureCount).fill(1 / mixtureCount))
  readonly #both = new Float64Array(sharesOfMixtures.length).fill(1 / sharesOfMixtures.length)
  readonly #beliefs: readonly Belief[]
  readonly #losses: Float64Array
  #count = 0
  /** Of the event in flight, one expert, or mixture, after the other: logarithms of experts, and mixtures. */
  #logs = new Float64Array(0)
  #mixtures = new Float64Array(0)
  /** What the mixtures come to, by share. */
  #mixed = new Float64Array(0)

  constructor(experts: number) {
    this.#experts = experts
    this.#weights = sharesOfExperts.map(() => new Float64Array(experts).fill(1 / experts))
    this.#losses = new Float64Array(experts)
    this.#beliefs = rates.map((rate) => ({
      rate, v: new Float64Array(experts).fill(1 / Math.min(experts, believed)),
      squares: new Float64Array(experts).fill(1e-8),
    }))
  }

  /**
   * The mixture of probabilities, given one expert after the other; gives `probabilities` their floor, `lift`. Experts
   * that are asleep, if any, are given what the others say.
   */
  predict(probabilities: Float64Array, classes: number, asleep: Uint8Array | null, lift = floor): Float64Array {
    const { log, exp } = kernelMath()
    const n = this.#experts
    if (asleep !== null) this.#speakFor(asleep, probabilities, classes)
    this.#reserve(classes)
    const mixtures = this.#mixtures
    const logs = this.#logs
    const [quick, slow] = this.#weights
    mixtures.fill(0, 0, 2 * classes)
    for (let i = 0; i < n; i++) {
      const [often, seldom] = [quick![i]!, slow![i]!]
      const at = i * classes
      let mean = 0
      for (let k = 0; k < classes; k++) {
        const p = (1 - lift) * probabilities[at + k]! + lift / classes
        probabilities[at + k] = p
        mixtures[k] = mixtures[k]! + often * p
        mixtures[classes + k] = mixtures[classes + k]! + seldom * p
        if (classes !== 2) mean += logs[at + k] = log(p)
      }
      if (classes === 2) {
        const half = log(probabilities[at]! / probabilities[at + 1]!) / 2
        logs[at] = half
        logs[at + 1] = -half
        continue
      }
      mean /= classes
      for (let k = at; k < at + classes; k++) logs[k] = logs[k]! - mean
    }
    for (let b = 0; b < rates.length; b++) this.#believe(this.#beliefs[b]!.v, mixtures, (b + 2) * classes, classes, exp)
    return this.#mixBoth(classes)
  }

  #mixBoth(classes: number): Float64Array {
    const all = new Float64Array(classes)
    for (let t = 0; t < this.#tops.length; t++) {
      const tops = this.#tops[t]!
      for (let k = 0; k < classes; k++) {
        let sum = 0
        for (let m = 0; m < mixtureCount; m++) sum += tops[m]! * this.#mixtures[m * classes + k]!
        this.#mixed[t * classes + k] = sum
        all[k] = all[k]! + this.#both[t]! * sum
      }
    }
    return all
  }

  #reserve(classes: number): void {
    if (this.#logs.length >= this.#experts * classes) return
    this.#logs = new Float64Array(this.#experts * classes)
    this.#mixtures = new Float64Array(mixtureCount * classes)
    this.#mixed = new Float64Array(sharesOfMixtures.length * classes)
  }

  #speakFor(asleep: Uint8Array, probabilities: Float64Array, classes: number): void {
    const n = this.#experts
    const weights = this.#weights[0]!
    let total = 0
    for (let i = 0; i < n; i++) if (asleep[i] === 0) total += weights[i]!
    for (let k = 0; k < classes; k++) {
      let sum = 0
      for (let i = 0; i < n; i++) if (asleep[i] === 0) sum += weights[i]! * probabilities[i * classes + k]!
      for (let i = 0; i < n; i++) if (asleep[i] === 1) probabilities[i * classes + k] = sum / total
    }
  }

  #believe(v: Float64Array, out: Float64Array, at: number, classes: number, exp: (x: number) => number): void {
    const n = this.#experts
    const logs = this.#logs
    let most = -Infinity
    for (let k = 0; k < classes; k++) {
      let sum = 0
      for (let i = 0; i < n; i++) sum += v[i]! * logs[i * classes + k]!
      out[at + k] = sum
      if (sum > most) most = sum
    }
    let total = 0
    for (let k = at; k < at + classes; k++) total += out[k] = out[k] === most ? 1 : exp(out[k]! - most)
    for (let k = at; k < at + classes; k++) out[k] = (1 - floor) * out[k]! / total + floor / classes
  }

  /** Learns which class it was, of the event that was predicted last. */
  learn(probabilities: Float64Array, classes: number, label: number): void {
    const { log } = kernelMath()
    const n = this.#experts
    const losses = this.#losses
    const newest = 1 / ++this.#count
    for (let i = 0; i < n; i++) {
      const loss = -log(probabilities[i * classes + label]!)
      losses[i] = losses[i]! + (loss - losses[i]!) * newest
    }
    share(this.#both, this.#mixed, classes, label, shareOfBoth)
    for (let t = 0; t < this.#tops.length; t++) {
      share(this.#tops[t]!, this.#mixtures, classes, label, sharesOfMixtures[t]!)
    }
    for (let b = 0; b < rates.length; b++) this.#descend(this.#beliefs[b]!, (b + 2) * classes, classes, label)
    for (let w = 0; w < this.#weights.length; w++) {
      share(this.#weights[w]!, probabilities, classes, label, sharesOfExperts[w]!)
    }
  }

  #descend({ rate, v, squares }: Belief, at: number, classes: number, label: number): void {
    const logs = this.#logs
    const mixtures = this.#mixtures
    for (let i = 0; i < this.#experts; i++) {
      const own = i * classes
      let slope = -logs[own + label]!
      for (let k = 0; k < classes; k++) slope += mixtures[at + k]! * logs[own + k]!
      const square = squares[i]! + slope * slope
      squares[i] = square
      v[i] = v[i]! - rate * slope / Math.sqrt(square)
    }
  }

  /** What carries the prediction, adding up to 1: weights, and sizes of beliefs. */
  get carrying(): readonly number[] {
    const carried = Array.from({ length: this.#experts }, () => 0)
    const carriers = [...this.#weights, ...this.#beliefs.map(({ v }) => v)]
    carriers.forEach((of, m) => {
      const share = this.#tops.reduce((sum, tops, t) => sum + this.#both[t]! * tops[m]!, 0)
      const total = of.reduce((sum, x) => sum + Math.abs(x), 0)
      of.forEach((x, i) => void (carried[i] = carried[i]! + share * Math.abs(x) / (total || 1)))
    })
    return carried
  }

  /** Mean log loss of each expert so far; NaN before the first label. */
  get losses(): readonly number[] {
    return Array.from(this.#losses, (loss) => (this.#count === 0 ? NaN : loss))
  }

  get state(): Saved {
    return {
      count: this.#count, weights: this.#weights.map(saveNumbers), tops: this.#tops.map(saveNumbers),
      both: saveNumbers(this.#both), losses: saveNumbers(this.#losses),
      beliefs: this.#beliefs.map(({ v, squares }) => ({ v: saveNumbers(v), squares: saveNumbers(squares) })),
    }
  }

  restore(state: unknown): void {
    const { count, weights, tops, both, losses, beliefs } = savedRecord(state, 'the weights of experts')
    const n = this.#experts
    setEach(this.#weights, weights, 'the weights of experts')
    setEach(this.#tops, tops, 'the weights of mixtures')
    this.#both.set(savedNumbers(both, 'the weights of both shares', this.#both.length))
    this.#losses.set(savedNumbers(losses, 'the losses of experts', n))
    this.#beliefs.forEach((belief, b) => {
      const { v, squares } = savedRecord((beliefs as readonly Saved[])[b], 'a mixture')
      belief.v.set(savedNumbers(v, 'a mixture', n))
      belief.squares.set(savedNumbers(squares, 'a mixture', n))
    })
    this.#count = Number(count)
  }
}

function setEach(lists: readonly Float64Array[], saved: unknown, what: string): void {
  lists.forEach((own, k) => own.set(savedNumbers((saved as readonly Saved[] | undefined)?.[k], what, own.length)))
}

/** Fixed share: multiplies by the probabilities of the label, makes the sum 1, and passes a share round. */
function share(
  weights: Float64Array, probabilities: Float64Array, classes: number, label: number, round: number,
): void {
  const n = weights.length
  let total = 0
  for (let i = 0; i < n; i++) total += weights[i] = weights[i]! * probabilities[i * classes + label]!
  const kept = (1 - round) / total
  for (let i = 0; i < n; i++) weights[i] = kept * weights[i]! + round / n
}

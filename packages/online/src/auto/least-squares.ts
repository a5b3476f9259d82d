import { compiled, type Room } from './compiled.ts'
import { type Saved, savedCount, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

export interface LeastSquaresOptions {
  /** Most inputs. */
  readonly inputs: number
  readonly outputs: number
  /** What an event of long ago still weighs, each event later; 1 forgets nothing. */
  readonly forgetting?: number
  /** Strength of the pull of weights to 0. */
  readonly ridge?: number
}

/**
 * Recursive least squares: the weights that fit all events so far best, kept up to date without ever being solved for.
 * Formula: k = P x / (lambda / h + x' P x); W += k e' / h; P <- (P - k x' P) / lambda; P = I / ridge at first. Here e
 * is the error of each output and h the curvature of its loss: 1 for squares, p (1 - p) for a logistic loss.
 * Source: the ridge-regression forecaster, whose regret for squared loss is O(inputs ln T) against the best weights in
 * hindsight (Vovk 2001; Azoury and Warmuth 2001); with h an extended Kalman filter, a diagonal-free online Newton step.
 * State/cost: the square of the inputs in use, halved twice: P is symmetric, so only its upper half is kept up to date,
 * and each number of it is multiplied by both of its inputs at once, in WebAssembly.
 */
export class LeastSquares {
  readonly #inputs: number
  readonly #forgetting: number
  readonly #ridge: number
  #outputs: number
  /** Inputs in use; those beyond have met nothing yet. */
  #size = 0
  /** P, then x, the gain and the numbers of the inputs in use. */
  readonly #room: Room
  #weights: Float64Array
  #outputsNow: Float64Array
  /** The last input that was not 0 when it was asked last. */
  #last = -1

  constructor({ inputs, outputs, forgetting = 1, ridge = 1 }: LeastSquaresOptions) {
    this.#inputs = inputs
    this.#outputs = outputs
    this.#forgetting = forgetting
    this.#ridge = ridge
    this.#room = compiled().take(this, inputs * inputs + 2 * inputs + Math.ceil(inputs / 2))
    this.#weights = new Float64Array(inputs * outputs)
    this.#outputsNow = new Float64Array(outputs)
    const covariance = this.#covariance
    for (let i = 0; i < inputs; i++) covariance[i * inputs + i] = 1 / ridge
  }

  /** The outputs for x; valid until the next call. */
  predict(x: Float64Array): Float64Array {
    const outputs = this.#outputs
    const weights = this.#weights
    const y = this.#outputsNow
    y.fill(0)
    let last = -1
    for (let i = 0; i < this.#inputs; i++) {
      const value = x[i]!
      if (value === 0) continue
      last = i
      const at = i * outputs
      for (let k = 0; k < outputs; k++) y[k] = y[k]! + value * weights[at + k]!
    }
    this.#last = last
    return y
  }

  /** Learns the x that was predicted last; `errors` are label minus prediction. */
  learn(x: Float64Array, errors: ArrayLike<number>, curvature = 1): void {
    const engine = compiled()
    const { f64 } = engine
    const n = this.#inputs
    const from = (this.#room.at >>> 3) + n * n
    for (let i = 0; i < n; i++) f64[from + i] = x[i]!
    if (this.#last >= this.#size) this.#size = this.#last + 1
    const size = this.#size
    const forgetting = this.#forgetting
    // P does not get less certain when directions without any events are too uncertain already.
    const traceMax = size * 20 / this.#ridge
    const spread = engine.fit(this.#room.at, n, size, forgetting / curvature, 1 / forgetting, traceMax)
    const outputs = this.#outputs
    const weights = this.#weights
    const step = 1 / (spread * curvature)
    for (let i = 0; i < size; i++) {
      const share = f64[from + n + i]! * step
      if (share === 0) continue
      const at = i * outputs
      for (let k = 0; k < outputs; k++) weights[at + k] = weights[at + k]! + share * errors[k]!
    }
  }

  /** Valid until memory grows. */
  get #covariance(): Float64Array {
    const from = this.#room.at >>> 3
    return compiled().f64.subarray(from, from + this.#inputs * this.#inputs)
  }

  /** More outputs: the new ones start at 0. */
  widen(outputs: number): void {
    const wider = new Float64Array(this.#inputs * outputs)
    for (let i = 0; i < this.#inputs; i++) {
      for (let k = 0; k < this.#outputs; k++) wider[i * outputs + k] = this.#weights[i * this.#outputs + k]!
    }
    this.#weights = wider
    this.#outputs = outputs
    this.#outputsNow = new Float64Array(outputs)
  }

  get state(): Saved {
    return { size: this.#size, covariance: saveNumbers(this.#covariance), weights: saveNumbers(this.#weights) }
  }

  restore(state: unknown): void {
    const { size, covariance, weights } = savedRecord(state, 'least squares')
    const used = savedCount(size, 'its number of inputs', 0, this.#inputs)
    const numbers = savedNumbers(covariance, 'its covariance', this.#inputs * this.#inputs)
    this.#weights = savedNumbers(weights, 'its weights', this.#weights.length)
    this.#covariance.set(numbers)
    this.#size = used
  }
}

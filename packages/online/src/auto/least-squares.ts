import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

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
 * and each number of it is multiplied by both of its inputs at once.
 */
export class LeastSquares {
  readonly #inputs: number
  readonly #forgetting: number
  readonly #ridge: number
  #outputs: number
  /** Inputs in use; those beyond have met nothing yet. */
  #size = 0
  #covariance: Float64Array
  #weights: Float64Array
  #outputsNow: Float64Array
  readonly #gain: Float64Array
  readonly #active: Int32Array
  #activeCount = 0

  constructor({ inputs, outputs, forgetting = 1, ridge = 1 }: LeastSquaresOptions) {
    this.#inputs = inputs
    this.#outputs = outputs
    this.#forgetting = forgetting
    this.#ridge = ridge
    this.#covariance = new Float64Array(inputs * inputs)
    this.#weights = new Float64Array(inputs * outputs)
    this.#outputsNow = new Float64Array(outputs)
    this.#gain = new Float64Array(inputs)
    this.#active = new Int32Array(inputs)
    for (let i = 0; i < inputs; i++) this.#covariance[i * inputs + i] = 1 / ridge
  }

  /** The outputs for x; valid until the next call. */
  predict(x: Float64Array): Float64Array {
    const outputs = this.#outputs
    const weights = this.#weights
    const active = this.#active
    const y = this.#outputsNow
    y.fill(0)
    let count = 0
    for (let i = 0; i < this.#inputs; i++) {
      const value = x[i]!
      if (value === 0) continue
      active[count++] = i
      const at = i * outputs
      for (let k = 0; k < outputs; k++) y[k] = y[k]! + value * weights[at + k]!
    }
    this.#activeCount = count
    return y
  }

  /** Learns the x that was predicted last; `errors` are label minus prediction. */
  learn(x: Float64Array, errors: ArrayLike<number>, curvature = 1): void {
    const count = this.#activeCount
    const active = this.#active
    if (count > 0 && active[count - 1]! >= this.#size) this.#size = active[count - 1]! + 1
    const size = this.#size
    const gain = this.#gain
    const trace = this.#multiply(x)
    let spread = this.#forgetting / curvature
    for (let a = 0; a < count; a++) spread += gain[active[a]!]! * x[active[a]!]!
    const outputs = this.#outputs
    const weights = this.#weights
    const step = 1 / (spread * curvature)
    for (let i = 0; i < size; i++) {
      const share = gain[i]! * step
      if (share === 0) continue
      const at = i * outputs
      for (let k = 0; k < outputs; k++) weights[at + k] = weights[at + k]! + share * errors[k]!
    }
    this.#shrink(spread, trace)
  }

  /** The gain P x, and the trace of P. */
  #multiply(x: Float64Array): number {
    const n = this.#inputs
    const size = this.#size
    const p = this.#covariance
    const gain = this.#gain
    const active = this.#active
    const count = this.#activeCount
    gain.fill(0)
    let trace = 0
    let next = 0
    for (let i = 0; i < size; i++) {
      const row = i * n
      const diagonal = p[row + i]!
      trace += diagonal
      const value = x[i]!
      let own = 0
      if (value === 0) {
        for (let a = next; a < count; a++) own += p[row + active[a]!]! * x[active[a]!]!
      } else {
        next++
        own = diagonal * value
        let other = 0
        let j = i + 1
        // Two sums, so that no addition waits for the one before it.
        for (; j < size - 1; j += 2) {
          const one = p[row + j]!
          const two = p[row + j + 1]!
          own += one * x[j]!
          other += two * x[j + 1]!
          gain[j] = gain[j]! + one * value
          gain[j + 1] = gain[j + 1]! + two * value
        }
        if (j < size) {
          own += p[row + j]! * x[j]!
          gain[j] = gain[j]! + p[row + j]! * value
        }
        own += other
      }
      gain[i] = gain[i]! + own
    }
    return trace
  }

  /**
   * P <- (P - k x' P) / lambda: less uncertain where the event was, more where it was not; unless directions without
   * any events have become too uncertain already.
   */
  #shrink(spread: number, trace: number): void {
    const n = this.#inputs
    const size = this.#size
    const p = this.#covariance
    const gain = this.#gain
    const wider = trace < size * 20 / this.#ridge ? 1 / this.#forgetting : 1
    for (let i = 0; i < size; i++) {
      const step = gain[i]! / spread * wider
      if (step === 0 && wider === 1) continue
      const row = i * n
      let j = i
      // Four at a time, for less counting; a product with 1 changes nothing.
      for (; j < size - 3; j += 4) {
        const at = row + j
        p[at] = p[at]! * wider - step * gain[j]!
        p[at + 1] = p[at + 1]! * wider - step * gain[j + 1]!
        p[at + 2] = p[at + 2]! * wider - step * gain[j + 2]!
        p[at + 3] = p[at + 3]! * wider - step * gain[j + 3]!
      }
      for (; j < size; j++) p[row + j] = p[row + j]! * wider - step * gain[j]!
    }
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
    this.#covariance = savedNumbers(covariance, 'its covariance', this.#covariance.length)
    this.#weights = savedNumbers(weights, 'its weights', this.#weights.length)
    this.#size = Number(size)
  }
}

import type { Encoder, EncoderMemory } from './encoder.ts'

/** What a `LabelScale` has seen: labels, their mean, their squared deviations. */
export type LabelScaleState = readonly [count: number, mean: number, squares: number]

/**
 * The scale of the labels so far, in which no learning rate depends on their unit; immutable.
 * Formula: y = (label - mean) / deviation, deviation = sqrt(squares / count), and back label = mean + deviation y.
 * Edge: while there is no deviation, y = label - mean, and back it is the mean, 0 before the first label. A label that
 * is in the scale is at most sqrt(count) from 0.
 * Source: Welford 1962.
 */
export class LabelScale {
  static readonly empty = new LabelScale(0, 0, 0)
  readonly mean: number
  /** 0: there is none yet. */
  readonly deviation: number
  readonly #count: number
  readonly #squares: number
  #state: LabelScaleState | null = null

  private constructor(count: number, mean: number, squares: number) {
    const deviation = Math.sqrt(squares / count)
    this.#count = count
    this.mean = mean
    this.#squares = squares
    this.deviation = Number.isFinite(deviation) ? deviation : 0
  }

  /** That of a state which `isLabelScale` has accepted. */
  static of([count, mean, squares]: LabelScaleState): LabelScale {
    return new LabelScale(count, mean, squares)
  }

  get state(): LabelScaleState {
    return (this.#state ??= Object.freeze([this.#count, this.mean, this.#squares]))
  }

  /** The scale of one label more. */
  with(label: number): LabelScale {
    const apart = label - this.mean
    const mean = this.mean + apart / (this.#count + 1)
    return new LabelScale(this.#count + 1, mean, this.#squares + apart * (label - mean))
  }

  /** From a label to what a model learns. */
  scaled(label: number): number {
    return (label - this.mean) / (this.deviation || 1)
  }

  /** From what a model says to a label. */
  unscaled(output: number): number {
    return this.mean + output * this.deviation
  }
}

/** Whether data from outside is the state of a scale. */
export function isLabelScale(state: unknown): state is LabelScaleState {
  if (!Array.isArray(state) || state.length !== 3 || !state.every(Number.isFinite)) return false
  const [count, mean, squares] = state as unknown as LabelScaleState
  if (count === 0) return mean === 0 && squares === 0
  return Number.isInteger(count) && count > 0 && squares >= 0
}

/** The scale of the labels that a model has learned, kept with what its encoders remember. */
export class ScaleMemory implements EncoderMemory {
  scale = LabelScale.empty

  get state(): LabelScaleState {
    return this.scale.state
  }

  encode(): void {}

  learn(_: unknown, label: number): void {
    this.scale = this.scale.with(label)
  }

  accepts(state: unknown): boolean {
    return isLabelScale(state)
  }

  restore(state: unknown): void {
    this.scale = LabelScale.of(state as LabelScaleState)
  }
}

/** What stands among the features that remember, behind all of them, and is none. */
export const scaleEncoder: Encoder = {
  name: 'standardizeTarget', standardize: false, encode() {}, remember: () => new ScaleMemory(),
}

import { type Baseline, meanBaseline, quantileBaseline, type Task } from 'eddy'
import type { Answer } from './model.ts'

/** How many of the latest records the rolling scores are over. */
export const recentCount = 1000

/** Losses of the model and of what is simplest: repeating the last label, and the mean, a quantile or the majority. */
export interface Losses {
  readonly model: number
  readonly noChange: number
  readonly usual: number
}

/**
 * Rolling scores, kept in rings so that they cost next to nothing while nobody looks: the mean absolute error, the
 * pinball loss of a quantile, or the share of wrong classes. Every prediction, also of the simple ones, was made before
 * its label.
 */
export class Recent {
  readonly #task: Task
  readonly #model = new Float64Array(recentCount)
  readonly #noChange = new Float64Array(recentCount)
  readonly #usual = new Float64Array(recentCount)
  readonly #counts: number[] = []
  readonly #quantile: number | null
  readonly #simple: Baseline<number>
  #count = 0
  #last: number
  #majority = 0

  constructor(task: Task, quantile: number | null = null) {
    this.#task = task
    this.#quantile = quantile
    this.#simple = quantile === null ? meanBaseline() : quantileBaseline({ quantile })
    // As the baselines: before the first label, none of several classes is repeated.
    this.#last = task === 'multiclass' ? -1 : 0
  }

  get count(): number {
    return this.#count
  }

  /** What the losses are, and the simple model, for people; then the same in little room. */
  get words(): { readonly loss: string; readonly usual: string; readonly short: readonly [string, string] } {
    if (this.#task !== 'regression') {
      return { loss: 'share of mistakes', usual: 'majority', short: ['right', 'majority'] }
    }
    return this.#quantile === null ? { loss: 'absolute error', usual: 'running mean', short: ['MAE', 'mean'] }
      : { loss: 'pinball loss', usual: 'quantile so far', short: ['pinball', 'quantile'] }
  }

  /** What was said of an event, and what its label was: a number, or the position of its class. */
  add(answer: Answer, label: number, name: string | undefined): void {
    const at = this.#count++ % recentCount
    if (this.#task === 'regression') {
      this.#model[at] = this.#lossOf(answer as number, label)
      this.#noChange[at] = this.#lossOf(this.#last, label)
      this.#usual[at] = this.#lossOf(this.#simple.predict(), label)
      this.#simple.update(label)
    } else {
      const isRight = typeof answer === 'number' ? (answer > 0.5 ? 1 : 0) === label : answer.label === name
      this.#model[at] = isRight ? 0 : 1
      this.#noChange[at] = this.#last === label ? 0 : 1
      this.#usual[at] = this.#majority === label ? 0 : 1
      while (this.#counts.length <= label) this.#counts.push(0)
      if (++this.#counts[label]! > this.#counts[this.#majority]!) this.#majority = label
    }
    this.#last = label
  }

  /** Of the latest event. */
  get latest(): Losses {
    const at = (this.#count - 1) % recentCount
    return { model: this.#model[at]!, noChange: this.#noChange[at]!, usual: this.#usual[at]! }
  }

  /** Means over the latest events; NaN before the first. */
  get means(): Losses {
    const count = Math.min(this.#count, recentCount)
    const mean = (ring: Float64Array): number => ring.subarray(0, count).reduce((sum, loss) => sum + loss, 0) / count
    return { model: mean(this.#model), noChange: mean(this.#noChange), usual: mean(this.#usual) }
  }

  #lossOf(prediction: number, label: number): number {
    const above = label - prediction
    if (this.#quantile === null) return Math.abs(above)
    return Math.max(this.#quantile * above, (this.#quantile - 1) * above)
  }
}

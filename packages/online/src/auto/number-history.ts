import { medianBaseline } from '../baselines/median.ts'
import type { EncodedEvent } from './encoded-event.ts'
import { KeyedLabels } from './keyed-labels.ts'
import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'
import { Seasons } from './seasons.ts'

/** Numbers that tell where the series stands; see `context`. */
export const contextSize = 14
const contextLimit = 20
const fast = 0.3
const slow = 0.05
/** An outlier moves the measure of spread by no more than so many times what it was. */
const outlier = 20
const memory = 1000
/** No unit is smaller, so that a division, and its square, stay finite. */
const tiny = 1e-100

/**
 * What the labels so far say about the next: the last, mean, median and moving averages, the season, the labels of the
 * same key, and two units to measure in: the mean distance from the mean (`spread`) and from label to label (`step`).
 */
export class NumberHistory {
  readonly seasons = new Seasons()
  readonly keyed = new KeyedLabels()
  readonly #median = medianBaseline()
  count = 0
  mean = 0
  last = 0
  /** The least and the greatest label. */
  least = 0
  most = 0
  #spread = 0
  #step = 0
  #fast = 0
  #slow = 0
  readonly #before: [number, number, number] = [0, 0, 0]
  readonly context = new Float64Array(contextSize)

  get median(): number {
    return this.#median.predict()
  }

  get smooth(): number {
    return this.#slow
  }

  /** The label one season ago, else the last. */
  get seasonal(): number {
    return this.#ago(this.seasons.length)
  }

  /** Unit of distances from the mean; above 0. */
  get spread(): number {
    if (this.count < 2) return this.#size
    return Math.max(this.#spread, 1e-9 * Math.abs(this.mean), tiny)
  }

  /** Unit of changes from label to label; above 0. */
  get step(): number {
    if (this.count < 2) return 0.1 * this.#size
    return Math.max(this.#step, 1e-9 * this.spread, tiny)
  }

  /** A unit while there is but one label. */
  get #size(): number {
    return Math.abs(this.mean) < tiny ? 1 : Math.abs(this.mean)
  }

  /**
   * Where the series stands before the event, in steps and relative to the last label, cut to 20: the mean (negative),
   * the last three changes, the seasonal label and the one before it, two moving averages, the median, the last label
   * and the mean of the same key, the means of other keys.
   */
  prepare(event: EncodedEvent): void {
    const { context, keyed, last, mean } = this
    keyed.ask(event)
    context.fill(0)
    if (this.count < 2) return
    const before = this.#before
    const season = this.seasons.length
    context[0] = 2 * last - mean
    context[1] = 2 * last - before[0]
    context[2] = last + before[0] - before[1]
    context[3] = last + before[1] - before[2]
    context[4] = this.#ago(season)
    context[5] = season > 0 ? this.#ago(season + 1) : last
    context[6] = this.#fast
    context[7] = this.#slow
    context[8] = this.median
    context[9] = keyed.last(last)
    context[10] = keyed.mean(mean)
    const count = keyed.others(mean, context, 11)
    const unit = this.step
    for (let i = 0; i < count; i++) {
      const value = (context[i]! - last) / unit
      context[i] = value > contextLimit ? contextLimit : value < -contextLimit ? -contextLimit : value
    }
  }

  learn(label: number): void {
    const { mean, last } = this
    const spread = this.spread
    const count = ++this.count
    this.mean += (label - mean) / count
    const apart = Math.abs(label - this.mean)
    this.#spread = grown(this.#spread, apart, count, count < 3)
    if (count > 1) this.#step = grown(this.#step, Math.abs(label - last), count, count < 4)
    this.#fast = count === 1 ? label : this.#fast + fast * (label - this.#fast)
    this.#slow = count === 1 ? label : this.#slow + slow * (label - this.#slow)
    const before = this.#before
    before[2] = count === 1 ? label : before[1]
    before[1] = count === 1 ? label : before[0]
    before[0] = count === 1 ? label : last
    this.least = count === 1 ? label : Math.min(this.least, label)
    this.most = count === 1 ? label : Math.max(this.most, label)
    this.last = label
    this.#median.update(label)
    this.seasons.learn(label, spread)
    this.keyed.learn(label)
  }

  #ago(lag: number): number {
    const label = this.seasons.ago(lag)
    return Number.isNaN(label) ? this.last : label
  }

  get state(): Saved {
    const numbers = [
      this.count, this.mean, this.last, this.#spread, this.#step, this.#fast, this.#slow, ...this.#before,
      this.least, this.most,
    ]
    return {
      numbers: saveNumbers(numbers), median: saveNumbers(this.#median.state), seasons: this.seasons.state,
      keyed: this.keyed.state,
    }
  }

  restore(state: unknown): void {
    const { numbers, median, seasons, keyed } = savedRecord(state, 'the history of labels')
    const kept = savedNumbers(numbers, 'the history', 12)
    const [count, mean, last, spread, step, fastNow, slowNow, one, two, three, least, most] = kept
    this.#median.restore([...savedNumbers(median, 'the median')])
    this.seasons.restore(seasons)
    this.keyed.restore(keyed)
    this.count = count!
    this.mean = mean!
    this.last = last!
    this.#spread = spread!
    this.#step = step!
    this.#fast = fastNow!
    this.#slow = slowNow!
    this.#before.splice(0, 3, one!, two!, three!)
    this.least = least!
    this.most = most!
  }
}

/** A moving mean of distances that a single one cannot carry far. */
function grown(before: number, distance: number, count: number, isEarly: boolean): number {
  if (isEarly) return Math.max(before, distance)
  const held = before > 0 ? Math.min(distance, outlier * before) : distance
  return before + (held - before) / Math.min(count, memory)
}

import type { SourceRecord } from '@eddy/sources'
import type { LabelScale, LabelScaleState } from './label-scale.ts'

/**
 * The labels of records that a learner is given together, as it learns them: in the unit of all labels that were
 * learned and its own, if there is a scale; what is said of a record is in the unit of those before. The scale runs
 * ahead of the learner; a record that is rejected is taken out of it.
 */
export class LabelsAhead {
  readonly #scale: LabelScale | null
  #records: readonly SourceRecord[] = []
  #labels: readonly number[] = []
  /** For each record, what is learned, and the scale of the labels before it. */
  readonly #outputs: number[] = []
  readonly #means: number[] = []
  readonly #deviations: number[] = []
  /** Records that were learned or rejected, and the place of the one that the learner has asked for last. */
  #ended = 0
  #asked = -1
  /** The scale before a record behind which none was rejected. */
  #first = 0
  #before: LabelScaleState = [0, 0, 0]

  constructor(scale: LabelScale | null) {
    this.#scale = scale
  }

  begin(records: readonly SourceRecord[], labels: readonly number[]): void {
    this.#records = records
    this.#labels = labels
    this.#ended = 0
    this.#asked = -1
    this.#plan(0)
  }

  /** What the learner is to learn for a record. It asks for one after the other, and may begin anew at the next one. */
  outputOf(record: SourceRecord): number {
    const next = this.#asked + 1
    const at = this.#records[next] === record ? next : this.#records.indexOf(record, this.#ended)
    this.#asked = at
    return this.#outputs[at]!
  }

  /** An output for record `at`, or for one that is to be predicted (-1), as a label; without a scale the output. */
  unscaled(at: number, output: number): number {
    if (this.#scale === null) return output
    return at < 0 ? this.#scale.unscaled(output) : this.#means[at]! + output * this.#deviations[at]!
  }

  /** Of the record at hand. */
  get label(): number {
    return this.#labels[this.#ended]!
  }

  /** The record at hand was learned with this output: the output as a label. */
  learned(output: number): number {
    return this.unscaled(this.#ended++, output)
  }

  /** The record at hand was rejected. */
  rejected(): void {
    const scale = this.#scale
    if (scale === null || this.#ended >= this.#labels.length) return
    scale.restore(this.#before)
    for (let k = this.#first; k < this.#ended; k++) scale.add(this.#labels[k]!)
    this.#plan(++this.#ended)
  }

  /** All have ended. */
  end(): void {
    this.#ended = this.#labels.length
  }

  #plan(from: number): void {
    const scale = this.#scale
    this.#first = from
    if (scale !== null) this.#before = scale.state
    for (let k = from; k < this.#labels.length; k++) {
      const label = this.#labels[k]!
      this.#outputs[k] = label
      if (scale === null) continue
      this.#means[k] = scale.mean
      this.#deviations[k] = scale.deviation
      scale.add(label)
      // With this label in the scale none is far out: the first ones would else leave huge gradients behind for good.
      this.#outputs[k] = scale.scaled(label)
    }
  }
}

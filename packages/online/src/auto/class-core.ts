import type { Rejection, RunOptions } from '@eddy/graph'
import { type TensorData, ValueError } from '@eddy/tensor'
import { kernelMath } from '../kernel-math.ts'
import type { Probabilities } from '../metrics/probabilities.ts'
import type { ClassPrediction } from '../prediction.ts'
import type { Label } from '../target.ts'
import {
  type Asked, type Core, type CoreOptions, type CoreState, type Expert, expertsOf, isRejection, makeParts, type Outcome,
  recalledIn,
} from './auto-core.ts'
import { branchNames, Branches, classesMax, type Frame } from './branches.ts'
import { ClassExperts, classExperts, ofNeighbours, ofSquares, softmaxInto } from './class-experts.ts'
import { ClassLabels } from './class-labels.ts'
import { ClassMixer } from './class-mixer.ts'
import { savedRecord } from './saved.ts'
import { Sleepers } from './sleepers.ts'

const names = [...classExperts, ...branchNames]
const leastCapacity = 4

interface AskedClass extends Asked {
  /** Of the classes known then, one expert after the other. */
  readonly probabilities: Float64Array
  readonly known: number
  readonly recent: readonly [number, number]
  readonly judged: number | ArrayLike<number>
  readonly all: ArrayLike<number>
}

/**
 * The model for classes. There is room for 4 classes at first; when a class comes that finds none, room is doubled:
 * a new graph goes on from the state of the old one.
 */
export class ClassCore implements Core {
  readonly #parts: ReturnType<typeof makeParts>
  readonly #run: RunOptions
  readonly #labels: ClassLabels
  readonly #mixer = new ClassMixer(names.length)
  #capacity: number
  #experts: ClassExperts
  #branches: Branches
  #probabilities = new Float64Array(0)
  /** The last class and the one before; -1: none. */
  #recent: [number, number] = [-1, -1]
  #count = 0
  readonly #sleepers = new Sleepers([ofSquares, ofNeighbours], names.length)
  readonly #carrying = (): readonly number[] => this.#mixer.carrying

  constructor(options: CoreOptions, isBinary: boolean, classes: readonly Label[] | undefined) {
    this.#parts = makeParts(options, isBinary ? 'binary' : 'multiclass')
    this.#run = options.run
    this.#labels = new ClassLabels(isBinary, classes)
    this.#capacity = isBinary ? 2 : leastCapacity
    while (this.#capacity < this.#labels.count) this.#capacity *= 2
    this.#experts = new ClassExperts(this.#capacity)
    this.#branches = new Branches(this.#parts.axis, this.#capacity, this.#run)
  }

  get axis(): Core['axis'] {
    return this.#parts.axis
  }

  get nodes(): Core['nodes'] {
    return this.#branches.nodes
  }

  get hashed(): number {
    return this.#parts.encoder.hashed
  }

  get refusedClasses(): number {
    return this.#labels.refused
  }

  get experts(): readonly Expert[] {
    return expertsOf(names, this.#mixer)
  }

  get classes(): readonly Label[] {
    return this.#labels.names
  }

  learn(event: unknown, given: unknown, asked?: Asked): Outcome | Rejection {
    const { encoder, learning: frame } = this.#parts
    const labels = this.#labels
    const label = labels.numberOf(given)
    encoder.read(event, frame.event, true, asked?.recalled)
    const before = label < this.#capacity ? null : this.#grow()
    frame.level = label
    const then = (asked as AskedClass | undefined) ?? null
    this.#prepare(frame, then?.recent)
    const outputs = this.#branches.learn(frame)
    if (isRejection(outputs)) {
      if (before !== null) this.#undo(before)
      if (encoder.axis.rollback()) this.#branches.shrink()
      return outputs
    }
    const said = then ?? this.#say(frame, outputs)
    const { known } = said
    if (then !== null) {
      if (this.#labels.count > 0) this.#mix(frame, outputs, this.#labels.count)
      this.#probabilities = Float64Array.from(then.probabilities)
      if (known > 0) this.#mixer.predict(this.#probabilities, known, null, 0)
    }
    if (label < known) this.#mixer.learn(this.#probabilities, known, label)
    before?.branches.close()
    if (before !== null) this.#experts.widen(this.#capacity)
    labels.add(given as Label)
    this.#learnExperts(frame, label, this.#count === 0, then?.recent[0])
    encoder.commit(label)
    const chance = said.all[Math.min(label, said.all.length - 1)]!
    return {
      prediction: said.prediction, judged: judgedOf(said, label), label,
      loss: 0 - kernelMath().log(Math.max(1e-15, chance)),
    }
  }

  /** What the experts, and their mixture, say now. */
  #say(frame: Frame, outputs: TensorData): AskedClass {
    const known = this.#labels.count
    const shares = this.#mix(frame, outputs, known)
    const choice = this.#predictionOf(shares, known)
    const { isBinary } = this.#labels
    return {
      prediction: isBinary ? shares[1]! : choice, judged: isBinary ? shares[1]! : choice.probabilities,
      all: choice.probabilities, probabilities: this.#probabilities, known, recent: this.#recent,
    }
  }

  #learnExperts({ event }: Frame, label: number, isFirst: boolean, last: number | undefined): void {
    const { count } = this.#labels
    this.#reserve(count)
    const { asleep } = this.#sleepers
    if (isFirst) this.#experts.predict(event, this.#parts.encoder.columns, count, this.#probabilities, asleep)
    this.#experts.learn(event, label, count, asleep, last)
    this.#recent = [label, this.#recent[0]]
    this.#count++
    this.#sleepers.next(this.#carrying)
  }

  predict(event: unknown): number | ClassPrediction<Label | null> | Rejection {
    const said = this.#answer(event)
    return isRejection(said) ? said : said.prediction
  }

  ask(event: unknown): Asked | Rejection {
    const said = this.#answer(event)
    if (isRejection(said)) return said
    const kept: AskedClass = {
      ...said, probabilities: said.probabilities.slice(0, names.length * said.known),
      ...recalledIn(this.#parts.encoder, event),
    }
    return kept
  }

  #answer(event: unknown): AskedClass | Rejection {
    const { encoder, predicting: frame } = this.#parts
    encoder.read(event, frame.event, false)
    frame.level = 0
    this.#prepare(frame)
    const outputs = this.#branches.predict(frame)
    if (isRejection(outputs)) return outputs
    return this.#say(frame, outputs)
  }

  #prepare({ recent }: Frame, [last, other] = this.#recent as readonly [number, number]): void {
    recent.clear()
    if (last >= 0) recent.push(last, 1)
    if (other >= 0) recent.push(classesMax + other, 1)
    recent.fit()
  }

  /** The probabilities of the classes known so far. */
  #mix({ event }: Frame, outputs: TensorData, known: number): Float64Array {
    if (known === 0) return new Float64Array(0)
    this.#reserve(known)
    const all = this.#probabilities
    const { asleep, sleeping } = this.#sleepers
    this.#experts.predict(event, this.#parts.encoder.columns, known, all, asleep)
    for (let b = 0; b < branchNames.length; b++) {
      softmaxInto(outputs, b * this.#capacity, known, all, (classExperts.length + b) * known)
    }
    return this.#mixer.predict(all, known, sleeping > 0 ? asleep : null)
  }

  #reserve(known: number): void {
    if (this.#probabilities.length < names.length * known) this.#probabilities = new Float64Array(names.length * known)
  }

  /** With one more probability at the end, that of a class not met before, while there can be such. */
  #predictionOf(shares: Float64Array, known: number): ClassPrediction<Label | null> {
    let best = 0
    for (let k = 1; k < known; k++) if (shares[k]! > shares[best]!) best = k
    if (!this.#labels.isOpen) return { label: this.#labels.name(best), probabilities: shares }
    const label = known === 0 ? null : this.#labels.name(best)
    // What is named is always a class that was met.
    const unseen = Math.min(this.#chanceOfNew(known), known === 0 ? 1 : 0.999 * shares[best]! / (1 + shares[best]!))
    const probabilities = new Float64Array(known + 1)
    for (let k = 0; k < known; k++) probabilities[k] = shares[k]! * (1 - unseen)
    probabilities[known] = unseen
    return { label, probabilities }
  }

  /** Formula: (classes met once + 1/2) / (events + 1), at most 1/2. Source: Good 1953 (Turing's estimate). */
  #chanceOfNew(known: number): number {
    if (this.#count === 0) return 1
    let once = 0
    for (let k = 0; k < known; k++) if (this.#experts.countOf(k) === 1) once++
    return Math.min(0.5, (once + 0.5) / (this.#count + 1))
  }

  /** Makes room for twice the classes; what was before is kept until the event is learned. */
  #grow(): { readonly branches: Branches; readonly capacity: number } {
    const before = { branches: this.#branches, capacity: this.#capacity }
    this.#capacity *= 2
    const state = before.branches.snapshot()
    this.#branches = new Branches(this.#parts.axis, this.#capacity, { ...this.#run, seed: state.seed })
    this.#branches.adopt(state)
    return before
  }

  #undo({ branches, capacity }: { readonly branches: Branches; readonly capacity: number }): void {
    this.#branches.close()
    this.#branches = branches
    this.#capacity = capacity
  }

  snapshot(): CoreState {
    const { axis, encoder } = this.#parts
    return {
      training: this.#branches.snapshot(), names: axis.names,
      experts: {
        encoder: encoder.state, experts: this.#experts.state, mixer: this.#mixer.state,
        sleepers: this.#sleepers.state, recent: [...this.#recent],
        classes: this.#labels.names, capacity: this.#capacity, count: this.#count,
      },
    }
  }

  restore({ training, names: kept, experts: saved }: CoreState): void {
    const { axis, encoder } = this.#parts
    const record = savedRecord(saved, 'the experts')
    const { encoder: encoding, experts, mixer, sleepers, recent, classes, capacity, count } = record
    const fits = Number(capacity) >= 2 && Number(capacity) <= classesMax
    if (!Array.isArray(classes) || !Array.isArray(recent) || !fits) {
      throw new ValueError({
        what: 'this is no state of a model for classes', where: 'autoModel restore', got: capacity,
        wanted: 'its classes and their number', hint: 'Restore only what snapshot() of such a model gave.',
      })
    }
    axis.check(kept)
    axis.restore(kept)
    this.#labels.restore(classes as readonly Label[])
    encoder.restore(encoding)
    this.#capacity = Number(capacity)
    this.#experts = new ClassExperts(this.#capacity)
    this.#branches.close()
    this.#branches = new Branches(axis, this.#capacity, this.#run)
    this.#branches.restore(training)
    this.#experts.restore(experts)
    this.#mixer.restore(mixer)
    this.#sleepers.restore(sleepers)
    this.#recent = [Number(recent[0]), Number(recent[1])]
    this.#count = Number(count)
  }

  close(): void {
    this.#branches.close()
  }
}

/**
 * What metrics read. A class that was not known then had what was left for such, in the place that it has now. Where
 * none was known, none was named: a list of length 0 names none.
 */
function judgedOf({ judged, known, all }: AskedClass, label: number): Probabilities {
  if (known === 0) return { length: 0, [label]: 1 }
  if (typeof judged === 'number' || label < all.length) return judged
  const shares = new Float64Array(label + 1)
  for (let k = 0; k < known; k++) shares[k] = all[k]!
  shares[label] = all[known]!
  return shares
}

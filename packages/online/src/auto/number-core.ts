import type { Rejection } from '@eddy/graph'
import type { TensorData } from '@eddy/tensor'
import { targetReader } from '../target.ts'
import {
  type Asked, type Core, type CoreOptions, type CoreState, type Expert, expertsOf, isRejection, makeParts, type Outcome,
  recalledIn,
} from './auto-core.ts'
import { branchNames, Branches, type Frame } from './branches.ts'
import { type Inputs, NumberExperts, numberExperts, type Standing } from './number-experts.ts'
import { contextSize, NumberHistory } from './number-history.ts'
import { NumberMixer } from './number-mixer.ts'
import { savedRecord } from './saved.ts'
import { Sleepers } from './sleepers.ts'

const names = [...numberExperts, ...branchNames]
/** Targets of the graph, in units of spread or step, are cut here; its losses are straight lines long before. */
const targetMax = 1e6
/** An expert may go so many spreads and steps beyond the last label and the mean. */
const reach = 30
/** And beyond the labels met so far by so much of their range, and so many steps. */
const rangeShare = 0.5
const rangeSteps = 3
const sleepers = (['leastSquares', 'leastSquaresOfChanges', 'autoregression', 'neighbours'] as const)
  .map((name) => numberExperts.indexOf(name))
const ofContext = branchNames.indexOf('networkOfContext')

interface AskedNumber extends Asked, Standing {
  /** Labels known then. */
  readonly count: number
  readonly prediction: number
  readonly numbers: Float64Array
  readonly context: Float64Array
  readonly inputs: Inputs
}

/** The model for numbers. */
export class NumberCore implements Core {
  readonly #parts: ReturnType<typeof makeParts>
  readonly #history = new NumberHistory()
  readonly #experts = new NumberExperts(this.#history)
  readonly #mixer = new NumberMixer(names.length)
  readonly #branches: Branches
  readonly #sleepers = new Sleepers(sleepers, names.length)
  readonly #numbers = new Float64Array(names.length)
  readonly #carrying = (): readonly number[] => this.#mixer.carrying
  readonly #labelOf = targetReader((label) => label, 'regression', 1, undefined)

  constructor(options: CoreOptions) {
    this.#parts = makeParts(options, 'regression')
    this.#branches = new Branches(this.#parts.axis, null, options.run)
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
    return 0
  }

  get experts(): readonly Expert[] {
    return expertsOf(names, this.#mixer)
  }

  learn(event: unknown, given: unknown, asked?: Asked): Outcome | Rejection {
    const { encoder, learning: frame } = this.#parts
    const label = this.#labelOf(given)
    encoder.read(event, frame.event, true, asked?.recalled)
    const history = this.#history
    this.#prepare(frame)
    const then = (asked as AskedNumber | undefined) ?? null
    // Before two labels there was nothing to stand on.
    const stood = then !== null && then.count > 1 ? then : null
    if (stood !== null) frame.context.set(stood.context)
    const standing = stood ?? history
    const isFirst = history.count === 0
    frame.level = isFirst ? 0 : held((label - standing.mean) / standing.spread)
    frame.change = isFirst ? 0 : held((label - standing.last) / standing.step)
    const outputs = this.#branches.learn(frame)
    if (isRejection(outputs)) {
      if (encoder.axis.rollback()) this.#branches.shrink()
      return outputs
    }
    this.#read(frame, outputs)
    if (then !== null) this.#numbers.set(then.numbers)
    const mixture = this.#mix()
    if (then?.count !== 0) this.#mixer.learn(this.#numbers, label)
    const prediction = then?.prediction ?? mixture
    this.#experts.learn(frame.event, label, this.#sleepers.asleep, standing, stood?.inputs ?? null)
    history.learn(label)
    this.#sleepers.next(this.#carrying)
    encoder.commit(label)
    return { prediction, judged: prediction, label, loss: Math.abs(prediction - label) }
  }

  predict(event: unknown): number | Rejection {
    const { encoder, predicting: frame } = this.#parts
    encoder.read(event, frame.event, false)
    this.#prepare(frame)
    const outputs = this.#branches.predict(frame)
    if (isRejection(outputs)) return outputs
    this.#read(frame, outputs)
    return this.#mix()
  }

  ask(event: unknown): Asked | Rejection {
    const prediction = this.predict(event)
    if (typeof prediction !== 'number') return prediction
    const { count, last, mean, step, spread } = this.#history
    const asked: AskedNumber = {
      prediction, count, last, mean, step, spread, numbers: this.#numbers.slice(),
      context: this.#parts.predicting.context.slice(), inputs: this.#experts.inputs,
      ...recalledIn(this.#parts.encoder, event),
    }
    return asked
  }

  #mix(): number {
    return this.#mixer.predict(this.#numbers, this.#sleepers.sleeping > 0 ? this.#sleepers.asleep : null)
  }

  #prepare({ event, context }: Frame): void {
    const history = this.#history
    history.prepare(event)
    for (let i = 0; i < contextSize; i++) {
      const value = history.context[i]!
      context[i] = value / (1 + Math.abs(value) / 5)
    }
  }

  /** All experts' numbers, none of them out of reach. */
  #read({ event }: Frame, outputs: TensorData): void {
    const { last, step, mean, spread, count, least, most } = this.#history
    const numbers = this.#numbers
    this.#experts.predict(event, this.#parts.encoder.columns, numbers, this.#sleepers.asleep)
    for (let b = 0; b < outputs.length; b++) {
      const y = outputs[b]!
      numbers[numberExperts.length + b] = b === ofContext ? last + step * y : mean + spread * y
    }
    const far = reach * (step + spread)
    const beyond = rangeShare * (most - least) + rangeSteps * step
    const low = count === 0 ? 0 : Math.max(least - beyond, Math.min(last, mean) - far)
    const high = count === 0 ? 0 : Math.min(most + beyond, Math.max(last, mean) + far)
    for (let i = 0; i < numbers.length; i++) {
      const y = numbers[i]!
      numbers[i] = y > high ? high : y < low ? low : Number.isNaN(y) ? last : y
    }
  }

  snapshot(): CoreState {
    const { axis, encoder } = this.#parts
    return {
      training: this.#branches.snapshot(), names: axis.names,
      experts: {
        encoder: encoder.state, history: this.#history.state, experts: this.#experts.state, mixer: this.#mixer.state,
        sleepers: this.#sleepers.state,
      },
    }
  }

  restore({ training, names: kept, experts: saved }: CoreState): void {
    const { axis, encoder } = this.#parts
    const { encoder: encoding, history, experts, mixer, sleepers: sleep } = savedRecord(saved, 'the experts')
    axis.check(kept)
    axis.restore(kept)
    encoder.restore(encoding)
    this.#history.restore(history)
    this.#experts.restore(experts)
    this.#mixer.restore(mixer)
    this.#sleepers.restore(sleep)
    this.#branches.restore(training)
  }

  close(): void {
    this.#branches.close()
  }
}

function held(x: number): number {
  return x > targetMax ? targetMax : x < -targetMax ? -targetMax : x
}

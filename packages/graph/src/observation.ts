import { Tensor } from '@eddy/tensor'
import { type Failure, messageOf, stoppedFailure } from './failure.ts'
import type { LensStages } from './lens-stage.ts'
import type { AnyNode } from './node.ts'
import type { Program } from './program.ts'
import type { Slot } from './slot.ts'
import { readSlot } from './slot-data.ts'
import type { TapPoint } from './tap-point.ts'
import type { Range } from './tape-writer.ts'

/** Somebody observes what a slot holds. */
interface Watched {
  readonly node: AnyNode
  readonly point: TapPoint
  readonly slot: Slot
}

/**
 * What taps see of a frame: the nodes and gradients that only they need, and the delivery of private copies.
 *
 * A failure in what only taps need is reported and costs those taps this frame; learning does not notice.
 */
export class Observation {
  readonly #program: Program
  readonly #lenses: LensStages
  readonly #run: (range: Range) => boolean
  readonly #report: (failure: Failure) => void
  #values: readonly Watched[] = []
  #gradients: readonly Watched[] = []
  #failed = false

  constructor(
    program: Program, lenses: LensStages, run: (range: Range) => boolean, report: (failure: Failure) => void,
  ) {
    this.#program = program
    this.#lenses = lenses
    this.#run = run
    this.#report = report
  }

  get isEmpty(): boolean {
    return this.#values.length === 0 && this.#gradients.length === 0
  }

  /** Reads anew who observes what; between frames only. */
  refresh(): void {
    const { nodes, values, gradients, writer } = this.#program
    const all = [...nodes].sort((a, b) => a.id - b.id)
    this.#values = all.filter((node) => node.valueTaps.isObserved)
      .map((node) => ({ node, point: node.valueTaps, slot: values.get(node)! }))
    this.#gradients = all.filter((node) => node.gradientTaps.isObserved).reverse().map((node) => {
      // No loss depends on it in a differentiable way: its gradient is, and stays, zero.
      if (!gradients.has(node)) gradients.set(node, writer.slot(values.get(node)!.shape))
      return { node, point: node.gradientTaps, slot: gradients.get(node)! }
    })
  }

  /** After the forward pass: computes what only taps need, then delivers values in topological order. */
  forward(): void {
    const { observedStages, demand } = this.#program
    this.#failed = false
    if (observedStages.length > 0) this.#attempt(() => observedStages.every((stage) => {
      if (stage.lens === null) return this.#runOrReport(stage.forward)
      const answer = this.#lenses.ask(stage.lens, 'forward')
      if (answer !== null) this.#lenses.take(stage.lens, 'forward', answer)
      return answer !== null
    }))
    for (const watched of this.#values) {
      if (!this.#failed || !demand.observed.includes(watched.node)) this.#emit(watched)
    }
  }

  /** After the backward pass: computes what only taps need, then delivers gradients in reverse order. */
  backward(): void {
    const { observedBackward, demand } = this.#program
    this.#failed = false
    if (observedBackward.length > 0) this.#attempt(() => observedBackward.every((step) => {
      if (step.lens === null) return this.#runOrReport(step.range)
      this.#lenses.take(step.lens, 'backward', this.#lenses.ask(step.lens, 'backward'))
      return true
    }))
    for (const watched of this.#gradients) {
      if (!this.#failed || !demand.observedGradient.has(watched.node)) this.#emit(watched)
    }
  }

  /** A copy for each observer; what one throws is reported by RxJS and reaches nobody else. */
  #emit({ node, point: { observers }, slot }: Watched): void {
    for (let k = 0; k < observers.length; k++) observers[k]!.next(this.copy(node, slot))
  }

  /** A private copy of a node's value, or of what another slot of its shape holds. */
  copy(node: AnyNode, slot: Slot = this.#program.values.get(node)!): Tensor {
    // The axis of a sparse value may have grown since its slot was made.
    const shape = slot.pairs === 0 && node.shape.length === slot.shape.length ? slot.shape : node.shape
    return Tensor.of(shape, readSlot(this.#program.store.arena, slot, shape))
  }

  #attempt(work: () => boolean): void {
    try {
      this.#failed = !work()
    } catch (cause) {
      const { writer, demand } = this.#program
      const node = writer.culprit?.node ?? demand.observed[0] ?? demand.guarded[0]!
      writer.culprit = null
      this.#failed = true
      this.#report({ reason: `threw: ${messageOf(cause)}`, node, phase: 'observe', cause })
    }
  }

  #runOrReport(range: Range): boolean {
    const done = this.#run(range)
    if (!done) this.#report({ ...stoppedFailure(this.#program), phase: 'observe' })
    return done
  }
}

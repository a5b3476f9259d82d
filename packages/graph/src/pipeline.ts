import { Subject, Subscription } from 'rxjs'
import type { AnyNode } from './node.ts'
import type { Program, StagePlan } from './program.ts'
import type { Slot } from './slot.ts'

/**
 * A value or a gradient on its way between two stages. One object per edge and direction, used again for every frame.
 */
export class Packet {
  readonly node: AnyNode
  frame = 0
  readonly #program: Program
  readonly #slot: Slot

  constructor(node: AnyNode, slot: Slot, program: Program) {
    this.node = node
    this.#program = program
    this.#slot = slot
  }

  /** A live view, valid while the packet is being delivered. */
  get data(): Float32Array | Float64Array {
    return this.#program.store.arena.array(this.#slot.dtype, this.#slot.at, this.#slot.size)
  }
}

/** Between the stage that computes `node` and one that uses it: values run forward, gradients run back. */
interface Edge {
  readonly values: Subject<Packet>
  readonly gradients: Subject<Packet>
  readonly value: Packet
  readonly gradient: Packet
  readonly carriesGradient: boolean
}

/** A stage: an operator with value streams in and out, and gradient streams out and in. */
export interface Stage {
  readonly plan: StagePlan
  readonly incoming: Edge[]
  readonly outgoing: Edge[]
  awaiting: number
}

export type Direction = 'forward' | 'backward'

/**
 * The stages of a program connected by RxJS streams.
 *
 * A delivery only counts down what the receiving stage still waits for; a stage that has everything goes into a queue
 * that `drain` works off. So nothing recurses and the depth of the graph is never the depth of the stack, and no work
 * happens inside a subscriber.
 */
export class Pipeline {
  readonly #stages: readonly Stage[]
  /** Number of the frame in flight. */
  frame = 0
  readonly #subscription = new Subscription()
  readonly #ready: Stage[] = []
  readonly #pick: (waiting: number) => number
  #next = 0
  #remaining = 0
  #direction: Direction = 'forward'

  /** `pick` chooses among the stages that are ready; any choice gives the same results. */
  constructor(program: Program, pick: (waiting: number) => number = () => 0) {
    this.#pick = pick
    this.#stages = program.stages.map((plan) => ({ plan, incoming: [], outgoing: [], awaiting: 0 }))
    this.#connect(program)
  }

  #connect(program: Program): void {
    const home = new Map<AnyNode, Stage>()
    for (const stage of this.#stages) for (const node of stage.plan.nodes) home.set(node, stage)
    for (const to of this.#stages) {
      for (const node of new Set(to.plan.nodes.flatMap((consumer) => consumer.inputs))) {
        const from = home.get(node)
        if (from !== undefined && from !== to) this.#join(program, node, from, to)
      }
    }
  }

  #join(program: Program, node: AnyNode, from: Stage, to: Stage): void {
    const { gradient, uses } = program.demand
    const carriesGradient = gradient.has(node)
      && (uses.get(node) ?? []).some((use) => to.plan.nodes.includes(use.consumer))
    const slot = program.values.get(node)!
    const edge: Edge = {
      values: new Subject(), gradients: new Subject(), carriesGradient,
      value: new Packet(node, slot, program), gradient: new Packet(node, program.gradients.get(node) ?? slot, program),
    }
    from.outgoing.push(edge)
    to.incoming.push(edge)
    this.#subscription.add(edge.values.subscribe(() => this.#arrived(to)))
    this.#subscription.add(edge.gradients.subscribe(() => this.#arrived(from)))
  }

  #arrived(stage: Stage): void {
    if (--stage.awaiting === 0) this.#ready.push(stage)
  }

  /** Opens one pass of a frame: every stage that waits for nothing becomes ready. */
  start(direction: Direction, frame: number): void {
    this.#direction = direction
    this.frame = frame
    this.#ready.length = 0
    this.#next = 0
    this.#remaining = this.#stages.length
    for (const stage of this.#stages) {
      stage.awaiting = direction === 'forward'
        ? stage.incoming.length
        : stage.outgoing.reduce((count, edge) => count + (edge.carriesGradient ? 1 : 0), 0)
      if (stage.awaiting === 0) this.#ready.push(stage)
    }
  }

  /**
   * Runs ready stages until none is left. `visit` does a stage's work and returns false when the result will come
   * later,
   * by `finished`. True once every stage of the pass is done.
   */
  drain(visit: (stage: Stage) => boolean): boolean {
    while (this.#next < this.#ready.length) {
      this.#swap(this.#next, this.#next + this.#pick(this.#ready.length - this.#next))
      const stage = this.#ready[this.#next++]!
      if (visit(stage)) this.finished(stage)
    }
    return this.#remaining === 0
  }

  /** Sends a stage's results to the stages that wait for them. */
  finished(stage: Stage): void {
    this.#remaining--
    if (this.#direction === 'forward') {
      for (const edge of stage.outgoing) {
        edge.value.frame = this.frame
        edge.values.next(edge.value)
      }
    } else {
      for (const edge of stage.incoming) {
        if (!edge.carriesGradient) continue
        edge.gradient.frame = this.frame
        edge.gradients.next(edge.gradient)
      }
    }
  }

  #swap(i: number, j: number): void {
    const stage = this.#ready[i]!
    this.#ready[i] = this.#ready[j]!
    this.#ready[j] = stage
  }

  /** The stage of a lens. */
  stageOf(lens: AnyNode): Stage | undefined {
    return this.#stages.find((stage) => stage.plan.lens === lens)
  }

  /** Cuts every connection. */
  close(): void {
    this.#subscription.unsubscribe()
  }

  get isOpen(): boolean {
    return !this.#subscription.closed
  }
}

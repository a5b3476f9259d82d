import type { Node, Optimizer } from '@eddy/graph'
import type { Subject } from 'rxjs'

/** What every variant of a workload starts from and sees, in this order, over and over. */
export interface Data<E> {
  readonly events: readonly E[]
  readonly weights: readonly Float32Array[]
}

/** A program in `c/`, and how it is compiled. */
export interface CSource {
  readonly file: string
  readonly defines?: readonly string[]
}

/** One model, one optimizer, one kind of events. */
export interface Workload<E = unknown> {
  readonly id: string
  readonly title: string
  /** Events that each variant learns from in one round: a tenth of a second or so for the slowest. */
  readonly eventsPerRound: number
  /** Made at the first call. */
  data(): Data<E>
  /** The loss, as a graph built through the public API. */
  graph(source: Subject<E>, weights: readonly Float32Array[]): Node<[]>
  optimizer(): Optimizer
  /** Learns from one event by a hand-written loop over typed arrays; returns the loss before the update. */
  plain(weights: readonly Float32Array[]): (event: E) => number
  readonly c: CSource
  /** An event as the C program reads it. */
  encode(event: E): readonly (Float32Array | Int32Array)[]
}

/** Workloads of different events in one list: each keeps its own kind to itself. */
export function workload<E>(definition: Workload<E>): Workload {
  return definition as unknown as Workload
}

/** Computes a value at the first call. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

import type { Node, Optimizer } from '@eddy/graph'
import type { Subject } from 'rxjs'
import type { Net } from './peers/net.ts'
import { peersOf } from './peers/peers.ts'
import type { CSource } from './toolchain.ts'
import { compiled } from './variants/compiled.ts'
import { eddy, eddyBurst, eddyResident } from './variants/eddy.ts'
import { plain } from './variants/plain.ts'
import type { Workload } from './workload.ts'

/** What every variant of a workload starts from and sees, in this order, over and over. */
export interface Data<E> {
  readonly events: readonly E[]
  readonly weights: readonly Float32Array[]
}

/** A workload that is one model, one optimizer and one kind of events. */
export interface Learning<E = unknown> extends Pick<Workload, 'id' | 'title' | 'eventsPerRound'> {
  /** Made at the first call. */
  data(): Data<E>
  /** The loss, as a graph built through the public API. */
  graph(source: Subject<E>, weights: readonly Float32Array[]): Node<[]>
  optimizer(): Optimizer
  /** Learns from one event by a hand-written loop over typed arrays; returns the loss before the update. */
  plain(weights: readonly Float32Array[]): (event: E) => number
  readonly c: CSource
  /** Other programs in C that are timed beside, by name. */
  readonly others?: Readonly<Record<string, CSource>>
  /** An event as the C program reads it. */
  encode(event: E): readonly (Float32Array | Int32Array)[]
  /** The same model in words that other libraries understand. */
  readonly net?: Net<E>
}

/** Events of different kinds in one list of workloads: each keeps its own kind to itself. */
export function learning<E>(definition: Learning<E>): Workload {
  const it = anyLearning(definition)
  return {
    id: it.id, title: it.title, eventsPerRound: it.eventsPerRound,
    variants({ toolchain, peers }) {
      const sources = { C: it.c, 'C, 128 bits': { ...it.c, isNarrow: true }, ...it.others }
      const programs = toolchain === null ? [] : Object.entries(sources).map(([name, source]) => (
        compiled(name, source, toolchain, () => ({ ...it.data(), encode: it.encode }), it.eventsPerRound)
      ))
      const own = [plain(it), eddy(it), eddyBurst(it), eddyResident(it)]
      return [...programs, ...own, ...(peers === null ? [] : peersOf(it, peers))]
    },
  }
}

/** Workloads of different events in one list. */
export function anyLearning<E>(definition: Learning<E>): Learning {
  return definition as unknown as Learning
}

import type { Peers } from './peers/peers.ts'
import type { Result } from './result.ts'
import type { Toolchain } from './toolchain.ts'
import type { Variant } from './variant.ts'

/** What is on this machine besides Node; null: not there, or not asked for. */
export interface Tools {
  readonly toolchain: Toolchain | null
  readonly peers: Peers | null
}

/** One kind of work, and everything that does it. */
export interface Workload {
  readonly id: string
  readonly title: string
  /** Events that each variant sees in one round: a tenth of a second or so for the slowest. */
  readonly eventsPerRound: number
  /** Implementations that can run here; the baseline comes first. */
  variants(tools: Tools): readonly Variant[] | Promise<readonly Variant[]>
  /** What the results say besides, line by line, for people. */
  remarks?(results: readonly Result[]): readonly string[]
}

/** Computes a value at the first call. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

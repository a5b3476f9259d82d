import { ValueError } from '@eddy/tensor'

/** What becomes of a learner that is kept: `this['learner']` is its type. For those who write keepers. */
export interface KeptKind {
  readonly learner: unknown
  readonly kept: unknown
}

/** Keeps learners, so that they survive the end of the process: a store of `@eddy/store` is one. */
export interface Keeper<K extends KeptKind = KeptKind> {
  /** Brings back what was kept of a learner; what it learns through the result from now on is kept. */
  keep(learner: never): unknown
  /** For types only; no value is there. */
  readonly kind?: K
}

/** What a keeper makes of a learner. */
export type KeptBy<S, M> = S extends Keeper<infer K> ? (K & { readonly learner: M })['kept'] : never

/** @throws ValueError when this keeps nothing. */
export function checkKeeper(store: unknown): asserts store is { keep(learner: object): unknown } {
  if (typeof (store as { keep?: unknown } | null)?.keep === 'function') return
  throw new ValueError({
    what: 'this keeps no learners', where: 'learner({ store })', got: store, wanted: 'a store with keep(learner)',
    hint: 'Give openStore(nodeFiles(folder)) of @eddy/store, or leave store out.',
  })
}

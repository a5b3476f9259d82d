import type { AnyNode, Run, Training } from '@eddy/graph'
import type { ClassAxis } from '../class-axis.ts'
import type { FeatureReader } from '../feature-reader.ts'
import type { NamedAxis } from '../named-axis.ts'

/** The parts of a learner in which a model lives: exchange what they hold, and it is another model. */
export interface Rooms {
  readonly run: Run
  readonly training: Training
  readonly axis: NamedAxis
  readonly loss: AnyNode
  readonly reader: FeatureReader
  /** When they are open. */
  readonly classes: ClassAxis | null
}

/**
 * Who lives in a learner's graph: it lets many models take turns in one program.
 *
 * The learner calls `enter` when an event has been taken up and nothing of it has been read; there and in `visited` the
 * tenancy may exchange every value. One of `committed` and `rejected` follows for an event to learn from, unless a lens
 * swallows it; `visited` for one to predict for.
 */
export interface Tenancy<E> {
  /** Once, when the graph stands. */
  readonly moveIn: (rooms: Rooms) => void
  /**
   * Makes resident whoever the event is for. May throw: the event is rejected then. True when the event is the one that
   * was read last, for the same names, so that it need not be read again.
   */
  readonly enter: (event: E, learns: boolean) => boolean
  readonly committed: () => void
  readonly rejected: () => void
  readonly visited: () => void
}

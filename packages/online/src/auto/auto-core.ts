import type { Rejection, RunOptions, TrainingState } from '@eddy/graph'
import type { Recollection } from '../feature-reader.ts'
import type { Features } from '../features.ts'
import { type AxisName, NamedAxis } from '../named-axis.ts'
import { PairList } from './pair-list.ts'
import type { ClassPrediction } from '../prediction.ts'
import type { Label } from '../target.ts'
import type { Task } from '../task.ts'
import type { AutoNodes, Frame } from './branches.ts'
import { EncodedEvent } from './encoded-event.ts'
import { EventEncoder, overflowSlots } from './event-encoder.ts'
import { contextSize } from './number-history.ts'
import type { Saved } from './saved.ts'

/** Names, and with them rows of weights, that an automatic model keeps: with the slots before them, 2^17. */
export const autoNamesMax = 2 ** 17 - overflowSlots

/** An expert of the model, and how much it counts. */
export interface Expert {
  readonly name: string
  /** Its share in the prediction now; all add up to 1. */
  readonly weight: number
  /** Its own mean loss so far, each prediction made before the label: absolute error, or log loss. */
  readonly loss: number
}

/** What was predicted for an event, and what that cost. */
export interface Outcome {
  readonly prediction: number | ClassPrediction<Label | null>
  /** The label as metrics take it, and the prediction likewise. */
  readonly label: number
  readonly judged: number | ArrayLike<number>
  readonly loss: number
}

export interface CoreOptions {
  readonly features: Features | null
  /** The name of the target's field, or null for a function. */
  readonly target: string | null
  readonly run: RunOptions
}

export interface CoreState {
  readonly training: TrainingState
  readonly names: readonly AxisName[]
  readonly experts: Saved
}

/** A prediction that waits for its label, and what the experts said and saw then. */
export interface Asked {
  readonly prediction: number | ClassPrediction<Label | null>
  /** What memories of encoders made of the event then; absent when there are none. */
  readonly recalled?: Recollection
}

/** A model of one task: predicts, then learns. What throws an EventError, or gives a Rejection, has changed nothing. */
export interface Core {
  readonly axis: NamedAxis
  readonly nodes: AutoNodes
  /** Numbers of learned events that shared a row because the axis was full. */
  readonly hashed: number
  /** Events whose class was new and found no room. */
  readonly refusedClasses: number
  /** `asked`: what `ask` gave for this event when it was predicted, when its label has come later. */
  learn(event: unknown, label: unknown, asked?: Asked): Outcome | Rejection
  ask(event: unknown): Asked | Rejection
  predict(event: unknown): number | ClassPrediction<Label | null> | Rejection
  /** Predictions before the first label. */
  readonly experts: readonly Expert[]
  snapshot(): CoreState
  /** Into a core that has learned nothing. */
  restore(state: CoreState): void
  close(): void
}

/** What cores have in common: the encoder, the axis and one frame each for learning and for predicting. */
export function makeParts({ features, target }: CoreOptions, task: Task): {
  readonly axis: NamedAxis
  readonly encoder: EventEncoder
  readonly learning: Frame
  readonly predicting: Frame
} {
  const namesMax = Math.min(features?.namesMax ?? autoNamesMax, autoNamesMax)
  const axis = new NamedAxis({ base: overflowSlots, namesMax, pairs: 64 })
  const encoder = new EventEncoder(axis, features, target, task)
  const frame = (): Frame => ({
    event: new EncodedEvent(), context: new Float64Array(contextSize), recent: new PairList(), level: 0, change: 0,
  })
  return { axis, encoder, learning: frame(), predicting: frame() }
}

/** What memories of encoders make of an event now, for `Asked`. */
export function recalledIn(encoder: EventEncoder, event: unknown): Pick<Asked, 'recalled'> {
  const recalled = encoder.recollect(event)
  return recalled === null ? {} : { recalled }
}

export function expertsOf(
  names: readonly string[],
  { carrying, losses }: { readonly carrying: readonly number[]; readonly losses: readonly number[] },
): readonly Expert[] {
  return Object.freeze(names.map((name, i) => Object.freeze({ name, weight: carrying[i]!, loss: losses[i]! })))
}

export function isRejection(answer: unknown): answer is Rejection {
  return typeof answer === 'object' && answer !== null && 'reason' in answer
}

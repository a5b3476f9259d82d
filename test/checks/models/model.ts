import { type Features, features, type FeaturesOptions, type OpenClassPrediction } from 'eddy'
import type { OperatorFunction } from 'rxjs'
import type { Fields } from '../forms.ts'

/** What a model answers: a number, P(positive), a class, an arm, how unusual an event is. */
export type ModelKind = 'regression' | 'binary' | 'multiclass' | 'decision' | 'anomaly'

/** What every public model can do, whatever it calls it. */
export interface Model {
  /** The public object. */
  readonly self: object
  /** Asks, then learns; what can be seen of it as plain data. Throws RejectedError. */
  learn(event: Fields): unknown
  /** Asks only. Throws RejectedError. */
  ask(event: Fields): unknown
  snapshot(): object
  restore(state: object): void
  /** How a stream is learned, when that is more than what the object does by itself. */
  readonly train?: () => OperatorFunction<Fields, unknown>
  /** What it has learned: all of its state but the answers that wait for their labels. */
  known(): object
}

/** What a check may want otherwise; the rest is the form's own. */
export interface Wishes {
  readonly seed?: number
  readonly dtype?: 'f32' | 'f64'
  readonly features?: Declared
}

/** Features before it is known which fields a model must not see. */
export interface Declared {
  readonly declared: Parameters<typeof features>[0]
  readonly options?: FeaturesOptions
}

/** One public model, made in one way. */
export interface ModelForm {
  readonly name: string
  readonly kind: ModelKind
  /** Public functions that it is made with; the first makes the model itself. */
  readonly parts: readonly string[]
  readonly label: (number: number) => unknown
  /** Fields beside the usual ones. */
  readonly more?: (row: Fields) => Fields
  /** Whether another seed gives other bits. */
  readonly isRandom: boolean
  /** The label comes in a call of its own: one that is no use leaves the answer waiting for a better one. */
  readonly waits?: boolean
  readonly make: (wishes: Wishes) => Model
}

export function spec({ declared, options = {} }: Declared, ...hidden: readonly string[]): Features {
  return features(declared, { ...options, ignore: [...options.ignore ?? [], 'id', ...hidden] })
}

/** What there is to an answer, as numbers and names. */
export function plain(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('probabilities' in answer)) return answer
  const { label, probabilities, classes = null } = answer as Partial<OpenClassPrediction>
  return { label, probabilities: Array.from(probabilities!), classes }
}

interface Predictor {
  learnOne(event: never): object
  predictOne(event: never): unknown
  snapshot(): object
  restore(state: never): void
}

/** Models that predict, then learn. */
export function predictor(given: object): Model {
  const self = given as Predictor
  return {
    self, ask: (event) => plain(self.predictOne(event as never)), snapshot: () => self.snapshot(),
    restore: (state) => self.restore(state as never), known: () => self.snapshot(),
    learn(event) {
      const { prediction, loss, losses } = self.learnOne(event as never) as Readonly<Record<string, unknown>>
      return { prediction: plain(prediction), loss: loss ?? losses }
    },
  }
}

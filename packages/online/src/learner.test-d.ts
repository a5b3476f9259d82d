import type { Observable } from 'rxjs'
import {
  binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, dense, huber, squaredError,
} from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { numeric } from './encoders/numeric.ts'
import { features } from './features.ts'
import { learner } from './make-learner.ts'
import type { ClassPrediction, OpenClassPrediction } from './prediction.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const same = <A, B>(_: Equal<A, B>): void => {}

interface Trip {
  readonly distance: number
  readonly delay: number
}

declare const trips$: Observable<Trip>
const base = { features: features({ distance: numeric() }), optimizer: sgd({ learningRate: 0.1 }) }

const trips = learner({ ...base, target: (e: Trip) => e.delay, model: (m) => m.pipe(dense(1)), loss: squaredError() })
trips$.pipe(trips.train()).subscribe(({ event, prediction, loss, metrics }) => {
  same<typeof event, Trip>(true)
  same<typeof prediction, number>(true)
  same<typeof loss, number>(true)
  same<typeof metrics.mae, number>(true)
  same<typeof metrics.baselines[string]['mae'], number>(true)
})
trips$.pipe(trips.predict()).subscribe(({ event, prediction }) => {
  same<typeof event, Trip>(true)
  same<typeof prediction, number>(true)
})
declare const queries$: Observable<Omit<Trip, 'delay'>>
queries$.pipe(trips.predict()).subscribe(({ event, prediction }) => {
  same<typeof event, Omit<Trip, 'delay'>>(true)
  same<typeof prediction, number>(true)
})
trips.predictOne({ distance: 1 })
// @ts-expect-error the distance of a trip is no text
trips.predictOne({ distance: '1' })
// @ts-expect-error a label is needed to learn
queries$.pipe(trips.train())
// @ts-expect-error a learner of trips takes no other events
trips.learnOne({ distance: 1 })

const byField = learner({ ...base, target: 'delay', model: (m) => m.pipe(dense(1)), loss: squaredError() })
trips$.pipe(byField.train()).subscribe(({ event }) => same<typeof event, Trip>(true))

const colours = learner({
  ...base, target: 'colour', model: (m) => m.pipe(dense(2)), loss: crossEntropy(), classes: ['red', 'blue'],
})
same<ReturnType<typeof colours.predictOne>, ClassPrediction<'red' | 'blue'>>(true)
const numbered = learner({ ...base, target: 'colour', model: (m) => m.pipe(dense(2)), loss: crossEntropy() })
same<ReturnType<typeof numbered.predictOne>, ClassPrediction>(true)
// @ts-expect-error accuracy and others are the metrics of several classes
void numbered.metrics.mae

type Names<M extends { readonly baselines: unknown }> = Exclude<keyof M, 'baselines'>
same<Names<typeof trips.metrics>, 'mae' | 'rmse' | 'r2'>(true)
same<Names<typeof numbered.metrics>, 'accuracy' | 'logLoss' | 'f1' | 'macroF1' | 'kappa'>(true)
const robust = learner({ ...base, target: 'delay', model: (m) => m.pipe(dense(1)), loss: huber({ delta: 2 }) })
same<Names<typeof robust.metrics>, 'mae' | 'rmse' | 'r2'>(true)
const spam = learner({ ...base, target: 'spam', model: (m) => m.pipe(dense(1)), loss: binaryCrossEntropyWithLogits() })
same<Names<typeof spam.metrics>, 'accuracy' | 'rocAuc' | 'logLoss' | 'f1' | 'macroF1' | 'kappa'>(true)
const probable = learner({ ...base, target: 'spam', model: (m) => m.pipe(dense(1)), loss: binaryCrossEntropy() })
same<Names<typeof probable.metrics>, 'accuracy' | 'rocAuc' | 'logLoss' | 'f1' | 'macroF1' | 'kappa'>(true)
// @ts-expect-error a probability has no mean absolute error among its metrics
void spam.metrics.mae

// Classes that are met on the way: predictions by name, null before the first one.
const kinds = learner({
  ...base, target: (e: Trip) => e.delay, classes: 'open', classesMax: 10, loss: crossEntropy(),
  model: (m, outputs) => {
    same<typeof outputs, number>(true)
    return m.pipe(dense(outputs))
  },
})
trips$.pipe(kinds.train()).subscribe(({ event, prediction, metrics }) => {
  same<typeof event, Trip>(true)
  same<typeof prediction, OpenClassPrediction>(true)
  same<typeof prediction.label, string | number | boolean | null>(true)
  same<typeof metrics.macroF1, number>(true)
})
// @ts-expect-error classes are a list of names, or open
learner({ ...base, target: 'delay', classes: 'closed', model: (m) => m.pipe(dense(2)), loss: crossEntropy() })

import type { Observable } from 'rxjs'
import { filter, share } from 'rxjs'
import { crossEntropy, dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'
import type { Key } from '../many/keyed-options.ts'
import type { ClassPrediction } from '../prediction.ts'
import { delayLabels, type DelayedPart } from './delay-labels.ts'
import { minutes } from './durations.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const same = <A, B>(_: Equal<A, B>): void => {}

interface Trip {
  readonly distance: number
  readonly delay: number
}
interface Asked {
  readonly id: string
  readonly distance: number
  readonly at: number
}
interface Landed {
  readonly id: string
  readonly delay: number
  readonly at: number
}

declare const requests$: Observable<Asked>
declare const labels$: Observable<Landed>
const base = { features: features({ distance: numeric() }), optimizer: sgd({ learningRate: 0.1 }) }
const trips = learner({ ...base, target: (e: Trip) => e.delay, model: (m) => m.pipe(dense(1)), loss: squaredError() })

requests$.pipe(trips.predict({ key: (e) => e.id })).subscribe(({ key, event, prediction }) => {
  same<typeof key, Key>(true)
  same<typeof event, Asked>(true)
  same<typeof prediction, number>(true)
})
labels$.pipe(
  trips.learn({ key: (l) => l.id, label: (l) => l.delay, within: minutes(30), capacity: 10_000 }),
).subscribe(({ prediction, loss, metrics, event, isRevision }) => {
  same<typeof prediction, number>(true)
  same<typeof loss, number>(true)
  same<typeof metrics.mae, number>(true)
  same<typeof event.distance, number | undefined>(true)
  same<typeof isRevision, boolean>(true)
})
labels$.pipe(trips.learn({ key: 'id', label: 'delay', time: (l) => l.at, revised: 'learn' })).subscribe()
requests$.pipe(trips.predict({ key: 'id', time: (e) => e.at, event: ({ distance }) => ({ distance }) })).subscribe(
  ({ event }) => same<typeof event, { distance: number }>(true),
)
// @ts-expect-error a label is no request of this learner: its distance would have to be a number
labels$.pipe(trips.predict({ key: 'id', event: () => ({ distance: 'far' }) }))
// @ts-expect-error there is no such policy
labels$.pipe(trips.learn({ key: 'id', label: 'delay', revised: 'twice' }))
// @ts-expect-error a key is text or a number
requests$.pipe(trips.predict({ key: (e) => [e.id] }))

const trips$ = requests$ as unknown as Observable<Trip>
const parts$ = trips$.pipe(delayLabels({ by: 30 }), share())
const is = (kind: 'request' | 'label') => filter((part: DelayedPart<Trip>) => part.kind === kind)
parts$.pipe(is('request'), trips.predict({ key: 'key', event: (part) => part.event })).subscribe(({ event }) => {
  same<typeof event, Trip>(true)
})
parts$.pipe(is('label'), trips.learn({ key: 'key', label: (part) => part.event.delay })).subscribe()
trips$.pipe(delayLabels({ by: minutes(30), time: (trip) => trip.delay })).subscribe(({ event }) => {
  same<typeof event, Trip>(true)
})

const colours = learner({
  ...base, target: 'colour', model: (m) => m.pipe(dense(2)), loss: crossEntropy(), classes: ['red', 'blue'],
})
labels$.pipe(colours.learn({ key: 'id', label: 'colour' })).subscribe(({ prediction }) => {
  same<typeof prediction, ClassPrediction<'red' | 'blue'>>(true)
})

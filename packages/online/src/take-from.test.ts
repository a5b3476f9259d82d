import { dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { EMPTY, Observable, of, type OperatorFunction, Subject, take, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { anomaly } from './anomaly/anomaly.ts'
import { autoModel } from './auto/make-auto-model.ts'
import { bandit } from './bandit/make-bandit.ts'
import { squareCb } from './bandit/square-cb.ts'
import { delayLabels } from './delayed/delay-labels.ts'
import { adwin } from './drift/adwin.ts'
import { backgroundLearner } from './drift/background-learner.ts'
import { detectDrift } from './drift/detect-drift.ts'
import { numeric } from './encoders/numeric.ts'
import { evaluate } from './evaluate.ts'
import { features } from './features.ts'
import { learner } from './make-learner.ts'
import { ensemble } from './many/make-ensemble.ts'
import { keyedLearner } from './many/make-keyed-learner.ts'
import { mae } from './metrics/mae.ts'
import { deliveries, deliveryLearner } from './testing/streams.ts'
import { takeFrom } from './take-from.ts'

interface Observer {
  readonly next: (value: number) => void
  readonly error: (error: unknown) => void
  readonly complete: () => void
}

/** What RxJS 6 does with an observer that is none of its own: calls it by an object that inherits from it. */
function olderRxJs(give: (observer: Observer & { readonly closed: boolean }) => void): Observable<number> {
  return {
    subscribe(observer: Observer) {
      const state = { closed: false }
      const context = Object.create(observer) as Observer & { unsubscribe: () => void }
      context.unsubscribe = () => void (state.closed = true)
      give({
        next: (value) => context.next(value), error: (error) => context.error(error),
        complete: () => context.complete(),
        get closed() {
          return state.closed
        },
      })
      return { unsubscribe: context.unsubscribe }
    },
  } as unknown as Observable<number>
}

/** Everything that comes out when each value is passed on, and how the taking ended. */
function taken(source: Observable<number>, most = Infinity, broken = NaN): unknown[] {
  const log: unknown[] = []
  new Observable<number>((subscriber) => {
    takeFrom(source, subscriber, {
      next: (value) => {
        if (value === broken) throw new Error('no room')
        subscriber.next(value)
      },
      complete: () => subscriber.complete(),
    })
  }).pipe(take(most)).subscribe({
    next: (value) => log.push(value), error: (error) => log.push(String(error)), complete: () => log.push('complete'),
  })
  return log
}

describe('takeFrom(source, subscriber, taker)', () => {
  it('passes on what comes, and how it ends', () => {
    expect(taken(of(1, 2))).toEqual([1, 2, 'complete'])
    expect(taken(EMPTY)).toEqual(['complete'])
    expect(taken(throwError(() => 'broken'))).toEqual(['broken'])
  })

  it('leaves its source when what it throws, or what is thrown downstream, ends it', () => {
    const source = new Subject<number>()
    const log = taken(source, Infinity, 2)
    for (const value of [1, 2, 3]) source.next(value)
    expect([log, source.observed]).toEqual([[1, 'Error: no room'], false])
  })

  it('stops a synchronous source that never ends by itself, once enough has come', () => {
    let given = 0
    const source = new Observable<number>((subscriber) => {
      while (!subscriber.closed) subscriber.next(++given)
    })
    expect([taken(source, 3), given]).toEqual([[1, 2, 3, 'complete'], 3])
  })

  it('takes from a source of RxJS 6, and stops it', () => {
    expect(taken(olderRxJs((observer) => {
      observer.next(1)
      observer.complete()
      observer.next(2)
    }))).toEqual([1, 'complete'])
    expect(taken(olderRxJs((observer) => observer.error('broken')))).toEqual(['broken'])
    expect(taken(olderRxJs((observer) => [1, 2].forEach((value) => observer.next(value))), Infinity, 1))
      .toEqual(['Error: no room'])
    let given = 0
    const endless = olderRxJs((observer) => {
      while (!observer.closed) observer.next(++given)
    })
    expect(taken(endless, 3)).toEqual([1, 2, 3, 'complete'])
    expect(given).toBe(4)
    const events = deliveries(3)
    const model = deliveryLearner()
    const steps: number[] = []
    model.train()(olderRxJs((observer) => events.forEach((_, k) => observer.next(k))) as never).subscribe()
    expect([model.counters.learned, model.counters.rejected]).toEqual([0, 3])
    const source = olderRxJs((observer) => events.forEach((event) => observer.next(event as never)))
    model.train()(source as never).subscribe(({ step }) => steps.push(step))
    expect(steps).toEqual([1, 2, 3])
  })
})

interface Row {
  readonly id: number
  readonly x: number
  readonly y: number
}
type Operator = OperatorFunction<Row, unknown>

const spec = features({ x: numeric() })
const options = {
  features: spec, target: 'y', model: (m: Parameters<Parameters<typeof learner>[0]['model']>[0]) => m.pipe(dense(1)),
  loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }),
}
const shop = bandit({ features: spec, arms: ['a', 'b'], policy: squareCb() })
const operators: Readonly<Record<string, () => Operator>> = {
  'Learner#train': () => learner<Row>(options).train(),
  'Learner#predict': () => learner<Row>(options).predict(),
  'Learner#predict with a key': () => learner<Row>(options).predict({ key: 'id' }),
  'AutoModel#train': () => autoModel<Row>({ target: 'y' }).train(),
  'AutoModel#predict': () => autoModel<Row>({ target: 'y', task: 'regression' }).predict(),
  'KeyedLearner#train': () => keyedLearner<Row>({ ...options, key: 'id' }).train(),
  'Ensemble#train': () => ensemble<Row>({ ...options, members: [{}, { seed: 1 }] }).train(),
  'Ensemble#predict': () => ensemble<Row>({ ...options, members: [{}] }).predict(),
  'BackgroundLearner#train': () => backgroundLearner({ make: () => learner<Row>(options), detector: adwin() }).train(),
  'BackgroundLearner#predict': () => (
    backgroundLearner({ make: () => learner<Row>(options), detector: adwin() }).predict()
  ),
  'AnomalyDetector#train': () => anomaly({ features: spec }).train(),
  'AnomalyDetector#score': () => anomaly({ features: spec }).score(),
  'Bandit#decide': () => shop.decide(),
  detectDrift: () => detectDrift(adwin(), ({ y }: Row) => y),
  delayLabels: () => delayLabels({ by: 0 }) as Operator,
  evaluate: () => evaluate({ prediction: 'x', label: 'y', metrics: { mae } }),
}

describe.each(Object.entries(operators))('%s', (_, operator) => {
  it('stops a synchronous source that has no end, once enough has come', () => {
    let given = 0
    const rows = new Observable<Row>((subscriber) => {
      while (!subscriber.closed && given < 100) subscriber.next({ id: given++, x: given % 3, y: given % 2 })
    })
    const ends: string[] = []
    rows.pipe(operator(), take(4)).subscribe({ complete: () => ends.push('complete') })
    expect(ends).toEqual(['complete'])
    expect(given).toBeLessThanOrEqual(4)
  })
})

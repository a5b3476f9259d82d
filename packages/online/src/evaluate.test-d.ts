import { type Observable } from 'rxjs'
import { evaluate } from './evaluate.ts'
import { accuracy } from './metrics/accuracy.ts'
import { confusionMatrix } from './metrics/confusion-matrix.ts'
import { mae } from './metrics/mae.ts'
import type { Metric } from './metrics/metric.ts'
import { fading } from './metrics/fading.ts'
import { rolling } from './metrics/rolling.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const same = <A, B>(_: Equal<A, B>): void => {}

declare const stream$: Observable<{ readonly p: number; readonly y: number }>

stream$.pipe(evaluate({
  prediction: ({ p }) => p, label: ({ y }) => y,
  metrics: { accuracy, lately: rolling(500, accuracy()), confusion: confusionMatrix() },
})).subscribe(({ event, metrics }) => {
  same<typeof event.p, number>(true)
  same<typeof metrics.accuracy, number>(true)
  same<typeof metrics.lately, number>(true)
  same<typeof metrics.confusion, readonly (readonly number[])[]>(true)
  same<typeof metrics.baselines[string]['confusion'], readonly (readonly number[])[]>(true)
  // @ts-expect-error no such metric was asked for
  void metrics.kappa
})

declare const mine: Metric<number>
// @ts-expect-error a window needs a Statistic, which can take events away
rolling(5, mine)
// @ts-expect-error a window of a window is none
fading(0.9, rolling(5, mae()))

import { Subject } from 'rxjs'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { anomaly } from './anomaly.ts'
import type { Scored } from './anomaly-options.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const same = <A, B>(_: Equal<A, B>): void => {}

interface Reading {
  readonly heat: number
}
const machines = anomaly<Reading>({ features: features({ heat: numeric() }), hidden: [4, 2] })
new Subject<Reading & { at: number }>().pipe(machines.train()).subscribe(({ event, isLearned }) => {
  same<typeof event, Reading & { at: number }>(true)
  same<typeof isLearned, boolean>(true)
})
same<ReturnType<typeof machines.scoreOne<{ heat: number }>>, Scored<{ heat: number }>>(true)
// @ts-expect-error heat is a number
machines.learnOne({ heat: 'hot' })
// @ts-expect-error there is no target: nothing is predicted
anomaly({ features: features({}), target: 'heat' })
// @ts-expect-error an influence is one of three
anomaly({ features: features({}), influence: 'none' })

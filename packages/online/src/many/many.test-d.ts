import type { Observable } from 'rxjs'
import { crossEntropy, dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import type { ClassPrediction, OpenClassPrediction } from '../prediction.ts'
import { grid } from './grid.ts'
import { ensemble } from './make-ensemble.ts'
import { keyedLearner } from './make-keyed-learner.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const same = <A, B>(_: Equal<A, B>): void => {}

type Input = Parameters<Parameters<typeof keyedLearner>[0]['model']>[0]

interface Visit {
  readonly user: string
  readonly page: number
  readonly seconds: number
}

declare const visits$: Observable<Visit>
const base = {
  features: features({ page: numeric() }), target: (visit: Visit) => visit.seconds, optimizer: sgd({ learningRate: 1 }),
}

const users = keyedLearner({
  ...base, key: (visit: Visit) => visit.user, model: (m) => m.pipe(dense(1)), loss: squaredError(),
})
visits$.pipe(users.train()).subscribe(({ event, prediction, metrics }) => {
  same<typeof event, Visit>(true)
  same<typeof prediction, number>(true)
  same<typeof metrics.mae, number>(true)
})
users.evicted$.subscribe(({ key }) => same<typeof key, string>(true))
users.predictOne({ user: 'a', page: 1 })
// @ts-expect-error keys are text here
users.stateOf(1)
// @ts-expect-error a label is needed to learn
users.learnOne({ user: 'a', page: 1 })

const pages = ensemble({
  ...base, target: 'page', classes: ['home', 'shop'], model: (m) => m.pipe(dense(2)), loss: crossEntropy(),
  members: grid({ learningRate: [0.1, 0.2], seed: [1] }, ({ learningRate, seed }) => (
    { optimizer: sgd({ learningRate }), seed }
  )),
})
visits$.pipe(pages.train()).subscribe(({ event, prediction, predictions }) => {
  same<typeof event, Visit>(true)
  same<typeof prediction, ClassPrediction<'home' | 'shop'>>(true)
  same<typeof predictions, readonly (ClassPrediction<'home' | 'shop'> | null)[]>(true)
})

const open = {
  ...base, target: 'page', classes: 'open', loss: crossEntropy(), model: (m: Input, n: number) => m.pipe(dense(n)),
} as const
const openByUser = keyedLearner({ ...open, key: (visit: Visit) => visit.user })
same<ReturnType<typeof openByUser.predictOne>, OpenClassPrediction>(true)
const openSeeds = ensemble({ ...open, members: [{ seed: 1 }] })
same<ReturnType<typeof openSeeds.predictOne>, OpenClassPrediction>(true)
// @ts-expect-error every event needs its key
keyedLearner({ ...open })

// @ts-expect-error there is no such axis
grid({ seed: [1] }, ({ rate }) => ({ seed: rate }))

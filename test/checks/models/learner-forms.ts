import {
  adam, adwin, backgroundLearner, boostedRate, categorical, crossEntropy, dense, detectDrift, type DriftWatch,
  earlyWarning, learner, type Learner, type Node, numeric, onDrift, type Optimizer, RejectedError, resetOptimizer, sgd,
  squaredError, tanh,
} from 'eddy'
import { memoryMedium, openStore, persist } from '@eddy/store'
import { type Observable, Subject, tap } from 'rxjs'
import type { Fields } from '../forms.ts'
import { later } from './later.ts'
import { manyForms } from './many-forms.ts'
import { type Declared, type Model, type ModelForm, plain, predictor, spec, type Wishes } from './model.ts'

const usual: Declared = { declared: { a: numeric(), b: numeric(), c: categorical() }, options: { unknown: 'auto' } }
const kinds = ['ant', 'bee', 'cat'] as const

const small = (m: Node<[number]>, outputs = 1) => m.pipe(dense(5), tanh(), dense(outputs))

const numbers = (wishes: Wishes, optimizer: Optimizer): Learner<Fields, number> => learner<Fields>({
  target: 'y', loss: squaredError(), optimizer, model: (m: never) => small(m),
  ...wishes, features: spec(wishes.features ?? usual),
} as never) as unknown as Learner<Fields, number>

/** Detectors that fire often, also where nothing drifts. */
const nervous = () => earlyWarning(adwin({ delta: 0.9, clock: 1 }), adwin({ delta: 0.95, clock: 1 }))

/** A learner whose optimizer is reset, and its rate raised, where losses drift: with the watch, all that there is. */
function adjusted(wishes: Wishes): Model {
  const rate = boostedRate({ learningRate: 0.02, steps: 10 })
  const optimizer = sgd({ learningRate: rate, momentum: 0.5 })
  const self = numbers(wishes, optimizer)
  let watch: DriftWatch | undefined
  let events: Subject<Fields>
  let seen: unknown = null
  let rejection: unknown = null
  self.rejected$.subscribe((rejected) => void (rejection = rejected))
  const train = () => (source: Observable<Fields>) => source.pipe(
    self.train(), detectDrift(nervous(), ({ loss }) => loss, (watch ? { from: watch } : {}) as never),
    onDrift(self, resetOptimizer(optimizer), rate.raise), tap((signal) => void (watch = signal.watch as DriftWatch)),
  )
  const begin = (): void => {
    events = new Subject()
    events.pipe(train()).subscribe(({ status, event: { prediction, loss } }) => {
      seen = { status, prediction: plain(prediction), loss }
    })
  }
  begin()
  return {
    ...predictor(self), train, snapshot: () => ({ model: self.snapshot(), watch: watch ?? null }),
    known: () => ({ model: self.snapshot(), watch: watch ?? null }),
    learn(event) {
      rejection = null
      events.next(event)
      if (rejection !== null) throw new RejectedError(rejection as never)
      return seen
    },
    restore(state) {
      const kept = (state ?? {}) as { readonly model: never; readonly watch: DriftWatch | null }
      const before = watch
      watch = kept.watch ?? undefined
      try {
        train()(new Subject())
        self.restore(kept.model)
      } catch (error) {
        watch = before
        throw error
      }
      begin()
    },
  }
}

/** Any model, kept in a store in memory; one that goes over to a state goes on in a store of its own. */
function kept(make: () => Model): Model {
  let inner = make()
  const keep = () => persist(inner.self as Learner<Fields, unknown>, openStore(memoryMedium()), { log: true })
  let self = keep()
  return {
    get self() {
      return self
    },
    ask: (event) => plain(self.predictOne(event)), snapshot: () => inner.snapshot(), known: () => inner.known(),
    learn(event) {
      const { prediction, loss } = self.learnOne(event)
      return { prediction: plain(prediction), loss }
    },
    restore(state) {
      const next = make()
      next.restore(state)
      inner = next
      self = keep()
    },
  }
}

const itself = (x: number): number => x
const form = (name: string, parts: readonly string[], make: (wishes: Wishes) => Model): ModelForm => (
  { name, kind: 'regression', parts, label: itself, isRandom: true, make }
)
const keyed = manyForms[0]!

/** Learners beside those that learn every event alone, at once and in memory. */
export const learnerForms: readonly ModelForm[] = [
  form('learner, a rate that a detector raises', ['learner', 'boostedRate', 'adwin'], (wishes) => predictor(
    numbers(wishes, adam({
      learningRate: boostedRate({ learningRate: 0.01, steps: 6, detector: adwin({ delta: 0.9, clock: 1 }) }),
    })),
  )),
  form('learner, labels of any unit', ['learner'], (wishes) => predictor(
    numbers({ ...wishes, standardizeTarget: true } as Wishes, adam({ learningRate: 0.02 })),
  )),
  form('learner, policies on drift', ['learner', 'detectDrift', 'onDrift', 'resetOptimizer', 'boostedRate'], adjusted),
  {
    ...form('backgroundLearner, early warnings', ['backgroundLearner', 'earlyWarning', 'adwin'], (wishes) => predictor(
      backgroundLearner({
        make: (generation: number) => numbers({ ...wishes, seed: generation }, adam({ learningRate: 0.02 })),
        detector: nervous(),
      } as never),
    )),
    isRandom: false,
  },
  {
    ...form('learner, labels later', ['learner'], (wishes) => later(numbers(wishes, adam({ learningRate: 0.02 })))),
    waits: true,
  },
  {
    ...form('learner, open classes, labels later', ['learner'], ({ features = usual, ...wishes }) => later(learner({
      target: 'y', loss: crossEntropy(), optimizer: adam({ learningRate: 0.02 }), classes: 'open', classesMax: 6,
      model: small, features: spec(features), ...wishes,
    }))),
    kind: 'multiclass', waits: true, label: (x) => kinds[x > 0.7 ? 2 : x > -0.7 ? 1 : 0]!,
  },
  form('persist, a learner', ['persist', 'learner'], (wishes) => (
    kept(() => predictor(numbers(wishes, adam({ learningRate: 0.02 }))))
  )),
  form('persist, a keyedLearner', ['persist', 'keyedLearner'], (wishes) => kept(() => keyed.make(wishes))),
]

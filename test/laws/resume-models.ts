import { RejectedError } from '@eddy/graph'
import { absoluteError, binaryCrossEntropyWithLogits, crossEntropy, dense, squaredError } from '@eddy/nodes'
import {
  adwin, anomaly, autoModel, backgroundLearner, balancedWeights, bandit, binaryMetrics, boolean, boostedRate,
  categorical, detectDrift, type DriftWatch, earlyWarning, ensemble, epsilonGreedy, evaluate, type EvaluationState,
  features, grid, keyedLearner, lag, learner, linUcb, mae, multiclassMetrics, numeric, offPolicy, onDrift, type Policy,
  Prequential, regressionMetrics, reservoir, resetOptimizer, rolling, squareCb, targetMean, text, vector,
} from '@eddy/online'
import { adagrad, adam, sgd } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { Subject } from 'rxjs'
import type { Stoppable } from './resume-law.ts'

/** Fields of every kind, any of them missing now and then; one in twenty cannot be learned from. */
export interface Reading {
  readonly id: string
  readonly shop?: string
  readonly price?: number
  readonly angle?: number
  readonly at?: Date
  readonly note?: string
  readonly promoted?: boolean
  readonly place?: readonly number[]
  readonly sold: number
  readonly kind: string
  readonly large: boolean
}

const words = ['red', 'blue', 'fresh', 'old', 'sale', '__proto__', 'constructor']

export const readings: readonly Reading[] = Array.from({ length: 80 }, (_, k) => {
  const random = rng(11, 'reading', k)
  const shop = random.integer(0, 6)
  const price = 1 + 9 * random.uniform(1)
  const isBad = random.uniform(2) < 0.05
  const has = (i: number): boolean => random.uniform(20 + i) < 0.85
  const sold = (k < 45 ? 20 : 60) + 4 * shop - price + standardNormal(random, 4)
  return {
    id: `r${k}`, ...(has(0) ? { shop: `s${shop}` } : {}), ...(has(1) ? { price: isBad ? NaN : price } : {}),
    ...(has(2) ? { angle: 7 * k } : {}), ...(has(3) ? { at: new Date(Date.UTC(2024, 0, 1, 5 * k)) } : {}),
    ...(has(4) ? { note: `${words[random.integer(6, 7)]} ${words[random.integer(7, 7)]}` } : {}),
    ...(has(5) ? { promoted: random.uniform(8) < 0.3 } : {}), ...(has(6) ? { place: [price, shop, -k] } : {}),
    sold: isBad ? NaN : sold, kind: `k${shop % 4}`, large: sold > 30,
  }
})

interface Model {
  learnOne(event: Reading): { readonly prediction: unknown; readonly loss?: number }
  snapshot(): unknown
  restore(state: never): void
  readonly metrics?: unknown
}

/** What can be seen of a learner: predictions, losses, metrics, why an event was rejected. */
export function learned(model: Model, seen: () => unknown = () => null): Stoppable {
  return {
    learn(k) {
      try {
        const { prediction, loss } = model.learnOne(readings[k]!)
        return { prediction, loss: loss ?? null, metrics: model.metrics ?? null, more: seen() }
      } catch (error) {
        if (!(error instanceof RejectedError)) throw error
        return { reason: error.rejection.reason, more: seen() }
      }
    },
    snapshot: () => model.snapshot(),
    restore: (state) => model.restore(state as never),
  }
}

const plain = () => features({ shop: categorical(), price: numeric(), promoted: boolean(), note: text({ bits: 5 }) })
const remembering = (of?: string) => features({
  price: numeric({ scale: 'robust', missing: 'mean' }), before: lag({ ...(of && { of }), by: 'shop', capacity: 4 }),
  usual: targetMean('shop', { capacity: 4 }), shop: categorical({ missing: 'last' }),
})
const usual = {
  features: plain(), model: (m: Parameters<Parameters<typeof learner>[0]['model']>[0]) => m.pipe(dense(1)),
}
const numbers = {
  ...usual, target: (e: Reading) => e.sold, loss: squaredError(), optimizer: adagrad({ learningRate: 0.1 }),
} as const

/** Labels that come three events later, some never, some twice. */
function later(model: ReturnType<typeof numberLearner> | ReturnType<typeof autoOfNumbers>): Stoppable {
  const [requests, labels] = [new Subject<Reading>(), new Subject<Reading>()]
  let seen: unknown[] = []
  requests.pipe((model as ReturnType<typeof numberLearner>).predict({ key: (e) => e.id }))
    .subscribe(({ prediction }) => void seen.push(prediction))
  labels.pipe((model as ReturnType<typeof numberLearner>).learn({
    key: (e: Reading) => e.id, label: (e: Reading) => e.sold, within: 9, capacity: 6, revised: 'learn',
  })).subscribe(({ prediction, loss }) => void seen.push(prediction, loss))
  return {
    learn(k) {
      seen = []
      requests.next(readings[k]!)
      if (k % 5 > 0 && k > 3) labels.next(readings[k - 3]!)
      if (k % 7 === 0 && k > 7) labels.next({ ...readings[k - 5]!, sold: k })
      return { seen, counters: model.labelCounters }
    },
    snapshot: () => model.snapshot(),
    restore: (state) => model.restore(state as never),
  }
}

const numberLearner = () => learner(numbers)
const inAnyUnit = { ...numbers, target: (e: Reading) => 250_000 + 40_000 * e.sold, standardizeTarget: true } as const
const autoOfNumbers = () => autoModel<Reading>({ target: 'sold', features: features({}, {
  unknown: 'auto', ignore: ['id', 'sold', 'kind', 'large', 'at', 'place'],
}) })

/** A learner whose optimizer is reset, and whose rate is raised, where its losses drift. */
function adjusted(): Stoppable {
  const rate = boostedRate({ learningRate: 0.05, steps: 10 })
  const optimizer = sgd({ learningRate: rate, momentum: 0.5 })
  const model = learner({ ...numbers, optimizer })
  let watch: DriftWatch | undefined
  let source: Subject<Reading> | null = null
  let seen: unknown = null
  const begin = (): Subject<Reading> => {
    const events = new Subject<Reading>()
    events.pipe(
      model.train(),
      detectDrift(adwin({ delta: 0.9, clock: 1 }), ({ loss }) => loss, (watch ? { from: watch } : {}) as never),
      onDrift(model, resetOptimizer(optimizer), rate.raise),
    ).subscribe((signal) => {
      watch = signal.watch
      seen = { status: signal.status, loss: signal.event.loss }
    })
    return events
  }
  return {
    learn(k) {
      seen = null
      source ??= begin()
      source.next(readings[k]!)
      return seen
    },
    snapshot: () => ({ model: model.snapshot(), watch: watch ?? null }),
    restore(state) {
      const kept = state as { model: never; watch: DriftWatch | null }
      model.restore(kept.model)
      watch = kept.watch ?? undefined
    },
  }
}

/** An evaluation of constant predictions. */
function evaluated(): Stoppable {
  let state: EvaluationState | null = null
  let source: Subject<number> | null = null
  let seen: unknown = null
  return {
    learn(k) {
      if (source === null) {
        source = new Subject<number>()
        source.pipe(evaluate({
          prediction: (event: number) => event / 3, label: (event: number) => event % 7,
          metrics: { mae, lately: rolling(5, mae()) }, ...(state === null ? {} : { state }),
        })).subscribe((each) => {
          state = each.state
          seen = each.metrics
        })
      }
      source.next(k)
      return structuredClone(seen)
    },
    snapshot: () => state,
    restore: (kept) => void (state = kept as EvaluationState | null),
  }
}

const judged = (judge: { report(): unknown; state: unknown }, update: (k: number) => void): Stoppable => ({
  learn(k) {
    update(k)
    return judge.report()
  },
  snapshot: () => judge.state,
  restore: (state) => (judge as unknown as { restore(state: unknown): void }).restore(state),
})

/** Decisions, and rewards for two in three of them, some events later. */
function chosen(policy: Policy, standardizeRewards?: boolean): Stoppable {
  const more = standardizeRewards === undefined ? {} : { standardizeRewards }
  const model = bandit({ features: plain(), arms: ['a', 'b', 'c'], policy, seed: 2, ...more })
  return {
    learn(k) {
      const say = (act: () => unknown): unknown => {
        try {
          return act()
        } catch (error) {
          if (error instanceof RejectedError) return error.rejection.reason
          throw error
        }
      }
      const decision = say(() => {
        const { arm, propensity } = model.choose(readings[k]!, { key: k })
        return { arm, propensity }
      })
      const logged = k % 3 === 0 ? null : say(() => model.learn({ key: k - 2, reward: k % 5 }) !== null)
      return { decision, logged }
    },
    snapshot: () => model.snapshot(),
    restore: (state) => model.restore(state as never),
  }
}

/** What learns or keeps count as a whole, by the function that makes it. */
export const models: Readonly<Record<string, () => Stoppable>> = {
  adaptive: adjusted,
  anomaly: () => {
    const detector = anomaly<Reading>({ features: plain(), hidden: 3, rate: 0.1, seed: 1 })
    return learned({
      learnOne: (event) => ({ prediction: { ...detector.learnOne(event), event: null } }),
      snapshot: () => detector.snapshot(), restore: (state) => detector.restore(state),
    })
  },
  autoencoder: () => {
    const detector = anomaly<Reading>({ features: features({ place: vector({ length: 3 }) }), hidden: [4, 2] })
    return learned({
      learnOne: (event) => ({ prediction: { ...detector.learnOne(event), event: null } }),
      snapshot: () => detector.snapshot(), restore: (state) => detector.restore(state),
    })
  },
  balancedWeights: () => learned(learner({
    ...numbers, target: (e: Reading) => e.large, loss: binaryCrossEntropyWithLogits(),
    classWeights: balancedWeights({ fading: 0.9 }),
  })),
  bandit: () => chosen(squareCb()),
  banditOfAnyUnit: () => chosen(squareCb(), true),
  epsilonGreedy: () => chosen(epsilonGreedy({ epsilon: 0.3 })),
  linUcb: () => chosen(linUcb()),
  squareCb: () => chosen(squareCb({ growth: 'none' })),
  offPolicy: () => {
    const estimate = offPolicy({ policy: ({ arms }) => arms.map((arm) => Number(arm === 'a')) })
    const arms = ['a', 'b']
    return {
      learn(k) {
        estimate.update({ arms, arm: arms[k % 2]!, propensity: 0.5, reward: Math.sin(k) } as never)
        return [estimate.ips, estimate.snips, estimate.doublyRobust]
      },
      snapshot: () => estimate.state,
      restore: (state) => estimate.restore(state as never),
    }
  },
  reservoir: () => learned(learner({
    ...numbers, target: (e: Reading) => e.large, loss: binaryCrossEntropyWithLogits(),
    replay: reservoir({ size: 20, per: 2, balanced: true }),
  })),
  autoModel: () => {
    const model = autoOfNumbers()
    return learned(model as never, () => model.experts)
  },
  autoModelOfClasses: () => {
    const model = autoModel<Reading>({ target: 'kind', features: plain() })
    return learned(model as never, () => model.experts)
  },
  autoModelOfTwo: () => learned(autoModel<Reading>({ target: 'large', features: plain() }) as never),
  autoModelLater: () => later(autoOfNumbers()),
  backgroundLearner: () => learned(backgroundLearner({
    make: (generation: number) => learner({ ...numbers, loss: absoluteError(), seed: generation }),
    detector: earlyWarning(adwin({ delta: 0.9, clock: 1 }), adwin({ delta: 0.95, clock: 1 })),
  }) as never),
  binaryMetrics: () => {
    const judge = binaryMetrics()
    return judged(judge, (k) => judge.update((k % 10) / 10, k % 3 === 0 ? 1 : 0))
  },
  boostedRate: () => learned(learner({ ...numbers, optimizer: adam({
    learningRate: boostedRate({ learningRate: 0.01, steps: 6, detector: adwin({ delta: 0.9, clock: 1 }) }),
  }) })),
  detectDrift: adjusted,
  ensemble: () => learned(ensemble({ ...numbers, members: [{ seed: 1 }, { optimizer: sgd({ learningRate: 0.03 }) }] })),
  evaluate: evaluated,
  features: () => learned(learner({ ...numbers, features: features({}, {
    unknown: 'auto', ignore: ['id', 'sold', 'at', 'place'], namesMax: 9, overflow: { bits: 3 },
  }) })),
  grid: () => learned(ensemble({ ...numbers, members: grid(
    { rate: [0.01, 0.1], seed: [1, 2] }, ({ rate, seed }) => ({ optimizer: adam({ learningRate: rate }), seed }),
  ) })),
  keyedLearner: () => learned(keyedLearner({ ...numbers, key: (e: Reading) => e.kind, capacity: 3 })),
  ensembleOfOpenClasses: () => learned(ensemble({
    ...numbers, features: remembering('price'), target: (e: Reading) => e.kind, classes: 'open', classesMax: 6,
    loss: crossEntropy(), model: (m, outputs) => m.pipe(dense(outputs)),
    members: [{ seed: 1 }, { seed: 2 }, { optimizer: sgd({ learningRate: 1e30 }) }],
  }) as never),
  ensembleThatRemembers: () => learned(ensemble({
    ...numbers, features: remembering(),
    members: [{ seed: 1 }, { seed: 2 }, { optimizer: sgd({ learningRate: 1e4 }) }],
  })),
  keyedLearnerOfOpenClasses: () => learned(keyedLearner({
    ...numbers, target: (e: Reading) => e.kind, classes: 'open', classesMax: 6, loss: crossEntropy(),
    model: (m, outputs) => m.pipe(dense(outputs)), key: (e: Reading) => e.shop ?? 'none', capacity: 3,
  }) as never),
  keyedLearnerThatRemembers: () => learned(keyedLearner({
    ...numbers, features: remembering(), key: (e: Reading) => e.kind, capacity: 3,
  })),
  learner: () => learned(learner({
    ...numbers, target: (e: Reading) => e.kind, classes: 'open', classesMax: 6, loss: crossEntropy(),
    model: (m, outputs) => m.pipe(dense(outputs)),
  }) as never),
  learnerLater: () => later(numberLearner()),
  learnerOfAnyUnit: () => learned(learner(inAnyUnit)),
  learnerOfAnyUnitLater: () => later(learner(inAnyUnit)),
  learnerOfAnyUnitReplayed: () => learned(learner({ ...inAnyUnit, replay: reservoir({ size: 20, per: 2 }) })),
  keyedLearnerOfAnyUnit: () => learned(keyedLearner({
    ...inAnyUnit, features: remembering(), key: (e: Reading) => e.kind, capacity: 3,
  })),
  ensembleOfAnyUnit: () => learned(ensemble({
    ...inAnyUnit, members: [{ seed: 1 }, { seed: 2 }, { optimizer: sgd({ learningRate: 1e38 }) }],
  })),
  learnerOfTwo: () => learned(learner({
    ...numbers, target: (e: Reading) => e.large, loss: binaryCrossEntropyWithLogits(),
  })),
  multiclassMetrics: () => {
    const judge = multiclassMetrics(3)
    return judged(judge, (k) => judge.update([0.2, 0.5, 0.3].map((x, i) => (k % 3 === i ? 0.3 : x)), k % 3))
  },
  onDrift: adjusted,
  Prequential: () => {
    const judge = new Prequential({ mae, lately: rolling(4, mae()) })
    return judged(judge, (k) => judge.update(Math.sin(k), Math.cos(k)))
  },
  regressionMetrics: () => {
    const judge = regressionMetrics()
    return judged(judge, (k) => judge.update(Math.sin(k), Math.cos(k)))
  },
  resetOptimizer: adjusted,
}

/** Exported functions that keep nothing from one event to the next, or are classes of the above. */
export const others: readonly string[] = [
  'AnomalyDetector', 'AutoModel', 'BackgroundLearner', 'BadValueError', 'BalancedWeights', 'Bandit', 'Ensemble',
  'EnsembleLearned', 'KeyedLearner', 'Learned', 'LearnedLater', 'Learner', 'NamedAxis', 'OffPolicy',
  'OpenClassPrediction', 'Statistic', 'activationStatistics', 'days', 'deadUnits', 'delayLabels', 'describe',
  'finiteNumber', 'gradientFlow', 'gradientNorms', 'hashText', 'histogram', 'hours', 'minutes', 'namedGradients',
  'refuse', 'seconds', 'takeFrom', 'toDot', 'toMermaid', 'updateRatios', 'weightHistograms', 'weightNorms',
]

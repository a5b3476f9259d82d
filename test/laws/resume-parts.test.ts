import * as online from '@eddy/online'
import { squaredError, dense } from '@eddy/nodes'
import { adagrad } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { expectToResume, functionsOf, type Stoppable } from './resume-law.ts'
import { learned, models, others, type Reading, readings } from './resume-models.ts'

const usual = { window: 5, aggregates: ['mean', 'max', 'deviation'], capacity: 4 } as const

const {
  accuracy, adwin, aggregate, balancedAccuracy, boolean, brierScore, calibrationError, categorical, classPrior,
  classScores, confusionMatrix, cross, cycle, date, ddm, defineMemory, earlyWarning, eddm, f1, fading, features, fhddm,
  hashed, hddmA, hddmW, kappa, kappaTemporal, kswin, lag, lastClass, learner, logLoss, macroF1, mae, meanBaseline,
  meanOf, medianBaseline, microF1, noChange, numeric, pageHinkley, precision, quantileBaseline, quantileLoss,
  r2, recall, reliability, rmse, rocAuc, rolling, targetMean, text, vector, weightedF1,
} = online

const random = rng(3, 'parts')

/** Encoders, with every policy that has a memory; each stands for the field that it reads. */
const encoders: Readonly<Record<string, readonly (readonly [field: string, encoder: online.Encoder])[]>> = {
  aggregate: [
    ['lately', aggregate({ by: ['shop', 'promoted'], ...usual })],
    ['prices', aggregate({ of: 'price', by: 'shop', window: 3, aggregates: ['min', 'sum', 'count'] })],
  ],
  boolean: [['promoted', boolean()], ['promoted', boolean({ missing: 'last' })]],
  categorical: [['shop', categorical()], ['shop', categorical({ max: 3, bits: 4, missing: 'last' })]],
  cross: [['both', cross(['shop', 'promoted'], { bits: 5 })], ['both', cross(['shop', 'promoted'], { bits: null })]],
  cycle: [['angle', cycle({ period: 360, missing: 'indicator' })]],
  date: [['at', date({ categories: ['weekday'], trend: true, missing: 'indicator' })]],
  defineMemory: [['price', defineMemory<number | null>({
    name: 'change', standardize: false, initial: null,
    encode: (x, emit, before) => {
      if (typeof x === 'number' && before !== null) emit(null, x - before)
    },
    learn: (before, x) => (x as number | undefined) ?? before,
  })]],
  hashed: [['shop', hashed({ bits: 3 })]],
  lag: [['before', lag({ of: 'price', by: 'shop', steps: [1, 3], capacity: 4 })]],
  numeric: [
    ['price', numeric()], ['price', numeric({ scale: 'robust', missing: 'last' })],
    ['price', numeric({ missing: 'mean' })], ['price', numeric({ standardize: 'after', missing: 'indicator' })],
  ],
  targetMean: [['usual', targetMean('shop', { smoothing: 2, capacity: 4 })]],
  text: [['note', text({ words: 2, letters: [3, 3], bits: 7, missing: 'indicator' })]],
  vector: [['place', vector({ length: 3 })], ['place', vector({ missing: 'indicator' })]],
}

describe('resume law: every encoder', () => {
  it.each(Object.entries(encoders))('%s', (_, list) => {
    for (const [field, encoder] of list) {
      expectToResume(() => learned(learner({
        features: features({ [field]: encoder }), target: (e: Reading) => e.sold, model: (m) => m.pipe(dense(1)),
        loss: squaredError(), optimizer: adagrad({ learningRate: 0.1 }),
      })), readings.length)
    }
  })
})

const of = <P, V>(make: () => online.Metric<P, V>): (() => online.Metric<unknown, unknown>) => make as never

/** Metrics of numbers. */
const ofNumbers: Readonly<Record<string, () => online.Metric<unknown, unknown>>> = {
  fading: of(() => fading(0.9, mae())), mae: of(mae), quantileLoss: of(() => quantileLoss({ quantile: 0.9 })),
  meanOf: of(() => meanOf((p: number, y) => Math.abs(p * y), { finish: Math.sqrt })), r2: of(r2), rmse: of(rmse),
  rolling: of(() => rolling(7, rmse())),
}

/** Metrics of classes. */
const ofClasses: Readonly<Record<string, () => online.Metric<unknown, unknown>>> = {
  accuracy: of(accuracy), balancedAccuracy: of(balancedAccuracy), brierScore: of(brierScore),
  calibrationError: of(calibrationError), classScores: of(classScores), confusionMatrix: of(confusionMatrix),
  f1: of(f1),
  fadingKappa: of(() => fading(0.8, kappa())), kappa: of(kappa), kappaTemporal: of(kappaTemporal), logLoss: of(logLoss),
  macroF1: of(macroF1), microF1: of(microF1), precision: of(() => precision({ average: 'macro' })), recall: of(recall),
  reliability: of(reliability), rocAuc: of(rocAuc), rollingAuc: of(() => rolling(9, rocAuc())),
  rollingKappa: of(() => rolling(5, kappaTemporal())), weightedF1: of(weightedF1),
}

const events = 60

function measured(make: () => online.Metric<unknown, unknown>, given: (k: number) => readonly [unknown, number]) {
  return (): Stoppable => {
    const metric = make()
    return {
      learn(k) {
        metric.update(...given(k))
        return metric.value
      },
      snapshot: () => metric.state,
      restore: (state) => metric.restore(state as never),
    }
  }
}

const label = (k: number, classes: number): number => random.integer(100 + k, classes)

function probabilities(k: number): Float64Array {
  const shares = [0, 1, 2].map((c) => 0.05 + random.uniform(1000 + 3 * k + c))
  const sum = shares.reduce((a, b) => a + b)
  return Float64Array.from(shares, (share) => share / sum)
}

describe('resume law: every metric', () => {
  it.each(Object.entries(ofNumbers))('%s', (_, make) => {
    expectToResume(measured(make, (k) => [standardNormal(random, k), standardNormal(random, 500 + k)]), events)
  })

  it.each(Object.entries(ofClasses))('%s, of two classes and of three', (_, make) => {
    expectToResume(measured(make, (k) => [random.uniform(k), label(k, 2)]), events)
    expectToResume(measured(make, (k) => [probabilities(k), label(k, 3)]), events)
  })
})

const baselines: Readonly<Record<string, () => online.Baseline<unknown>>> = {
  classPrior: () => classPrior(3), lastClass: () => lastClass(3), meanBaseline, medianBaseline, noChange,
  quantileBaseline: () => quantileBaseline({ quantile: 0.9 }),
}

describe('resume law: every baseline', () => {
  it.each(Object.entries(baselines))('%s', (_, make) => {
    expectToResume(() => {
      const baseline = make()
      return {
        learn(k) {
          const said = structuredClone(baseline.predict())
          baseline.update(label(k, 3))
          return said
        },
        snapshot: () => baseline.state,
        restore: (state) => baseline.restore(state as never),
      }
    }, events)
  })
})

const any = (detector: unknown): online.Detector => detector as online.Detector

/** Detectors, quick enough to fire. */
const detectors: Readonly<Record<string, readonly online.Detector[]>> = {
  adwin: [any(adwin({ clock: 4 })), any(adwin({ delta: 0.2, clock: 1, maxBuckets: 2, mode: 'up' }))],
  ddm: [any(ddm())],
  earlyWarning: [any(earlyWarning(hddmA(), pageHinkley({ threshold: 4 }), { hold: 20 }))],
  eddm: [any(eddm({ warmStart: 5 }))],
  fhddm: [any(fhddm({ windowSize: 40, shortWindowSize: 10, confidence: 0.01 }))],
  hddmA: [any(hddmA()), any(hddmA({ mode: 'both' }))],
  hddmW: [any(hddmW()), any(hddmW({ mode: 'both', lambda: 0.1 }))],
  kswin: [any(kswin({ windowSize: 40, statSize: 15, seed: 3 }))],
  pageHinkley: [any(pageHinkley({ threshold: 10 }))],
}

describe('resume law: every detector', () => {
  it.each(Object.entries(detectors))('%s', (_, list) => {
    for (const detector of list) {
      expectToResume(() => {
        let state = detector.initial
        return {
          learn(k) {
            const wrong = Number(random.uniform(k) < (k % 150 < 90 ? 0.05 : 0.7))
            state = detector.update(state, detector.takes === 'bits' ? wrong : wrong + 0.1 * (k % 3))
            return state.status
          },
          snapshot: () => state,
          restore: (kept) => void (state = kept as online.DetectorState),
        }
      }, 300)
    }
  })
})

describe('the lists of this law', () => {
  it('have every function that online exports', () => {
    const known = [encoders, ofNumbers, ofClasses, baselines, detectors, models].flatMap((list) => Object.keys(list))
    const exported = functionsOf(online)
    expect(exported.filter((name) => !known.includes(name) && !others.includes(name)), 'in no list').toEqual([])
    expect(others.filter((name) => !exported.includes(name)), 'no longer exported').toEqual([])
  })
})

describe('resume law: every learner, model and judge', () => {
  it.each(Object.entries(models))('%s', (_, make) => expectToResume(make, readings.length), 300_000)
})

import {
  absoluteError, binaryCrossEntropyWithLogits, binaryFocalWithLogits, crossEntropy, dense, hedged, relu, squaredError,
} from '@eddy/nodes'
import {
  adwin, aggregate, anomaly, type AnomalyState, autoModel, backgroundLearner, bandit, type BanditState, boolean,
  categorical, cross, cycle, date, earlyWarning, ensemble, epsilonGreedy, features, hashed,
  keyedLearner, lag, learner, mae, meanBaseline, numeric, Prequential, reservoir, rolling, targetMean, text, vector,
} from '@eddy/online'
import { adagrad, adam, ftrl, reduceOnPlateau, sgd } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import type { Learnable } from '../learning/learnable.ts'

/** A sale: fields of every kind, any of them missing now and then, some of no use. */
export interface Sale {
  readonly id: string
  readonly shop?: string
  readonly price?: number
  readonly at?: Date | string
  readonly note?: string
  readonly promoted?: boolean
  readonly place?: readonly number[]
  readonly sold: number
  readonly kind: string
  readonly large: boolean
}

const words = ['red', 'blue', 'fresh', 'old', 'large', 'small', 'sale', '__proto__', 'constructor']

/** Seeded sales; one in twenty cannot be learned from. */
export function sales(count: number, seed = 1): Sale[] {
  const random = rng(seed, 'sales')
  return Array.from({ length: count }, (_, i) => {
    const at = i * 16
    const shop = random.integer(at, 6)
    const price = 1 + 9 * random.uniform(at + 1)
    const promoted = random.uniform(at + 2) < 0.3
    const note = [3, 4].map((k) => words[random.integer(at + k, words.length)]!).join(' ')
    const has = (k: number): boolean => random.uniform(at + k) < 0.9
    const sold = 20 + 4 * shop - price + (promoted ? 6 : 0) + standardNormal(random, at + 6)
    const isBad = random.uniform(at + 5) < 0.05
    return {
      id: `e${i + 1}`, ...(has(7) ? { shop: `s${shop}` } : {}), ...(has(8) ? { price: isBad ? NaN : price } : {}),
      ...(has(10) ? { at: new Date(Date.UTC(2024, 0, 1 + Math.floor(i / 8), i % 24)) } : {}),
      ...(has(11) ? { note } : {}), ...(has(12) ? { promoted } : {}), ...(has(13) ? { place: [price, shop, -i] } : {}),
      sold: isBad ? NaN : sold, kind: `k${shop % 4}`, large: sold > 25,
    }
  })
}

const plain = () => features({ shop: categorical(), price: numeric(), promoted: boolean(), note: text({ bits: 6 }) })

const everything = () => features({
  shop: categorical({ max: 3, bits: 4, missing: 'last' }), price: numeric({ missing: 'mean' }),
  angle: cycle({ period: 360, missing: 'indicator' }), at: date({ categories: ['weekday'], trend: true }),
  note: text({ words: 2, letters: [3, 3], bits: 7, missing: 'indicator' }), promoted: boolean({ missing: 'last' }),
  place: vector({ length: 3 }), shopPromoted: cross(['shop', 'promoted'], { bits: 5 }), code: hashed({ bits: 3 }),
  soldBefore: lag({ by: 'shop', steps: [1, 3], capacity: 4 }),
  lately: aggregate({ by: ['shop', 'promoted'], window: 5, aggregates: ['mean', 'max', 'deviation'], capacity: 6 }),
  usual: targetMean('shop', { smoothing: 2, capacity: 5 }),
}, { namesMax: 60, overflow: { bits: 4, seed: 9 }, ignore: ['id', 'sold', 'kind', 'large'] })

/** A learner of sales. */
export interface SaleModel extends Learnable {
  learnOne(event: Sale): { readonly prediction: unknown }
}

/** Learners of every kind that there is, by name; equal ones at every call. */
export const models: Readonly<Record<string, () => SaleModel>> = {
  'all encoders, Adam': () => learner({
    features: everything(), target: (e: Sale) => e.sold, model: (m) => m.pipe(dense(6), relu(), dense(1)),
    loss: squaredError(), optimizer: adam({ learningRate: 0.02 }), seed: 3,
  }),
  'metrics of one\'s own, SGD with plateaus, f64': () => learner({
    features: plain(), target: (e: Sale) => e.sold, model: (m) => m.pipe(dense(1)), loss: absoluteError(), dtype: 'f64',
    optimizer: sgd({ learningRate: reduceOnPlateau({ learningRate: 0.02, patience: 20 }), momentum: 0.9 }),
    metrics: () => new Prequential({ mae, lately: rolling(50, mae()) }, { mean: meanBaseline }),
  }),
  'two classes, FTRL': () => learner({
    features: plain(), target: (e: Sale) => e.large, model: (m) => m.pipe(dense(1)),
    loss: binaryCrossEntropyWithLogits(), optimizer: ftrl(),
  }),
  'open classes': () => learner({
    features: plain(), target: (e: Sale) => e.kind, classes: 'open', classesMax: 6,
    model: (m, outputs) => m.pipe(dense(outputs)), loss: crossEntropy(), optimizer: adagrad({ learningRate: 0.1 }),
  }),
  'open classes, balanced replay': () => learner({
    features: plain(), target: (e: Sale) => e.kind, classes: 'open', classesMax: 6, classWeights: 'balanced',
    model: (m, outputs) => m.pipe(dense(outputs)), loss: crossEntropy(), optimizer: adagrad({ learningRate: 0.1 }),
    replay: reservoir({ size: 15, per: 2, balanced: true }),
  }),
  'all encoders, replay': () => learner({
    features: everything(), target: (e: Sale) => e.sold, model: (m) => m.pipe(dense(6), relu(), dense(1)),
    loss: squaredError(), optimizer: adam({ learningRate: 0.02 }), replay: reservoir({ size: 20 }),
  }),
  'hedged depths': () => learner({
    ...hedged({ depths: 2, width: 4, loss: binaryFocalWithLogits() }), features: plain(),
    target: (e: Sale) => e.large, optimizer: adam({ learningRate: 0.02 }),
  }),
  'one for each key': () => keyedLearner({
    key: (e: Sale) => e.kind, capacity: 3, features: plain(), target: (e: Sale) => e.sold,
    model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: adagrad({ learningRate: 0.1 }),
  }),
  'an ensemble': () => ensemble({
    members: [{ optimizer: sgd({ learningRate: 0.05 }) }, { seed: 2 }], features: plain(),
    target: (e: Sale) => e.sold, model: (m) => m.pipe(dense(1)), loss: squaredError(),
    optimizer: adam({ learningRate: 0.01 }),
  }),
  'one that starts anew at drifts': () => backgroundLearner({
    make: (generation: number) => learner({
      features: plain(), target: (e: Sale) => e.sold, model: (m) => m.pipe(dense(1)), loss: absoluteError(),
      optimizer: adagrad({ learningRate: 0.1 }), seed: generation,
    }),
    detector: earlyWarning(adwin({ delta: 0.3 }), adwin({ delta: 0.5 })),
  }),
  'an anomaly detector': () => {
    const watch = anomaly<Sale>({ features: plain(), width: 128, warmUp: 20, window: 40, seed: 2 })
    return {
      learnOne: (sale) => ({ prediction: watch.learnOne(sale).score }), snapshot: () => watch.snapshot(),
      restore: (state: AnomalyState) => watch.restore(state),
    }
  },
  'a bandit that gets some rewards later': () => {
    const shop = bandit<'news' | 'offer', Sale>({
      features: plain(), arms: ['news', 'offer'], policy: epsilonGreedy({ epsilon: 0.3 }), seed: 5,
    })
    return {
      learnOne: (sale) => {
        const { arm, propensity } = shop.choose(sale, { key: sale.id })
        const key = `e${Number(sale.id.slice(1)) - 2}`
        return { prediction: [arm, propensity, shop.learn({ key, reward: sale.sold })?.arm ?? null] }
      },
      snapshot: () => shop.snapshot(), restore: (state: BanditState) => shop.restore(state),
    }
  },
  'the automatic model of numbers': () => autoModel<Sale>({ target: 'sold', features: everything() }),
  'the automatic model of classes': () => autoModel<Sale>({ target: 'kind', features: plain() }),
}

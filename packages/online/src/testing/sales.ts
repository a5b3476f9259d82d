import { dense, relu, squaredError } from '@eddy/nodes'
import { adagrad } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { aggregate } from '../encoders/aggregate.ts'
import { boolean } from '../encoders/boolean.ts'
import { categorical } from '../encoders/categorical.ts'
import { cross } from '../encoders/cross.ts'
import { cycle } from '../encoders/cycle.ts'
import { date } from '../encoders/date.ts'
import { hashed } from '../encoders/hashed.ts'
import { lag } from '../encoders/lag.ts'
import { numeric } from '../encoders/numeric.ts'
import { targetMean } from '../encoders/target-mean.ts'
import { text } from '../encoders/text.ts'
import { vector } from '../encoders/vector.ts'
import { type Features, features } from '../features.ts'
import type { Learner } from '../learner.ts'
import { learner } from '../make-learner.ts'

/** What a shop sold on a day: fields of every kind, any of them missing now and then. */
export interface Sale {
  readonly shop?: string
  readonly price?: number
  readonly stock?: number
  readonly angle?: number
  readonly at?: string
  readonly note?: string
  readonly promoted?: boolean
  readonly place?: readonly number[]
  readonly sold: number
}

const words = ['red', 'blue', 'fresh', 'old', 'large', 'small', 'sale', 'new']

/** Sales that depend on shop, price, promotion and words; seeded. */
export function sales(count: number, seed = 1): Sale[] {
  const random = rng(seed, 'sales')
  return Array.from({ length: count }, (_, i) => {
    const at = i * 16
    const shop = random.integer(at, 6)
    const price = 1 + 9 * random.uniform(at + 1)
    const promoted = random.uniform(at + 2) < 0.3
    const note = [3, 4, 5].map((k) => words[random.integer(at + k, words.length)]!).join(' ')
    const day = new Date(Date.UTC(2024, 0, 1 + Math.floor(i / 8), i % 24)).toISOString()
    const sold = 20 + 4 * shop - price + (promoted ? 6 : 0) + standardNormal(random, at + 6)
    const has = (k: number): boolean => random.uniform(at + k) < 0.9
    return {
      ...(has(7) ? { shop: `s${shop}` } : {}), ...(has(8) ? { price } : {}), ...(has(9) ? { stock: price ** 6 } : {}),
      ...(has(10) ? { at: day } : {}), ...(has(11) ? { note } : {}), ...(has(12) ? { promoted } : {}),
      ...(has(13) ? { place: [price, shop, -i] } : {}), ...(has(14) ? { angle: 7 * i } : {}), sold,
    }
  })
}

/** Every encoder there is, with every policy for what is missing. */
export const saleFeatures: Features = features({
  shop: categorical({ max: 3, bits: 4, missing: 'last' }), price: numeric({ missing: 'mean' }),
  stock: numeric({ scale: 'robust', missing: 'last' }), angle: cycle({ period: 360, missing: 'indicator' }),
  at: date({ categories: ['weekday'], trend: true, missing: 'indicator' }),
  note: text({ words: 2, letters: [3, 3], bits: 8, missing: 'indicator' }), promoted: boolean({ missing: 'last' }),
  place: vector({ length: 3 }), shopPromoted: cross(['shop', 'promoted'], { bits: 5 }),
  shopDay: cross(['shop', 'price'], { bits: null }), code: hashed({ bits: 3 }),
  soldBefore: lag({ by: 'shop', steps: [1, 3], capacity: 4 }), priceBefore: lag({ of: 'price' }),
  lately: aggregate({ by: ['shop', 'promoted'], window: 5, aggregates: ['mean', 'max', 'deviation'], capacity: 6 }),
  prices: aggregate({ of: 'price', by: 'shop', window: 3, aggregates: ['min', 'sum', 'count'] }),
  usual: targetMean('shop', { smoothing: 2, capacity: 5 }), usualHere: targetMean(['shop', 'promoted']),
}, { namesMax: 60, overflow: { bits: 4, seed: 9 } })

export function saleLearner(spec: Features = saleFeatures, seed = 1): Learner<Sale, number, 'mae' | 'rmse' | 'r2'> {
  return learner({
    features: spec, target: (event: Sale) => event.sold, model: (m) => m.pipe(dense(6), relu(), dense(1)),
    loss: squaredError(), optimizer: adagrad({ learningRate: 0.1 }), seed,
  })
}

import { describe, expect, it } from 'vitest'
import { dense, relu, squaredError } from '@eddy/nodes'
import { adagrad, adam, digest } from '@eddy/optim'
import { categorical } from './encoders/categorical.ts'
import { numeric } from './encoders/numeric.ts'
import { hashed } from './encoders/hashed.ts'
import { features } from './features.ts'
import { learner } from './make-learner.ts'

interface Sale {
  readonly size: number
  readonly shop: string
  readonly price: number
}

const sale = (k: number, names = 5): Sale => ({ size: k % 11, shop: `shop ${(k * k) % names}`, price: (k * 7) % 13 })

function shops(optimizer = adagrad({ learningRate: 0.1 })) {
  return learner({
    features: features({ size: numeric(), shop: categorical() }), target: (event: Sale) => event.price,
    model: (rows) => rows.pipe(dense(6), relu(), dense(1)), loss: squaredError(), optimizer,
  })
}

describe('learner.peek()', () => {
  it('gives what snapshot() gives, with names that grow, after restore(state), and beside other learners', () => {
    const model = shops()
    const other = shops(adam({ learningRate: 0.1 }))
    const early = model.snapshot()
    const seen = new Set<unknown>()
    for (let k = 0; k < 400; k++) {
      model.learnOne(sale(k, k < 200 ? 5 : 5 + k))
      if (k % 3 === 0) other.learnOne(sale(k))
      if (k === 150) model.restore(early)
      const peeked = model.peek()
      const sum = digest(peeked)
      expect(digest(model.snapshot()), `${k}`).toBe(sum)
      expect(digest(model.peek()), `${k}, again`).toBe(sum)
      seen.add(peeked.training.parameters)
    }
    // The same records as long as nothing has moved.
    expect(seen.size).toBeLessThan(380)
    expect(digest(other.peek())).toBe(digest(other.snapshot()))
  })

  it('gives what snapshot() gives also when nothing was learned, and reading makes large tables', () => {
    const make = (bits: number) => learner({
      features: features({ words: hashed({ bits }) }), target: (event: { readonly y: number }) => event.y,
      model: (rows) => rows.pipe(dense(6), dense(1)), loss: squaredError(), optimizer: adam(),
    })
    for (const bits of [16, 17, 18]) expect(digest(make(bits).peek()), `${bits}`).toBe(digest(make(bits).snapshot()))
  })

  it('gives the same records of the same views while no name is new', () => {
    const model = shops()
    for (let k = 0; k < 40; k++) model.learnOne(sale(k))
    const first = model.peek()
    const { training: { parameters, step }, metrics } = first
    const data = Object.values(parameters).map((tensor) => tensor.data)
    model.learnOne(sale(41))
    const later = model.peek()
    expect(later).toBe(first)
    expect(later.training.parameters).toBe(parameters)
    expect(later.metrics).toBe(metrics)
    expect(Object.values(later.training.parameters).map((tensor) => tensor.data)).toEqual(data)
    expect(later.training.step).toBe(step + 1)
    model.learnOne(sale(42, 1e6))
    expect(model.peek().training.parameters).not.toBe(parameters)
  })

  it('follows a memory that grows', () => {
    const model = shops()
    for (let k = 0; k < 30; k++) model.learnOne(sale(k))
    model.peek()
    // Each takes some megabytes, so that the memory of all models has to grow.
    const others = Array.from({ length: 4 }, () => learner({
      features: features({ shop: categorical() }), target: (event: Sale) => event.price,
      model: (rows) => rows.pipe(dense(1 << 20), dense(1)), loss: squaredError(),
      optimizer: adam({ learningRate: 1e-9 }),
    }))
    for (const each of others) each.learnOne(sale(1))
    model.learnOne(sale(31))
    expect(digest(model.peek())).toBe(digest(model.snapshot()))
  })
})

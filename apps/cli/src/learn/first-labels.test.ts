import { rng, standardNormal } from 'eddy'
import { describe, expect, it } from 'vitest'
import { makeModel } from './model.ts'
import { Labels } from './labels.ts'
import { readModel } from './read-model.ts'
import { usualLoss } from './read-loss.ts'

describe('a linear model of large labels', () => {
  it('is not held back by what it learned of the first ones', () => {
    const random = rng(3, 'flats')
    const labels = new Labels('regression', [], Infinity)
    const model = makeModel({
      target: 'price', task: 'regression', model: readModel('linear'), loss: usualLoss('regression'), optimizer: null,
      ignore: [], text: [], dates: [], seed: 1, isDelayed: false,
    }, labels)
    let error = 0
    for (let k = 0; k < 2000; k++) {
      const [city, size] = [random.integer(4 * k, 5), random.uniform(4 * k + 1)]
      const price = 50_000 + 3000 * city + 8000 * size + 1000 * standardNormal(random, 4 * k + 2)
      const answer = model.learn({ city: `c${city}`, size, price }, price) as number
      if (k >= 1000) error += Math.abs(answer - price) / 1000
    }
    // What is left of the noise is 798.
    expect(error).toBeLessThan(950)
  })
})

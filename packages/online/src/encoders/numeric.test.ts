import { dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { rng, standardNormal, zeros } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { BadValueError, type Encoder } from '../encoder.ts'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'
import { emissions } from '../testing/emissions.ts'
import { numeric } from './numeric.ts'

describe('numeric()', () => {
  it('emits the number under the feature itself, -0 as 0', () => {
    expect(emissions(numeric(), 2.5)).toEqual([[null, 2.5]])
    expect(emissions(numeric(), -0)).toEqual([[null, 0]])
    expect(emissions(numeric(), 5e-324)).toEqual([[null, 5e-324]])
    expect(emissions(numeric(), -1e30)).toEqual([[null, -1e30]])
  })

  it('is standardised unless declined, and skips what is missing unless told otherwise', () => {
    expect(numeric().standardize).toBe(true)
    expect(numeric({ standardize: false }).standardize).toBe(false)
    expect(numeric().missing).toBe(undefined)
    expect(numeric({ missing: 0 }).missing).toBe(0)
  })

  it.each([
    [NaN, /got NaN, wanted a finite number/], [Infinity, /got Infinity/], [-Infinity, /got -Infinity/],
    [JSON.parse('1e999'), /Infinity/], [1.1e30, /from -1e\+30 to 1e\+30.*Clip/], ['3', /got "3".*Text is not conver/],
    [true, /boolean\(\)/], [{}, /an object/], [[1], /\[1\]/], [3n, /3n/], [() => 1, /function/],
  ])('refuses %s, saying what it wanted and what to do', (value, message) => {
    expect(() => emissions(numeric(), value)).toThrow(BadValueError)
    expect(() => emissions(numeric(), value)).toThrow(message)
  })

  it('refuses a stand-in that is not finite at once', () => {
    expect(() => numeric({ missing: NaN })).toThrow(BadValueError)
  })
})

describe('numeric(), 10^9 deviations from 0', () => {
  /** The mean error of the last of 1,000 labels that are the number's distance from its mean. */
  const errorOf = (encoder: Encoder, dtype: 'f32' | 'f64'): number => {
    const random = rng(3)
    const model = learner({
      features: features({ at: encoder }), target: 'y', model: (m) => m.pipe(dense(1, { weight: zeros() })),
      loss: squaredError(), optimizer: sgd({ learningRate: 0.05 }), dtype,
    })
    let sum = 0
    for (let k = 0; k < 1000; k++) {
      const y = standardNormal(random, k)
      const { prediction } = model.learnOne({ at: 1e9 + y, y })
      if (k >= 900) sum += Math.abs(prediction - y) / 100
    }
    return sum
  }

  it('a learner in f32 sees them all alike, unless the encoder takes off the mean itself', () => {
    expect(errorOf(numeric(), 'f32')).toBeGreaterThan(0.5)
    expect(errorOf(numeric({ standardize: 'after' }), 'f32')).toBeLessThan(0.05)
    expect(errorOf(numeric({ scale: 'robust' }), 'f32')).toBeLessThan(0.05)
    expect(errorOf(numeric(), 'f64')).toBeLessThan(0.05)
  })
})

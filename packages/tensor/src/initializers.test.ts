import { describe, expect, it } from 'vitest'
import { ShapeError, ValueError } from './errors.ts'
import { fansOf } from './fan.ts'
import { initialize } from './initialize.ts'
import {
  type Initializer, type Nonlinearity, constant, embeddingWeight, gainOf, kaimingNormal, kaimingUniform, lecunNormal,
  lecunUniform, linearBias, linearWeight, normal, uniform, xavierNormal, xavierUniform, zeros,
} from './initializers.ts'
import { rng } from './rng.ts'

const outputs = 300
const inputs = 200
const key = rng(3, 'initializers')
const valuesOf = (initializer: Initializer): Float64Array =>
  initialize(initializer, [outputs, inputs], key, 'f64').data as Float64Array

describe('uniform initialisers', () => {
  // Bounds worked out by hand for a [300, 200] weight.
  it.each<[Initializer, number]>([
    [xavierUniform(), Math.sqrt(6 / 500)],
    [xavierUniform({ gain: 5 / 3 }), 5 / 3 * Math.sqrt(6 / 500)],
    [kaimingUniform(), Math.sqrt(6 / 200)],
    [kaimingUniform({ a: Math.sqrt(5) }), 1 / Math.sqrt(200)],
    [kaimingUniform({ mode: 'fanOut', nonlinearity: 'tanh' }), 5 / 3 * Math.sqrt(3 / 300)],
    [lecunUniform(), Math.sqrt(3 / 200)],
    [lecunUniform({ fanIn: 50 }), Math.sqrt(3 / 50)],
    [linearWeight(), 1 / Math.sqrt(200)],
    [linearBias(16), 1 / 4],
  ])('%o fills its bound and no more', (initializer, bound) => {
    const values = valuesOf(initializer)
    const largest = values.reduce((max, x) => Math.max(max, Math.abs(x)), 0)
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length
    expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-15))
    expect(largest).toBeGreaterThan(bound * 0.999)
    expect(Math.abs(mean)).toBeLessThan(5 * bound / Math.sqrt(3 * values.length))
  })

  it('uniform(low, high) stays between', () => {
    const values = valuesOf(uniform(2, 3))
    expect(values.every(x => x >= 2 && x < 3)).toBe(true)
  })
})

describe('normal initialisers', () => {
  it.each<[Initializer, number, number]>([
    [normal(2, 3), 2, 3],
    [xavierNormal(), 0, Math.sqrt(2 / 500)],
    [kaimingNormal(), 0, Math.sqrt(2 / 200)],
    [kaimingNormal({ nonlinearity: 'linear', mode: 'fanOut' }), 0, Math.sqrt(1 / 300)],
    [lecunNormal(), 0, Math.sqrt(1 / 200)],
    [embeddingWeight(), 0, 1],
  ])('%o has its mean and standard deviation', (initializer, mean, std) => {
    const values = valuesOf(initializer)
    const n = values.length
    const gotMean = values.reduce((sum, x) => sum + x, 0) / n
    const gotStd = Math.sqrt(values.reduce((sum, x) => sum + (x - gotMean) ** 2, 0) / n)
    expect(Math.abs(gotMean - mean)).toBeLessThan(5 * std / Math.sqrt(n))
    expect(Math.abs(gotStd / std - 1)).toBeLessThan(5 / Math.sqrt(2 * n))
  })
})

describe('zeros(), constant(value)', () => {
  it('give one value everywhere', () => {
    expect(valuesOf(zeros()).every(x => Object.is(x, 0))).toBe(true)
    expect(valuesOf(constant(-2)).every(x => x === -2)).toBe(true)
  })
})

describe('fansOf(shape)', () => {
  it('reads [out, in, ...receptive field]', () => {
    expect(fansOf([3, 5], {}, 'f')).toEqual({ fanIn: 5, fanOut: 3 })
    expect(fansOf([3, 5, 2, 4], {}, 'f')).toEqual({ fanIn: 40, fanOut: 24 })
    expect(fansOf([7], { fanIn: 1, fanOut: 2 }, 'f')).toEqual({ fanIn: 1, fanOut: 2 })
  })

  it('throws ShapeError for fewer than two axes, and says how to state the fan', () => {
    expect(() => initialize(xavierUniform(), [4], key)).toThrow(ShapeError)
    expect(() => initialize(kaimingUniform(), [4], key)).toThrow(/kaimingUniform\({ fanIn: ... }\)/)
  })

  it('of no inputs gives zeros, not infinities', () => {
    expect([...initialize(linearBias(0), [3], key).data]).toEqual([0, 0, 0])
  })
})

describe('gainOf(nonlinearity)', () => {
  it('knows the usual ones and refuses others', () => {
    expect([gainOf('linear'), gainOf('sigmoid'), gainOf('tanh'), gainOf('selu')]).toEqual([1, 1, 5 / 3, 0.75])
    expect(gainOf('relu')).toBe(gainOf('leakyRelu'))
    expect(gainOf('leakyRelu', 1)).toBe(1)
    expect(() => gainOf('swish' as Nonlinearity)).toThrow(ValueError)
  })
})

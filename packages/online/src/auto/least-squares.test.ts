import { describe, expect, it } from 'vitest'
import { rng } from '@eddy/tensor'
import { LeastSquares } from './least-squares.ts'

const random = rng(7, 'least squares')
const number = (k: number): number => 2 * random.uniform(k) - 1

/** Inputs of which some are 0, the last ones up to event `late`; a label that depends on all of them. */
function events(inputs: number, count: number, late = 20): readonly { readonly x: Float64Array; readonly y: number }[] {
  return Array.from({ length: count }, (_, n) => {
    const x = Float64Array.from({ length: inputs }, (_, i) => {
      const at = 100 * n + 2 * i
      return (random.uniform(at) < 0.3 && n > 0) || (n < late && i > inputs - 3) ? 0 : number(at + 1)
    })
    return { x, y: x.reduce((sum, value, i) => sum + value * (i % 4 - 1.5), 0.1 * number(100 * n + 99)) }
  })
}

function learn(squares: LeastSquares, { x, y }: { readonly x: Float64Array; readonly y: number }): number {
  const said = squares.predict(x)[0]!
  squares.learn(x, [y - said])
  return said
}

/** The weights of ridge regression: (sum of f x x' + ridge f_0 I) w = sum of f x y, f fading; solved by elimination. */
function solved(inputs: number, ridge: number, fading: number, all: ReturnType<typeof events>): readonly number[] {
  const rows = Array.from({ length: inputs }, (_, i) => (
    Array.from({ length: inputs + 1 }, (_, j) => (i === j ? ridge * fading ** all.length : 0))
  ))
  all.forEach(({ x, y }, n) => {
    const weight = fading ** (all.length - 1 - n)
    rows.forEach((row, i) => row.forEach((_, j) => void (row[j]! += weight * x[i]! * (j < inputs ? x[j]! : y))))
  })
  rows.forEach((row, k) => {
    for (const [i, other] of rows.entries()) {
      const share = other[k]! / row[k]!
      if (i !== k) other.forEach((_, j) => void (other[j]! -= share * row[j]!))
    }
  })
  return rows.map((row, k) => row[inputs]! / row[k]!)
}

describe('LeastSquares', () => {
  it.each([[1, 1], [2, 1], [5, 0.5], [8, 1], [11, 2]])('%s inputs, ridge %s: the weights of the batch', (n, ridge) => {
    for (const forgetting of [1, 0.99]) {
      const squares = new LeastSquares({ inputs: n, outputs: 1, ridge, forgetting })
      // What has not been met yet is not forgotten.
      const all = events(n, 60, forgetting === 1 ? 20 : 0)
      for (const event of all) learn(squares, event)
      const unit = (i: number): Float64Array => Float64Array.from({ length: n }, (_, k) => (k === i ? 1 : 0))
      solved(n, ridge, forgetting, all).forEach((weight, i) => {
        expect(squares.predict(unit(i))[0]).toBeCloseTo(weight, 9)
      })
    }
  })

  it('restore(state) continues bit for bit, beside others that learn something else', () => {
    const options = { inputs: 9, outputs: 1, forgetting: 0.98 }
    const [one, other, copy] = [new LeastSquares(options), new LeastSquares(options), new LeastSquares(options)]
    const all = events(9, 200)
    for (const [k, event] of all.slice(0, 100).entries()) {
      learn(one, event)
      learn(other, all[100 + k]!)
    }
    copy.restore(one.state)
    for (const event of all.slice(100)) {
      const said = learn(one, event)
      learn(other, all[0]!)
      expect(learn(copy, event)).toBe(said)
    }
    expect(copy.state).toEqual(one.state)
  })

  it('refuses states that would reach beyond its memory', () => {
    const squares = new LeastSquares({ inputs: 3, outputs: 1 })
    const before = squares.state
    for (const size of [4, -1, 1.5, NaN, '2', undefined]) {
      expect(() => squares.restore({ ...before as object, size })).toThrow(/number of inputs.*whole number from 0 to 3/)
    }
    expect(squares.state).toEqual(before)
  })
})

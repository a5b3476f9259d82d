import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExactSum } from './exact-sum.ts'

/** Numbers of 53 bits times 2^-60 to 2^60: as whole multiples of 2^-120 they are summed by BigInt. */
const term = fc.tuple(fc.maxSafeInteger(), fc.integer({ min: -60, max: 60 })).map(([m, e]) => m * 2 ** e)
const units = (x: number): bigint => BigInt(x * 2 ** 60) * 2n ** 60n + BigInt((x * 2 ** 60 % 1) * 2 ** 60)
const rounded = (sum: bigint): number => Number(sum) / 2 ** 120

describe('ExactSum', () => {
  it('value is the true sum, rounded once, in any order, after any removals', () => {
    fc.assert(fc.property(fc.array(term), fc.array(term), (kept, gone) => {
      const sum = new ExactSum()
      for (const x of gone) sum.add(x)
      for (const x of kept) sum.add(x)
      for (const x of [...gone].reverse()) sum.remove(x)
      expect(sum.value).toBe(rounded(kept.reduce((total, x) => total + units(x), 0n)))
    }))
  })

  it('rounds ties by what lies far below', () => {
    for (const [terms, wanted] of [
      [[1, 2 ** -53], 1], [[1, 2 ** -53, 2 ** -200], 1 + 2 ** -52], [[1, 2 ** -53, -(2 ** -200)], 1],
      [[1 + 2 ** -52, 2 ** -53, -(2 ** -200)], 1 + 2 ** -52], [[1e200, 1, -1e200], 1],
    ] as const) {
      const sum = new ExactSum()
      for (const x of terms) sum.add(x)
      expect(sum.value).toBe(wanted)
    }
  })

  it('addProduct(x, y), addSquare(x, weight) have no rounding', () => {
    const small = fc.tuple(fc.maxSafeInteger(), fc.integer({ min: -20, max: 0 })).map(([m, e]) => m * 2 ** e)
    const whole = (x: number): bigint => BigInt(x * 2 ** 20)
    fc.assert(fc.property(fc.array(fc.tuple(small, small)), small, (pairs, weight) => {
      const [products, squares] = [new ExactSum(), new ExactSum()]
      for (const [x, y] of pairs) {
        products.addProduct(x, y)
        squares.addSquare(x, Math.abs(weight))
      }
      const total = pairs.reduce((sum, [x, y]) => sum + whole(x) * whole(y), 0n)
      expect(products.value).toBe(Number(total) / 2 ** 40)
      const cubes = pairs.reduce((sum, [x]) => sum + whole(x) ** 2n * whole(Math.abs(weight)), 0n)
      expect(squares.value).toBe(Number(cubes) / 2 ** 60)
    }))
  })

  it('is NaN while a term is infinite or no number, and heals when it is gone', () => {
    const sum = new ExactSum()
    sum.add(0.1)
    for (const x of [NaN, -Infinity, 1e300]) {
      sum.add(x)
      expect(sum.value).toBe(NaN)
      sum.remove(x)
      expect(sum.value).toBe(0.1)
    }
  })

  it('restore(state) has the same value; rescale(power of two) scales it', () => {
    fc.assert(fc.property(fc.array(term), (terms) => {
      const [sum, copy] = [new ExactSum(), new ExactSum()]
      for (const x of terms) sum.add(x)
      copy.restore(sum.state)
      expect(copy.value).toBe(sum.value)
      copy.rescale(2 ** -64)
      expect(copy.value).toBe(sum.value * 2 ** -64)
    }), { examples: [[[-8.743640818441799e32, -1, 2.120739992962041e32]]] })
  })
})

import { type AnyNode, constant, GraphError, parameter } from '@eddy/graph'
import { ShapeError, tensor, ValueError } from '@eddy/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { absoluteError, quantileError } from './index.ts'
import { evaluate } from './testing/evaluate.ts'

const leaf = (data: readonly number[], shape: readonly number[] = [data.length]): AnyNode =>
  parameter(tensor([...data], [...shape], 'f64'))
const fixed = (data: readonly number[]): AnyNode => constant(tensor([...data], [data.length], 'f64'))

function expectNear(got: ArrayLike<number>, wanted: readonly number[], tolerance = 1e-15): void {
  expect(got.length).toBe(wanted.length)
  wanted.forEach((value, i) => expect(Math.abs(got[i]! - value), `element ${i}: ${got[i]}`).toBeLessThan(tolerance))
}

const predictions = [-1.5, 0.3125, 0, 2.5, 2.0625]
const targets = [0.5, 0.3125, -0.1875, 0.4375, 4]
/** By the formula, in fractions of whole numbers; the second target is met exactly. */
const cases = [
  { quantile: 0.1, loss: [0.2, 0, 0.16875, 1.85625, 0.19375], slope: [-0.1, 0, 0.9, 0.9, -0.1], mean: 0.48375 },
  { quantile: 0.5, loss: [1, 0, 0.09375, 1.03125, 0.96875], slope: [-0.5, 0, 0.5, 0.5, -0.5], mean: 0.61875 },
  {
    quantile: 0.975, loss: [1.95, 0, 0.0046875, 0.0515625, 1.8890625],
    slope: [-0.975, 0, 0.025, 0.025, -0.975], mean: 0.7790625,
  },
]

describe('quantileError({ quantile })', () => {
  it.each(cases)('has the values and gradients of its formula, none where it is met: $quantile', (one) => {
    const { quantile, loss, slope, mean } = one
    const [x, t] = [leaf(predictions), leaf(targets)]
    const each = evaluate(quantileError(x, t, { quantile, reduction: 'none' }))
    const ones = [1, 1, 1, 1, 1]
    expectNear(each.value, loss)
    expectNear(each.gradients(ones).get(x)!, slope)
    expectNear(each.gradients(ones).get(t)!, slope.map((g) => -g))
    const whole = evaluate(quantileError({ quantile })(x, t))
    expectNear(whole.value, [mean])
    expectNear(whole.gradients([1]).get(x)!, slope.map((g) => g / 5))
    expectNear(evaluate(quantileError(x, t, { quantile, reduction: 'sum' })).value, [5 * mean])
    expectNear(evaluate(quantileError(x, t, { quantile, reduction: 'none' }), 'f32').value, loss, 5e-7)
  })

  it('with 0.5 is half the absolute error, bit for bit, its gradients too', () => {
    const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 })
    fc.assert(fc.property(numbers, fc.constantFrom('mean', 'sum', 'none'), (data, reduction) => {
      const [x, t] = [leaf(data), fixed(data.map((value, i) => (i % 3 === 0 ? value : 1 - value)))]
      const [own, plain] = [quantileError({ quantile: 0.5, reduction })(x, t), absoluteError({ reduction })(x, t)]
        .map((node) => evaluate(node))
      expect([...own!.value]).toEqual([...plain!.value].map((value) => value / 2))
      const ones = [...own!.value].map(() => 1)
      expect([...own!.gradients(ones).get(x)!]).toEqual([...plain!.gradients(ones).get(x)!].map((value) => value / 2))
    }))
  })

  it('is least at the quantile of the targets: no other of them is better', () => {
    const drawn = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 })
    fc.assert(fc.property(drawn, fc.integer({ min: 1, max: 19 }), (all, twentieths) => {
      const total = (guess: number): number => evaluate(
        quantileError(fixed(all.map(() => guess)), fixed(all), { quantile: twentieths / 20, reduction: 'sum' }),
      ).value[0]!
      const sorted = [...all].sort((a, b) => a - b)
      const best = total(sorted[Math.ceil(all.length * twentieths / 20) - 1]!)
      for (const guess of all) expect(best).toBeLessThanOrEqual(total(guess) + 1e-9)
    }))
  })

  it('(options) is the loss itself and tells a learner that its output is a number', () => {
    const loss = quantileError({ quantile: 0.9 })
    expect([loss.label, loss.link, loss.targetShape([1])]).toEqual(['quantileError()', 'identity', [1]])
  })

  it.each([[0], [1], [-0.1], [90], [NaN], ['0.9'], [undefined], [null]])('of %s throws a ValueError', (quantile) => {
    expect(() => quantileError({ quantile: quantile as never })).toThrow(ValueError)
    expect(() => quantileError(fixed([1]), fixed([1]), { quantile: quantile as never }))
      .toThrow(/quantile is out of range, in quantileError: got .*, wanted a finite number > 0 and < 1.*median is 0\.5/)
  })

  it('of nodes without options, of different shapes, or without a target says what is missing', () => {
    expect(() => quantileError(fixed([1]), fixed([1]), undefined as never)).toThrow(/options are not an object/)
    expect(() => quantileError(fixed([1, 2]), fixed([1]), { quantile: 0.9 })).toThrow(ShapeError)
    expect(() => quantileError({ quantile: 0.9 })(fixed([1]), undefined as never)).toThrow(/without a target/)
    expect(() => quantileError(fixed([1]) as never)).toThrow(/without a target/)
    expect(() => quantileError(undefined as never)).toThrow(/options are not an object, in quantileError: got undefi/)
    expect(() => quantileError({ quantile: 0.9 })(5 as never, fixed([1]))).toThrow(GraphError)
  })
})

describe('quantileError({ quantile: [...] })', () => {
  const quantile = [0.05, 0.25, 0.8]

  it('has the values and gradients of its formula: an output for each quantile of a target', () => {
    const [x, t] = [leaf([-0.375, 0.125, 1.125, 0.5, 0.5, 1.25], [2, 3]), leaf([0.25, 0.5])]
    const each = evaluate(quantileError(x, t, { quantile, reduction: 'none' }))
    expectNear(each.value, [0.03125, 0.03125, 0.175, 0, 0, 0.15])
    const { value, gradients } = evaluate(quantileError({ quantile })(x, t as never))
    expectNear(value, [0.3875 / 6])
    expectNear(gradients([1]).get(x)!, [-0.05, -0.25, 0.2, 0, 0, 0.2].map((g) => g / 6))
    expectNear(gradients([1]).get(t)!, [0.1 / 6, -0.2 / 6])
  })

  it('is the sum of the losses of each, for any targets', () => {
    const number = fc.double({ min: -100, max: 100, noNaN: true })
    fc.assert(fc.property(fc.array(number, { minLength: 3, maxLength: 3 }), number, (outputs, target) => {
      const all = evaluate(quantileError(leaf(outputs), fixed([target]), { quantile, reduction: 'none' })).value
      outputs.forEach((output, k) => {
        const one = evaluate(quantileError(leaf([output]), fixed([target]), { quantile: quantile[k]! })).value[0]!
        expect(Math.abs(all[k]! - one)).toBeLessThanOrEqual(1e-15 * Math.abs(output - target))
      })
    }))
  })

  it('takes a target of shape [] or [1] for one row, and says so of its target', () => {
    const x = leaf([1, 2, 3])
    const values = [fixed([2]), constant(tensor(2))].map((t) => evaluate(quantileError({ quantile })(x, t)).value)
    expect(values[0]).toEqual(values[1])
    expect([[3], [4, 3]].map((shape) => quantileError({ quantile }).targetShape(shape))).toEqual([[], [4]])
  })

  it.each([[[]], [[0.5, 1]], [[0.5, NaN]]])('of %j throws a ValueError', (list) => {
    expect(() => quantileError({ quantile: list })).toThrow(ValueError)
    expect(() => quantileError({ quantile: list })).toThrow(/quantile.*in quantileError/)
  })

  it('throws a ShapeError for as many outputs as there are not, and for a target each', () => {
    expect(() => quantileError(leaf([1, 2]), fixed([1]), { quantile }))
      .toThrow(/one output for each quantile, in quantileError: got \[2\], wanted \[\.\., 3\].*dense\(3\)/)
    expect(() => quantileError(leaf([1, 2, 3]), fixed([1, 2, 3]) as never, { quantile }))
      .toThrow(/one target for each row of outputs.*got \[3\], wanted \[\].*quantiles of one target/)
    expect(() => quantileError(leaf([1, 2, 3, 4, 5, 6], [2, 3]), fixed([1, 2, 3]) as never, { quantile }))
      .toThrow(ShapeError)
  })
})

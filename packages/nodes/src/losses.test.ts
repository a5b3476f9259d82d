import { type AnyNode, constant, GraphError } from '@eddy/graph'
import { ShapeError, tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { binaryCrossEntropyWithLogits, crossEntropy, huber, squaredError } from './index.ts'
import { evaluate } from './testing/evaluate.ts'

const x = constant(tensor([1, 2, 4]))
const t = constant(tensor([1, 4, 1]))
const valueOf = (node: AnyNode): number[] => Array.from(evaluate(node).value)

describe('squaredError', () => {
  it.each([
    ['mean', [13 / 3]], ['sum', [13]], ['none', [0, 4, 9]],
  ] as const)('with reduction %s', (reduction, wanted) => {
    expect(valueOf(squaredError(x, t, { reduction }))).toEqual(wanted)
    expect(valueOf(squaredError({ reduction })(x, t))).toEqual(wanted)
  })

  it('(options) is the loss itself and tells a learner how to read predictions', () => {
    const loss = squaredError()
    expect([loss.link, loss.targetShape([3])]).toEqual(['identity', [3]])
    expect(binaryCrossEntropyWithLogits().link).toBe('sigmoid')
    expect([crossEntropy().link, crossEntropy().targetShape([10])]).toEqual(['softmax', []])
  })

  it('of different shapes throws a ShapeError that shows both', () => {
    const one = constant(tensor([1])) as never
    expect(() => squaredError(x, one)).toThrow(ShapeError)
    expect(() => squaredError(x, one)).toThrow(/squaredError.*got \[1\].*wanted \[3\]/)
    expect(() => squaredError()(x as AnyNode, one)).toThrow(ShapeError)
  })

  it('without a target throws a GraphError, not a puzzling function', () => {
    expect(() => squaredError(x as never)).toThrow(GraphError)
    expect(() => squaredError(x as never)).toThrow(/without a target/)
  })
})

describe('huber({ delta })', () => {
  it('is squared within delta and straight beyond, in both forms', () => {
    expect(valueOf(huber(x, t, { delta: 2, reduction: 'none' }))).toEqual([0, 2, 4])
    expect(valueOf(huber({ delta: 2, reduction: 'sum' })(x, t))).toEqual([6])
  })
})

describe('binaryCrossEntropyWithLogits', () => {
  it('of huge logits neither overflows nor loses its gradient', () => {
    const logits = constant(tensor([800, -800], [2], 'f64'))
    const wrong = binaryCrossEntropyWithLogits(logits, constant(tensor([0, 1])), { reduction: 'sum' })
    expect(valueOf(wrong)).toEqual([1600])
    expect(Array.from(evaluate(wrong).gradients([1]).get(logits)!)).toEqual([1, -1])
  })
})

describe('binaryCrossEntropyWithLogits with posWeight', () => {
  it('is (1 - t) x + (1 + (w - 1) t) log(1 + exp(-x)), and so in both forms', () => {
    const wanted = [2, 4].map((w, i) => {
      const [logit, target] = [[0.5, -1][i]!, [1, 0.25][i]!]
      return (1 - target) * logit + (1 + (w - 1) * target) * Math.log1p(Math.exp(-logit))
    })
    const [logits, targets] = [constant(tensor([0.5, -1], [2], 'f64')), constant(tensor([1, 0.25], [2], 'f64'))]
    const options = { posWeight: constant(tensor([2, 4], [2], 'f64')), reduction: 'none' } as const
    for (const loss of [
      binaryCrossEntropyWithLogits(logits, targets, options), binaryCrossEntropyWithLogits(options)(logits, targets),
    ]) valueOf(loss).forEach((got, i) => expect(got).toBeCloseTo(wanted[i]!, 14))
  })

  it('of 1 is the loss without it', () => {
    const options = { reduction: 'sum' } as const
    const plain = valueOf(binaryCrossEntropyWithLogits(x, constant(tensor([1, 0, 1])), options))
    expect(valueOf(binaryCrossEntropyWithLogits(x, constant(tensor([1, 0, 1])), { ...options, posWeight: 1 }))[0])
      .toBeCloseTo(plain[0]!, 6)
  })

  it.each([[[2]], [[3, 1]], [[2, 3]]])('of shape %j for targets of shape [3] throws a ShapeError', (shape) => {
    const posWeight = constant(tensor(new Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape))
    expect(() => binaryCrossEntropyWithLogits(x, t, { posWeight })).toThrow(ShapeError)
    expect(() => binaryCrossEntropyWithLogits(x, t, { posWeight })).toThrow(/posWeight does not stretch/)
  })
})

describe('crossEntropy', () => {
  it('is the mean over rows of -log softmax[label]', () => {
    const logits = constant(tensor([[0, 0], [Math.log(3), 0]], [2, 2], 'f64'))
    const [got] = valueOf(crossEntropy(logits, constant(tensor([1, 0]))))
    expect(got).toBeCloseTo((Math.log(2) + Math.log(4 / 3)) / 2, 14)
  })

  it.each([[3], [-1], [0.5]])('stops at the label %d, which is none of three classes', (label) => {
    expect(() => evaluate(crossEntropy(x, constant(tensor([label]))))).toThrow(/fault 3/)
  })

  it('of a one-hot target throws a ShapeError that says what a label is', () => {
    expect(() => crossEntropy(x, t as never)).toThrow(/one label for each row.*number of its class/)
  })
})

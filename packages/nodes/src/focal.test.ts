import { type AnyNode, constant, parameter } from '@eddy/graph'
import { ShapeError, tensor, ValueError } from '@eddy/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binaryCrossEntropyWithLogits, binaryFocalWithLogits, crossEntropy, focal } from './index.ts'
import { evaluate } from './testing/evaluate.ts'

const leaf = (data: readonly number[], shape: readonly number[] = [data.length]): AnyNode =>
  parameter(tensor([...data], [...shape], 'f64'))
const fixed = (data: readonly number[]): AnyNode => constant(tensor([...data], [data.length], 'f64'))

/** Largest difference relative to what was wanted. */
function distance(got: ArrayLike<number>, wanted: readonly number[]): number {
  expect(got.length).toBe(wanted.length)
  return Math.max(...wanted.map((value, i) => Math.abs(got[i]! - value) / Math.max(1e-3, Math.abs(value))))
}

/** Losses and gradients from PyTorch's autograd in float64, the loss written as in torchvision's sigmoid_focal_loss. */
const binaryCases = [
  { gamma: 2, alpha: 0.25,
    loss: [0.6915701102563155, 0.05068011788812772, 0.04332169878499658, 0.003123627856560213, 2.9061804284680104],
    slope: [-0.28168747015872214, 0.10345274801318578, -0.07457169878499659, -0.007617213933095613,
      0.8147968898136266] },
  { gamma: 0.5, alpha: undefined,
    loss: [2.9754183296501915, 0.2912934651463975, 0.4901290717342736, 0.11888814391910817, 3.9818503200776685],
    slope: [-1.0002673398454893, 0.3226365328560928, -0.47608565852684215, -0.1513005487579069, 1.0089515630479657] },
  { gamma: 3.5, alpha: 0.9,
    loss: [2.3146582992814713, 0.0015675520281322804, 0.05513952057010578, 0.0011817960106940062, 0.37708363940916195],
    slope: [-1.1074590586473774, 0.004663432200204481, -0.13626891743942843, -0.004259817988020758,
      0.11589524125818075] },
] as const

describe('binaryFocalWithLogits', () => {
  const targets = fixed([1, 0, 1, 1, 0])

  it.each(binaryCases)('has the values and gradients of PyTorch: gamma $gamma, alpha $alpha', (one) => {
    const { gamma, alpha, loss, slope } = one
    const x = leaf([-3, -0.5, 0, 1.25, 4])
    const options = { gamma, reduction: 'none', ...(alpha === undefined ? {} : { alpha }) } as const
    const { value, gradients } = evaluate(binaryFocalWithLogits(x, targets, options))
    expect(distance(value, loss)).toBeLessThan(1e-12)
    expect(distance(gradients([1, 1, 1, 1, 1]).get(x)!, slope)).toBeLessThan(1e-12)
  })

  it('with gamma 0 is binaryCrossEntropyWithLogits, in both forms and all reductions', () => {
    for (const reduction of ['mean', 'sum', 'none'] as const) {
      const x = leaf([-3, -0.5, 0, 1.25, 4])
      const plain = evaluate(binaryCrossEntropyWithLogits(x, targets, { reduction })).value
      expect(distance(evaluate(binaryFocalWithLogits(x, targets, { gamma: 0, reduction })).value, [...plain]))
        .toBeLessThan(1e-12)
      expect(distance(evaluate(binaryFocalWithLogits({ gamma: 0, reduction })(x, targets)).value, [...plain]))
        .toBeLessThan(1e-12)
    }
    expect([binaryFocalWithLogits().link, binaryFocalWithLogits().targetShape([1])]).toEqual(['sigmoid', [1]])
  })

  it('of huge logits is finite, with a gradient for what is wrong and none for what is right, at any gamma', () => {
    for (const gamma of [0, 0.1, 0.5, 1, 2, 5]) {
      const x = leaf([800, -800, 800, -800])
      const { value, gradients } = evaluate(
        binaryFocalWithLogits(x, fixed([0, 1, 1, 0]), { gamma, reduction: 'none' }),
      )
      expect([...value]).toEqual([800, 800, 0, 0])
      expect([...gradients([1, 1, 1, 1]).get(x)!].map((g) => g + 0)).toEqual([1, -1, 0, 0])
    }
  })

  it('never weighs an event more than cross-entropy does, and less the better it is told apart', () => {
    fc.assert(fc.property(
      fc.double({ min: -20, max: 20, noNaN: true }), fc.double({ min: 0, max: 6, noNaN: true }), fc.boolean(),
      (logit, gamma, isYes) => {
        const target = fixed([Number(isYes)])
        const own = evaluate(binaryFocalWithLogits(leaf([logit]), target, { gamma })).value[0]!
        const plain = evaluate(binaryCrossEntropyWithLogits(leaf([logit]), target)).value[0]!
        const better = evaluate(binaryFocalWithLogits(leaf([logit + (isYes ? 1 : -1)]), target, { gamma })).value[0]!
        expect(own).toBeLessThanOrEqual(plain * (1 + 1e-12))
        expect(better).toBeLessThan(own)
      },
    ))
  })

  it('refuses what is out of range when it is made', () => {
    expect(() => binaryFocalWithLogits({ gamma: -1 })).toThrow(ValueError)
    expect(() => binaryFocalWithLogits({ gamma: NaN })).toThrow(/gamma is out of range.*got NaN/)
    expect(() => binaryFocalWithLogits({ alpha: 2 })).toThrow(/alpha is out of range.*got 2/)
    expect(() => binaryFocalWithLogits(leaf([1]), fixed([1]), { alpha: 1.5 })).toThrow(/alpha is out of range/)
    expect(() => binaryFocalWithLogits(leaf([1, 2]), fixed([1]) as never)).toThrow(ShapeError)
  })
})

const rows = [1, 2, -1, 0.5, -2, 3, -1, -1, 0.25]
const weight = tensor([0.5, 2, 1.25], [3], 'f64')
/** Likewise; the gradient is that of the mean over rows. */
const cases = [
  { gamma: 2, weighted: false, loss: [3.1179146071167665, 2.210015062209185, 1.1391275596182],
    slope: [0.10016238226925861, 0.27226958361769416, -0.3724319658869527, -0.3745587379747262, 0.002506865795653114,
      0.3720518721790731, 0.07141423993542743, -0.3206744293565368, 0.24926018942110933] },
  { gamma: 0.5, weighted: true, loss: [4.112099512538242, 1.2428722071641392, 3.080223976416579],
    slope: [0.11268106341278639, 0.3062988870864186, -0.418979950499205, -0.1637957204382137, 0.0010962603389288019,
      0.16269946009928488, 0.1306352898834134, -0.5865972539239717, 0.4559619640405582] },
  { gamma: 3, weighted: true, loss: [3.7605205999656417, 1.0217023968449352, 1.8632983238434897],
    slope: [0.13264529458589844, 0.36056729390344466, -0.4932125884893431, -0.19883556666974989, 0.001330776806166338,
      0.19750478986358352, 0.14200711987419212, -0.6376606706365182, 0.49565355076232603] },
] as const

describe('focal', () => {
  const labels = fixed([2, 0, 1])

  it.each(cases)('has the values and gradients of PyTorch: gamma $gamma, weighted $weighted', (one) => {
    const { gamma, weighted, loss, slope } = one
    const x = leaf(rows, [3, 3])
    const options = weighted ? { gamma, weight } : { gamma }
    expect(distance(evaluate(focal(x, labels, { ...options, reduction: 'none' })).value, loss)).toBeLessThan(1e-12)
    const { value, gradients } = evaluate(focal(x, labels, options))
    expect(distance(value, [loss.reduce<number>((sum, l) => sum + l, 0) / 3])).toBeLessThan(1e-12)
    expect(distance(gradients([1]).get(x)!, slope)).toBeLessThan(1e-12)
  })

  it('with gamma 0 is crossEntropy; of two classes it is binaryFocalWithLogits of the difference', () => {
    const x = leaf(rows, [3, 3])
    const plain = evaluate(crossEntropy(x, labels)).value
    expect(distance(evaluate(focal({ gamma: 0 })(x, labels)).value, [...plain])).toBeLessThan(1e-12)
    const two = evaluate(focal(leaf([0.3, -1.4]), fixed([1]), { gamma: 1.5 })).value
    expect(distance(two, [...evaluate(binaryFocalWithLogits(leaf([-1.7]), fixed([1]), { gamma: 1.5 })).value]))
      .toBeLessThan(1e-12)
    expect([focal().link, focal().targetShape([4])]).toEqual(['softmax', []])
  })

  it('of huge logits is finite, with a gradient for what is wrong and none for what is right, at any gamma', () => {
    for (const gamma of [0.1, 0.5, 1, 2, 5]) {
      const x = leaf([800, 0, -800])
      const { value, gradients } = evaluate(focal(x, fixed([2]), { gamma }))
      expect([...value]).toEqual([1600])
      expect([...gradients([1]).get(x)!].map((g) => g + 0)).toEqual([1, 0, -1])
      const right = evaluate(focal(x, fixed([0]), { gamma }))
      expect(right.value[0]! + 0).toBe(0)
      expect([...right.gradients([1]).get(x)!].map((g) => g + 0)).toEqual([0, 0, 0])
    }
  })

  it('of one class is 0', () => expect(evaluate(focal(leaf([5]), fixed([0]))).value[0]! + 0).toBe(0))

  it('refuses what is out of range when it is made', () => {
    expect(() => focal({ gamma: -0.5 })).toThrow(ValueError)
    expect(() => focal(leaf([1, 2]), fixed([1, 0]) as never)).toThrow(ShapeError)
  })
})

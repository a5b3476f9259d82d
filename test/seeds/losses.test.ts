import {
  backward, binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, input, type Node, squaredError,
} from 'eddy'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { expectClose, watch } from './watch.ts'

/** A loss of three predictions, and its gradient. */
function judge(
  loss: (prediction: Node<[3]>, target: Node<[3]>, label: Node<[]>) => Node<[]>,
  event: { readonly x: readonly number[]; readonly t?: readonly number[]; readonly label?: number },
) {
  const event$ = from([event])
  const x = input(event$, { shape: [3], select: (e) => e.x })
  const t = input(event$, { shape: [3], select: (e) => e.t ?? [0, 0, 0] })
  const label = input(event$, { shape: [], select: (e) => e.label ?? 0 })
  const node = loss(x, t, label)
  const seen = { loss: watch(node), dx: watch(x.gradient$) }
  node.pipe(backward({ dtype: 'f64' })).subscribe()
  return { loss: seen.loss[0]!, dx: seen.dx[0]! }
}

const ln = Math.log

describe('losses at points that are known', () => {
  it('squaredError is the mean of squares: (1 + 4 + 0) / 3, sloping by 2 (x - t) / 3', () => {
    const { loss, dx } = judge((x, t) => squaredError(x, t), { x: [1, 2, 3], t: [0, 4, 3] })
    expectClose(loss, 5 / 3)
    expectClose(dx, [2 / 3, -4 / 3, 0])
  })

  it('binaryCrossEntropy of 1/2, 1/4, 4/5 for labels 1, 0, 1: minus the mean of ln 1/2, ln 3/4, ln 4/5', () => {
    const { loss, dx } = judge((x, t) => binaryCrossEntropy(x, t), { x: [1 / 2, 1 / 4, 4 / 5], t: [1, 0, 1] })
    expectClose(loss, -(ln(1 / 2) + ln(3 / 4) + ln(4 / 5)) / 3)
    expectClose(dx, [-2 / 3, 4 / 9, -5 / 12])
  })

  it('binaryCrossEntropyWithLogits of their logits is the same loss, sloping by (p - t) / 3', () => {
    const { loss, dx } = judge((x, t) => binaryCrossEntropyWithLogits(x, t), { x: [0, -ln(3), ln(4)], t: [1, 0, 1] })
    expectClose(loss, -(ln(1 / 2) + ln(3 / 4) + ln(4 / 5)) / 3)
    expectClose(dx, [(1 / 2 - 1) / 3, 1 / 4 / 3, (4 / 5 - 1) / 3])
  })

  it('binaryCrossEntropyWithLogits stays exact where the sigmoid has rounded to 1', () => {
    const { loss } = judge((x, t) => binaryCrossEntropyWithLogits(x, t), { x: [800, -800, 800], t: [0, 0, 1] })
    expectClose(loss, 800 / 3)
  })

  it('crossEntropy of shares 1/8, 2/8, 5/8 is minus the logarithm of the share of the label', () => {
    const shares = [1 / 8, 2 / 8, 5 / 8]
    for (const label of [0, 1, 2]) {
      const { loss, dx } = judge((x, _, wanted) => crossEntropy(x, wanted), { x: [ln(1), ln(2), ln(5)], label })
      expectClose(loss, -ln(shares[label]!))
      expectClose(dx, shares.map((share, k) => share - (k === label ? 1 : 0)))
    }
  })

  it('crossEntropy of equal logits is ln 3: knowing nothing among three classes', () => {
    expect(judge((x, _, label) => crossEntropy(x, label), { x: [7, 7, 7], label: 1 }).loss).toBeCloseTo(ln(3), 14)
  })
})

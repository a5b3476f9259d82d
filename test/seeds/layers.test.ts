import {
  type AnyNode, backward, input, linear, type Node, relu, sigmoid, softmax, sum, mul, tanh, tensor,
} from 'eddy'
import { from, pipe } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { expectClose, f64, watch } from './watch.ts'

/** The output of a layer for one input, and dL/dx for L = the sum of outputs, each times its weight. */
function pass(layer: (x: Node<[3]>) => AnyNode, values: readonly number[], weights: readonly number[]) {
  const x = input(from([values]), { shape: [3] })
  const y = layer(x)
  const seen = { y: watch(y), dx: watch(x.gradient$) }
  sum(mul(y, tensor([...weights], [weights.length], 'f64'))).pipe(backward({ dtype: 'f64' })).subscribe()
  return { y: seen.y[0]!, dx: seen.dx[0]! }
}

const ln = Math.log

describe('layers at points that are known', () => {
  it('linear(3, 2) is W x + b, and sends back the columns of W', () => {
    const layer = linear(3, 2, { weight: f64([[1, 2, 3], [-1, 0, 1]]), bias: f64([0.5, -0.5]) })
    expect(pass(layer, [1, -1, 2], [1, 10])).toEqual({ y: [5.5, 0.5], dx: [1 - 10, 2, 3 + 10] })
  })

  it('relu() cuts at 0, and lets gradients through only where it is on; at 0 it is off', () => {
    expect(pass(relu(), [-2, 0, 3], [5, 6, 7])).toEqual({ y: [0, 0, 3], dx: [0, 0, 7] })
  })

  it('sigmoid() at 0 and at the logits of 3/4 and 1/5; its slope is s (1 - s)', () => {
    const { y, dx } = pass(sigmoid(), [0, ln(3), -ln(4)], [1, 1, 1])
    expectClose(y, [1 / 2, 3 / 4, 1 / 5])
    expectClose(dx, [1 / 4, 3 / 16, 4 / 25])
  })

  it('tanh() at 0 and at half the logarithms of 3 and 1/9; its slope is 1 - t^2', () => {
    const { y, dx } = pass(tanh(), [0, ln(3) / 2, -ln(3)], [1, 1, 1])
    expectClose(y, [0, 1 / 2, -4 / 5])
    expectClose(dx, [1, 3 / 4, 9 / 25])
  })

  it('softmax() of logarithms gives their shares; dx_i = p_i (g_i - sum of g p)', () => {
    const { y, dx } = pass(softmax(), [ln(1), ln(2), ln(5)], [8, 0, 0])
    expectClose(y, [1 / 8, 2 / 8, 5 / 8])
    expectClose(dx, [(1 / 8) * (8 - 1), (2 / 8) * -1, (5 / 8) * -1])
  })

  it('softmax() moves nothing when all logits rise together, even to where exp overflows', () => {
    expectClose(pass(softmax(), [1e4 + ln(1), 1e4 + ln(2), 1e4 + ln(5)], [1, 1, 1]).y, [1 / 8, 2 / 8, 5 / 8], 1e-11)
  })

  it("rxjs's own pipe is the sequential container: one layer after the other, used again with the same weights", () => {
    const model = pipe(
      linear(3, 2, { weight: f64([[1, 0, 0], [0, -1, 0]]), bias: f64([0, 0]) }), relu(),
      linear(2, 1, { weight: f64([[2, 3]]), bias: f64([1]) }),
    )
    expect(pass(model, [4, -5, 6], [1])).toEqual({ y: [2 * 4 + 3 * 5 + 1], dx: [2, -3, 0] })
    expect(pass(model, [-4, 5, 6], [1])).toEqual({ y: [1], dx: [0, 0, 0] })
  })
})

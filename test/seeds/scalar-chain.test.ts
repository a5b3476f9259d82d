import {
  add, backward, input, minimize, mul, type Node, parameter, type RunOptions, sgd, sigmoid, square, sub,
} from 'eddy'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { f64, watch } from './watch.ts'

interface Example {
  readonly x: number
  readonly t: number
}

/**
 * Two layers of one unit each:
 *
 *     z1 = w1 x + b1      a1 = sigmoid(z1)      z2 = w2 a1 + b2      L = (z2 - t)^2 / 2
 *
 * with x = 2, w1 = 0.5, b1 = -1, w2 = 3, b2 = 0.5, t = 1, so that every number is exact in binary:
 *
 *     z1 = 0              a1 = 1/2              z2 = 2               L = 1/2
 *
 * Backward, one link of the chain rule at a time:
 *
 *     dL/dz2 = z2 - t = 1
 *     dL/dw2 = dL/dz2 a1 = 1/2               dL/db2 = dL/dz2 = 1         dL/da1 = dL/dz2 w2 = 3
 *     dL/dz1 = dL/da1 a1 (1 - a1) = 3/4
 *     dL/dw1 = dL/dz1 x = 3/2                dL/db1 = dL/dz1 = 3/4       dL/dx  = dL/dz1 w1 = 3/8
 */
function chain() {
  const events$ = new Subject<Example>()
  const x = input(events$, { shape: [], select: (event) => event.x })
  const t = input(events$, { shape: [], select: (event) => event.t })
  const [w1, b1, w2, b2] = [parameter(f64(0.5)), parameter(f64(-1)), parameter(f64(3)), parameter(f64(0.5))]
  const z1 = add(mul(w1, x), b1)
  const a1 = z1.pipe(sigmoid())
  const z2 = add(mul(w2, a1), b2)
  const loss = mul(0.5, square(sub(z2, t)))
  return { events$, loss, nodes: { x, w1, b1, z1, a1, w2, b2, z2, loss } }
}

type Names = keyof ReturnType<typeof chain>['nodes']

function streamsOf(nodes: Readonly<Record<Names, Node<[]>>>) {
  const names = Object.keys(nodes) as Names[]
  const values = names.map((name) => [name, watch(nodes[name])] as const)
  const gradients = names.map((name) => [name, watch(nodes[name].gradient$)] as const)
  return { values: Object.fromEntries(values), gradients: Object.fromEntries(gradients) }
}

const precisions: readonly RunOptions[] = [{ dtype: 'f32' }, { dtype: 'f64' }, { dtype: 'f64', fusion: 'off' }]

describe('a scalar chain of two layers', () => {
  it.each(precisions)('every node emits its value, and gradient$ what the chain rule gives by hand: %o', (how) => {
    const { events$, loss, nodes } = chain()
    const { values, gradients } = streamsOf(nodes)
    loss.pipe(backward(how)).subscribe()
    events$.next({ x: 2, t: 1 })
    expect(values).toEqual({
      x: [2], w1: [0.5], b1: [-1], z1: [0], a1: [0.5], w2: [3], b2: [0.5], z2: [2], loss: [0.5],
    })
    expect(gradients).toEqual({
      loss: [1], z2: [1], w2: [0.5], b2: [1], a1: [3], z1: [0.75], w1: [1.5], b1: [0.75], x: [0.375],
    })
  })

  it('minimize(sgd) then subtracts the learning rate times these gradients', () => {
    const { events$, loss, nodes } = chain()
    const training = loss.pipe(minimize(sgd({ learningRate: 0.5 }), { dtype: 'f64' }))
    training.subscribe()
    events$.next({ x: 2, t: 1 })
    const { w1, b1, w2, b2 } = nodes
    const updated = [w1, b1, w2, b2].map((leaf) => leaf.value?.item())
    expect(updated).toEqual([0.5 - 0.5 * 1.5, -1 - 0.5 * 0.75, 3 - 0.5 * 0.5, 0.5 - 0.5 * 1])
  })
})

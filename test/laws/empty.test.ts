import { constant, input, minimize, type Node, type Optimizer } from '@eddy/graph'
import { linear, mul, sum } from '@eddy/nodes'
import { accumulate, adagrad, adam, chain, clipByGlobalNorm, cocob, ftrl, sgd } from '@eddy/optim'
import { type DType, sizeOf, tensor } from '@eddy/tensor'
import { Subject } from 'rxjs'
import { expect, it } from 'vitest'

const optimizers: readonly (readonly [string, Optimizer])[] = [
  ['sgd', sgd({ learningRate: 0.1 })], ['momentum', sgd({ learningRate: 0.1, momentum: 0.9 })], ['adam', adam()],
  ['adagrad', adagrad()], ['ftrl', ftrl()], ['cocob', cocob()],
  ['a chain', chain(clipByGlobalNorm(0.1), accumulate(2), adam())],
]
const cases = optimizers.flatMap(([name, optimizer]) => (
  (['f32', 'f64'] as const).map((dtype): [string, DType, Optimizer] => [name, dtype, optimizer])
))

it.each(cases)('%s, %s: a layer of no inputs gives its bias, and learns it from all rows', (_, dtype, optimizer) => {
  const start = tensor([0.5, 0, -1], [3], dtype)
  const [one, ...others] = [[0], [1, 0], [2, 0]].map((shape) => {
    const source = new Subject<null>()
    const x = input(source, { shape: shape as number[], select: () => [] }) as Node<[0]>
    // However many rows there are, the gradient is [1/4, 1/2, 1].
    const weights = tensor([0.25, 0.5, 1].map((w) => w / sizeOf(shape.slice(0, -1))), [3], dtype)
    const loss = sum(mul(x.pipe(linear(0, 3, { bias: start })), constant(weights))) as Node<[]>
    const training = loss.pipe(minimize(optimizer, { dtype }))
    const losses: number[] = []
    training.subscribe((step) => losses.push(step.loss))
    for (let k = 0; k < 4; k++) source.next(null)
    expect(losses[0]).toBe(0.125 - 1)
    return training.snapshot().parameters['linear.bias']!.toArray()
  })
  expect(one).not.toEqual(start.toArray())
  expect(others).toEqual([one, one])
})

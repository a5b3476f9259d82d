import { backward, dense, input, minimize, type Node, sgd, squaredError, tanh } from 'eddy'
import { bufferCount, from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { expectClose, parametersOf, watch } from './watch.ts'

interface Example {
  readonly x: readonly [number, number]
  readonly y: number
}

const examples: readonly Example[] = Array.from({ length: 12 }, (_, k) => (
  { x: [(k % 5) / 4, (k % 3) - 1], y: (k % 4) / 3 }
))
const options = { dtype: 'f64', seed: 7 } as const

/** One event at a time. */
function single(): Node<[]> {
  const events$ = from(examples)
  const x = input(events$, { shape: [2], select: (event) => event.x })
  const y = input(events$, { shape: [1], select: (event) => event.y })
  return squaredError(x.pipe(dense(3, { name: 'hidden' }), tanh(), dense(1, { name: 'output' })), y)
}

/** RxJS gathers events; each row of the input is one of them. */
function gathered(count: 4 | 12, reduction: 'sum' | 'mean'): Node<[]> {
  const events$ = from(examples).pipe(bufferCount(count))
  const x = input(events$, { shape: [count, 2], select: (events) => events.map((event) => event.x) })
  const y = input(events$, { shape: [count, 1], select: (events) => events.map((event) => [event.y]) })
  const prediction = x.pipe(dense(3, { name: 'hidden' }), tanh(), dense(1, { name: 'output' }))
  return squaredError(prediction, y, { reduction })
}

/** What each parameter's gradient$ emits. */
function gradientsOf(loss: Node<[]>): ReadonlyMap<string, readonly (readonly number[])[]> {
  const seen = [...parametersOf(loss)].map(([name, node]) => [name, watch(node.gradient$)] as const)
  loss.pipe(backward(options)).subscribe()
  return new Map(seen.map(([name, values]) => [name, values.map((value) => [value].flat(2) as number[])]))
}

const sumOf = (rows: readonly (readonly number[])[]): readonly number[] =>
  rows.reduce((sum, row) => sum.map((value, k) => value + row[k]!))

describe('gradients of several events', () => {
  it('bufferCount(4) with a summed loss gives the sum of the four gradients, every four events', () => {
    const one = gradientsOf(single())
    const four = gradientsOf(gathered(4, 'sum'))
    expect([...four.keys()]).toEqual(['hidden.weight', 'hidden.bias', 'output.weight', 'output.bias'])
    for (const [name, rows] of four) {
      expect(rows).toHaveLength(3)
      rows.forEach((row, k) => expectClose(row, sumOf(one.get(name)!.slice(4 * k, 4 * k + 4))))
    }
  })

  it('with the mean, the learning rate need not change with the count', () => {
    const sum = gradientsOf(gathered(12, 'sum'))
    for (const [name, [row]] of gradientsOf(gathered(12, 'mean'))) {
      expectClose(row!.map((value) => 12 * value), sum.get(name)![0]!)
    }
  })

  it('minimize makes one update of the gathered gradient: w - learningRate * sum', () => {
    const loss = gathered(12, 'sum')
    const gradients = gradientsOf(gathered(12, 'sum'))
    const training = loss.pipe(minimize(sgd({ learningRate: 0.1 }), options))
    const before = training.snapshot().parameters
    training.subscribe()
    const { step, parameters } = training.snapshot()
    expect(step).toBe(1)
    for (const [name, [gradient]] of gradients) {
      expectClose([...parameters[name]!.data], [...before[name]!.data].map((w, k) => w - 0.1 * gradient![k]!))
    }
  })
})

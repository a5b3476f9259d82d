import {
  input, linear, minimize, namedGradients, type Node, sgd, squaredError, tanh, tensor, type TrainingState,
} from 'eddy'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { expectClose, parametersOf, watch } from './watch.ts'

const examples = [{ x: [1, -2], y: 0.5 }, { x: [0.5, 3], y: -1 }]

function network(): Node<[]> {
  const events$ = from(examples)
  const x = input(events$, { shape: [2], select: (event) => event.x })
  const y = input(events$, { shape: [1], select: (event) => event.y })
  const shared = linear(3, 3, { name: 'shared' })
  return squaredError(x.pipe(linear(2, 3, { name: 'first' }), tanh(), shared, tanh(), shared, linear(3, 1)), y)
}

describe('named parameters with their gradients', () => {
  it('every parameter is called after its layer and its role; a layer applied twice has one pair', () => {
    expect([...parametersOf(network()).keys()]).toEqual([
      'shared.weight', 'shared.bias', 'first.weight', 'first.bias', 'linear.weight', 'linear.bias',
    ])
  })

  it('gradient$ of each has its shape, and an sgd step goes learningRate * gradient down, name by name', () => {
    const loss = network()
    const parameters = parametersOf(loss)
    const gradients = new Map([...parameters].map(([name, node]) => [name, watch(node.gradient$)]))
    const records: Record<string, unknown>[] = []
    namedGradients(loss).subscribe((record) => (
      records.push(Object.fromEntries(Object.entries(record).map(([name, gradient]) => [name, gradient.toArray()])))
    ))
    const training = loss.pipe(minimize(sgd({ learningRate: 0.25 }), { dtype: 'f64' }))
    const states: TrainingState[] = []
    training.state$.subscribe((state) => states.push(state))
    training.subscribe()

    expect(states.map(({ step }) => step)).toEqual([0, 1, 2])
    expect(records).toEqual([0, 1].map((k) => Object.fromEntries([...gradients].map(([name, all]) => [name, all[k]]))))
    for (const [name, { shape }] of parameters) {
      for (const k of [0, 1]) {
        const [before, after] = [states[k]!.parameters[name]!, states[k + 1]!.parameters[name]!]
        const gradient = tensor(gradients.get(name)![k]!, shape, 'f64')
        expectClose([...after.data], [...before.data].map((value, i) => value - 0.25 * gradient.data[i]!))
        expect(after.equals(before)).toBe(false)
      }
    }
  })
})

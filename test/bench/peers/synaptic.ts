import { createRequire } from 'node:module'
import { join } from 'node:path'
import { logitLoss, sigmoid } from '../plain/losses.ts'
import type { Variant } from '../variant.ts'
import { stepwise } from '../variants/stepwise.ts'
import { installed, libraries } from './install.ts'
import type { Task } from './net.ts'

interface Neuron {
  bias: number
  squash: unknown
  readonly connections: { readonly inputs: Readonly<Record<string, { weight: number; readonly from: Neuron }>> }
}

interface Layer {
  readonly list: readonly Neuron[]
}

interface Network {
  readonly layers: { readonly input: Layer; readonly hidden: readonly Layer[]; readonly output: Layer }
  activate(input: ArrayLike<number>): readonly number[]
  propagate(rate: number, target: readonly number[]): void
}

interface Synaptic {
  readonly Architect: { readonly Perceptron: new (...sizes: readonly number[]) => Network }
  readonly Neuron: { readonly squash: { readonly TANH: unknown } }
}

/** synaptic; null when it is not installed. */
export function findSynaptic(): Synaptic | null {
  const folder = installed(libraries.synaptic)
  return folder === null ? null : createRequire(join(folder, 'package.json'))('synaptic') as Synaptic
}

/** One hidden layer of tanh, one logistic output: its error is that of binary cross-entropy. */
export function synaptic({ Architect, Neuron }: Synaptic, task: Task): Variant {
  const { net, weights, events } = task
  return stepwise('synaptic', events, () => {
    const network = new Architect.Perceptron(...net.sizes)
    const { input, hidden: [hidden], output } = network.layers
    const start = ({ list }: Layer, { list: from }: Layer, w: Float32Array, b: Float32Array): void => {
      list.forEach((neuron, o) => {
        neuron.bias = b[o]!
        for (const connection of Object.values(neuron.connections.inputs)) {
          connection.weight = w[o * from.length + from.indexOf(connection.from)]!
        }
      })
    }
    for (const neuron of hidden!.list) neuron.squash = Neuron.squash.TANH
    start(hidden!, input, weights[0]!, weights[1]!)
    start(output, hidden!, weights[2]!, weights[3]!)
    return {
      step(event) {
        const { x, y } = net.example(event)
        const [p] = network.activate(x)
        network.propagate(net.rate, [y])
        return -Math.log(y === 1 ? p! : 1 - p!)
      },
    }
  }, { optional: true, share: 0.2, reference: likeSynaptic(task) })
}

/** synaptic moves the last layer first, and takes its new weights for the error of the hidden one. */
function likeSynaptic({ net, weights, events }: Task): Variant {
  return stepwise('plain, as synaptic', events, () => {
    const [w, b, v, c] = weights.map((values) => values.slice()) as [
      Float32Array, Float32Array, Float32Array, Float32Array,
    ]
    const inputs = net.sizes[0]!
    return {
      step(event) {
        const { x, y } = net.example(event)
        const h = b.map((bias, j) => (
          Math.tanh(x.reduce((sum, value, i) => sum + w[j * inputs + i]! * value, bias))
        ))
        const z = h.reduce((sum, value, j) => sum + v[j]! * value, c[0]!)
        const g = net.rate * (sigmoid(z) - y)
        c[0]! -= g
        h.forEach((value, j) => {
          v[j]! -= g * value
          const d = g * v[j]! * (1 - value * value)
          b[j]! -= d
          x.forEach((of, i) => {
            w[j * inputs + i]! -= d * of
          })
        })
        return logitLoss(z, y)
      },
    }
  })
}

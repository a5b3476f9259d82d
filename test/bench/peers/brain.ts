import { input, type Node } from '@eddy/graph'
import { linear, mul, relu, squaredError, tanh } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { tensor } from '@eddy/tensor'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Subject } from 'rxjs'
import type { Variant } from '../variant.ts'
import { stepwise } from '../variants/stepwise.ts'
import { taught } from '../variants/taught.ts'
import { installed, libraries } from './install.ts'
import type { Net, Task } from './net.ts'

interface NeuralNetwork {
  readonly outputs: readonly ArrayLike<number>[]
  readonly outputLayer: number
  readonly trainOpts: { momentum: number }
  fromJSON(json: unknown): void
  trainPattern(pattern: { readonly input: ArrayLike<number>; readonly output: ArrayLike<number> }): unknown
}

interface Brain {
  readonly NeuralNetwork: new (options: unknown) => NeuralNetwork
}

/** brain.js on the CPU; null when it is not installed. */
export function findBrain(): Brain | null {
  const folder = installed(libraries.brain)
  return folder === null ? null : createRequire(join(folder, 'package.json'))('brain.js') as Brain
}

/**
 * brain.js knows half the sum of squared errors only, and gives the last layer the activation of the others: the same
 * layers with another end. What it computes is compared with Eddy's answers for that.
 */
export function brainJs({ NeuralNetwork }: Brain, task: Task): Variant {
  const { net, weights, events } = task
  return stepwise('brain.js', events, () => {
    const network = new NeuralNetwork({ activation: net.activation })
    network.fromJSON(asJson(net, weights))
    network.trainOpts.momentum = 0
    return {
      step(event) {
        const { x, y } = net.example(event)
        const target = targetOf(net, y)
        network.trainPattern({ input: x, output: target })
        const outputs = network.outputs[network.outputLayer]!
        return target.reduce((sum, value, c) => sum + 0.5 * (value - outputs[c]!) ** 2, 0)
      },
    }
  }, { optional: true, share: 0.05, reference: likeBrain(task) })
}

function targetOf(net: Net<unknown>, y: number): Float32Array {
  const outputs = net.sizes.at(-1)!
  return Float32Array.from({ length: outputs }, (_, c) => (outputs === 1 ? y : c === y ? 1 : 0))
}

function asJson({ sizes, activation, rate }: Net<unknown>, weights: readonly Float32Array[]): unknown {
  const units = (layer: number) => Object.fromEntries(Array.from({ length: sizes[layer]! }, (_, unit) => {
    if (layer === 0) return [unit, {}]
    const inputs = sizes[layer - 1]!
    const row = weights[2 * layer - 2]!.subarray(unit * inputs, (unit + 1) * inputs)
    return [unit, { bias: weights[2 * layer - 1]![unit], weights: { ...row } }]
  }))
  return {
    sizes, activation, layers: sizes.map((_, layer) => units(layer)),
    trainOpts: { learningRate: rate, activation },
  }
}

/** The model that brain.js has in mind. */
function likeBrain({ net, weights, events }: Task): Variant {
  const outputs = net.sizes.at(-1)!
  const graph = (source: Subject<unknown>): Node<[]> => {
    let node: Node<[number]> = input(source, { shape: [net.sizes[0]!], select: (event) => net.example(event).x })
    const y = input(source, { shape: [outputs], select: (event) => targetOf(net, net.example(event).y) })
    for (let k = 1; k < net.sizes.length; k++) {
      const [inputs, units] = [net.sizes[k - 1]!, net.sizes[k]!]
      const start = { weight: tensor(weights[2 * k - 2]!, [units, inputs]), bias: tensor(weights[2 * k - 1]!, [units]) }
      node = node.pipe(linear(inputs, units, start), net.activation === 'tanh' ? tanh() : relu())
    }
    return mul(0.5, squaredError(node, y, { reduction: 'sum' }))
  }
  return taught('eddy, as brain.js', { events, graph, optimizer: () => sgd({ learningRate: net.rate }) })
}

import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Variant } from '../variant.ts'
import { stepwise } from '../variants/stepwise.ts'
import { installed, libraries } from './install.ts'
import type { Net, Task } from './net.ts'

interface Tensor {
  dispose(): void
  dataSync(): Float32Array
}

/** The part of TensorFlow.js that is used here. */
interface Tf {
  /** `PROD` leaves out checks, and a greeting. */
  env(): { set(flag: string, value: boolean): void }
  setBackend(name: string): Promise<boolean>
  tensor(values: Float32Array, shape: readonly number[]): Tensor
  variable(initial: Tensor): Tensor
  scalar(value: number): Tensor
  oneHot(index: Tensor, depth: number): Tensor
  tensor1d(values: readonly number[], type: string): Tensor
  matMul(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor
  add(a: Tensor, b: Tensor): Tensor
  tanh(x: Tensor): Tensor
  relu(x: Tensor): Tensor
  tidy<T>(compute: () => T): T
  readonly losses: Readonly<Record<string, (target: Tensor, output: Tensor) => Tensor>>
  readonly train: {
    sgd(rate: number): Optimizer
    adam(rate: number, beta1: number, beta2: number, epsilon: number): Optimizer
  }
}

interface Optimizer {
  minimize(loss: () => Tensor, returnCost: true, variables: readonly Tensor[]): Tensor
}

export type Backend = 'cpu' | 'wasm'

/** TensorFlow.js with both backends, which share one core: choose before each use. Null when it is not installed. */
export function findTfjs(): Tf | null {
  const wasm = '@tensorflow/tfjs-backend-wasm'
  const [folder, wasmFolder] = [installed(libraries.tfjs), installed(libraries.tfjs, wasm)]
  if (folder === null || wasmFolder === null) return null
  const require = createRequire(join(folder, 'package.json'))
  const tf = require('@tensorflow/tfjs') as Tf
  const { setWasmPaths } = require(wasm) as { setWasmPaths(folder: string): void }
  setWasmPaths(join(wasmFolder, 'dist/'))
  tf.env().set('PROD', true)
  return tf
}

/** One training step for each event: what `Optimizer.minimize` costs with a batch of one. */
export function tfjs(tf: Tf, backend: Backend, { net, weights, events }: Task): Variant {
  const variant = stepwise(`tfjs ${backend}`, events, async () => {
    await tf.setBackend(backend)
    const variables = weights.map((values, k) => {
      const [inputs, outputs] = net.sizes.slice(k >> 1) as [number, number]
      return tf.variable(tf.tensor(values.slice(), k % 2 === 0 ? [outputs, inputs] : [1, outputs]))
    })
    const optimizer = net.optimizer === 'sgd' ? tf.train.sgd(net.rate) : tf.train.adam(net.rate, 0.9, 0.999, 1e-8)
    return {
      step(event) {
        const { x, y } = net.example(event)
        const cost = tf.tidy(() => optimizer.minimize(() => lossOf(tf, net, variables, x, y), true, variables))
        const [loss] = cost.dataSync()
        cost.dispose()
        return loss!
      },
      close: () => variables.forEach((variable) => variable.dispose()),
    }
  }, { optional: true, share: 0.002 })
  const { run } = variant
  return {
    ...variant,
    async run(count) {
      await tf.setBackend(backend)
      return run(count)
    },
  }
}

function lossOf(tf: Tf, net: Net<unknown>, variables: readonly Tensor[], x: Float32Array, y: number): Tensor {
  let values = tf.tensor(x, [1, x.length])
  for (let k = 0; k < variables.length; k += 2) {
    if (k > 0) values = net.activation === 'tanh' ? tf.tanh(values) : tf.relu(values)
    values = tf.add(tf.matMul(values, variables[k]!, false, true), variables[k + 1]!)
  }
  const outputs = net.sizes.at(-1)!
  if (net.loss === 'softmax') {
    return tf.losses.softmaxCrossEntropy!(tf.oneHot(tf.tensor1d([y], 'int32'), outputs), values)
  }
  const target = tf.tensor(Float32Array.of(y), [1, 1])
  return net.loss === 'logit' ? tf.losses.sigmoidCrossEntropy!(target, values)
    : tf.losses.meanSquaredError!(target, values)
}

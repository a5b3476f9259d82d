import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Variant } from '../variant.ts'
import { stepwise } from '../variants/stepwise.ts'
import { installed, libraries } from './install.ts'
import type { Net, Task } from './net.ts'

/** An array that whoever is given it must use up; `ref` is one more use. */
interface NdArray {
  readonly ref: NdArray
  add(other: NdArray | number): NdArray
  sub(other: NdArray | number): NdArray
  mul(other: NdArray | number): NdArray
  div(other: NdArray | number): NdArray
  sum(): NdArray
  dataSync(): Float32Array
  dispose(): void
}

type Loss = (parameters: NdArray[], x: NdArray, y: NdArray) => NdArray

/** The part of jax-js that is used here. */
interface Jax {
  init(device: string): Promise<readonly string[]>
  defaultDevice(name: string): void
  jit<F>(compute: F): F
  valueAndGrad(loss: Loss): (...of: Parameters<Loss>) => [NdArray, NdArray[]]
  readonly numpy: {
    array(values: Float32Array | readonly number[], options?: { readonly shape: readonly number[] }): NdArray
    zeros(shape: readonly number[]): NdArray
    dot(a: NdArray, b: NdArray): NdArray
    tanh(x: NdArray): NdArray
    sqrt(x: NdArray): NdArray
    square(x: NdArray): NdArray
  }
  readonly nn: {
    relu(x: NdArray): NdArray
    softplus(x: NdArray): NdArray
    logSoftmax(x: NdArray): NdArray
  }
}

/** Parameters and, for Adam, both moments of each. */
interface State {
  readonly p: NdArray[]
  readonly m: NdArray[]
  readonly v: NdArray[]
}

/** jax-js on WebAssembly; null when it is not installed. */
export async function findJax(): Promise<Jax | null> {
  const folder = installed(libraries.jax)
  if (folder === null) return null
  const jax = await import(pathToFileURL(join(folder, 'dist', 'index.js')).href) as Jax
  await jax.init('wasm')
  jax.defaultDevice('wasm')
  return jax
}

/** The whole training step is compiled by `jit`. */
export function jaxJs(jax: Jax, { net, weights, events }: Task): Variant {
  return stepwise('jax-js', events, () => {
    const step = jax.jit(stepOf(jax, net))
    const shapes = weights.map((_, k) => (
      k % 2 === 0 ? [net.sizes[k / 2 + 1]!, net.sizes[k / 2]!] : [net.sizes[(k + 1) / 2]!]
    ))
    const moments = (): NdArray[] => (net.optimizer === 'sgd' ? [] : shapes.map((shape) => jax.numpy.zeros(shape)))
    let state: State = {
      p: weights.map((values, k) => jax.numpy.array(values.slice(), { shape: shapes[k]! })), m: moments(), v: moments(),
    }
    let [power1, power2] = [1, 1]
    return {
      step(event) {
        const { x, y } = net.example(event)
        power1 *= 0.9
        power2 *= 0.999
        const scale = Math.sqrt(1 - power2)
        const factors = net.optimizer === 'sgd' ? [net.rate, 0] : [net.rate * scale / (1 - power1), 1e-8 * scale]
        const [loss, next] = step(
          state, jax.numpy.array(x), jax.numpy.array(targetOf(net, y)), jax.numpy.array([factors[0]!]),
          jax.numpy.array([factors[1]!]),
        )
        state = next
        return loss.dataSync()[0]!
      },
      close: () => [...state.p, ...state.m, ...state.v].forEach((array) => array.dispose()),
    }
  }, { optional: true, share: 0.002 })
}

function targetOf(net: Net<unknown>, y: number): Float32Array {
  if (net.loss !== 'softmax') return Float32Array.of(y)
  return Float32Array.from({ length: net.sizes.at(-1)! }, (_, c) => (c === y ? 1 : 0))
}

function stepOf({ numpy: np, nn, valueAndGrad }: Jax, net: Net<unknown>) {
  const loss: Loss = (parameters, x, y) => {
    let values = x
    for (let k = 0; k < parameters.length; k += 2) {
      if (k > 0) values = net.activation === 'tanh' ? np.tanh(values) : nn.relu(values)
      values = np.dot(parameters[k]!, values).add(parameters[k + 1]!)
    }
    if (net.loss === 'logit') return nn.softplus(values.ref).sub(values.mul(y)).sum()
    return net.loss === 'softmax' ? nn.logSoftmax(values).mul(y).sum().mul(-1) : np.square(values.sub(y)).sum()
  }
  const gradients = valueAndGrad(loss)
  return ({ p, m, v }: State, x: NdArray, y: NdArray, rate: NdArray, eps: NdArray): [NdArray, State] => {
    const [value, g] = gradients(p.map((array) => array.ref), x, y)
    if (net.optimizer === 'sgd') {
      const next = p.map((array, k) => array.sub(g[k]!.mul(rate.ref)))
      rate.dispose()
      eps.dispose()
      return [value, { p: next, m, v }]
    }
    const nextM = m.map((array, k) => array.mul(0.9).add(g[k]!.ref.mul(0.1)))
    const nextV = v.map((array, k) => array.mul(0.999).add(np.square(g[k]!).mul(0.001)))
    const next = p.map((array, k) => (
      array.sub(nextM[k]!.ref.mul(rate.ref).div(np.sqrt(nextV[k]!.ref).add(eps.ref)))
    ))
    rate.dispose()
    eps.dispose()
    return [value, { p: next, m: nextM, v: nextV }]
  }
}

import {
  constantInitializer, gradientFlow, type Initializer, input, kaimingNormal, linear, minimize, type Node, relu,
  type SameShapeLayer, sgd, sigmoid, squaredError,
} from 'eddy'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { expectClose, watch } from './watch.ts'

const depth = 12

const sizeOf = (values: unknown): number => Math.hypot(...([values].flat(2) as number[]))

/** The length of the gradient before each layer of a deep chain, from the first layer to the last, for one event. */
function gradientSizes(activation: () => SameShapeLayer, weight: Initializer, verdict: string, width = 1): number[] {
  const x = input(from([Array.from({ length: width }, (_, k) => (k % 2 === 0 ? 1 : -0.5))]), { shape: [width] })
  const layers: Node<[number]>[] = []
  let node: Node<[number]> = x
  for (let k = 0; k < depth; k++) {
    node = node.pipe(linear(width, width, { weight, bias: constantInitializer(0) }))
    layers.push(node)
    node = node.pipe(activation())
  }
  const gradients = layers.map((layer) => watch(layer.gradient$))
  const loss = squaredError(node, x)
  const verdicts: string[] = []
  gradientFlow(loss).subscribe((flow) => verdicts.push(flow.verdict))
  loss.pipe(minimize(sgd(), { dtype: 'f64', seed: 4 })).subscribe()
  expect(verdicts).toEqual([verdict])
  return gradients.map(([gradient]) => sizeOf(gradient))
}

describe('gradients through a deep chain, made visible by gradient$', () => {
  it('sigmoid with weights of 1: each layer lets at most a quarter through, the first hardly learns', () => {
    const sizes = gradientSizes(sigmoid, constantInitializer(1), 'vanishing')
    const shares = sizes.slice(0, -1).map((size, k) => size / sizes[k + 1]!)
    expect(shares.every((share) => share <= 0.25)).toBe(true)
    expect(sizes[0]! / sizes.at(-1)!).toBeLessThan(0.25 ** (depth - 1))
  })

  it('relu with weights of 0.9 loses a tenth in each layer, no more', () => {
    const sizes = gradientSizes(relu, constantInitializer(0.9), 'steady')
    sizes.forEach((size, k) => expectClose(size, sizes.at(-1)! * 0.9 ** (depth - 1 - k)))
  })

  it('relu with weights of 3 explodes: three times more in each layer further back', () => {
    const sizes = gradientSizes(relu, constantInitializer(3), 'exploding')
    expectClose(sizes[0]! / sizes.at(-1)!, 3 ** (depth - 1))
  })

  it('a wide relu network drawn by kaimingNormal keeps its gradients in size', () => {
    const sizes = gradientSizes(relu, kaimingNormal(), 'steady', 64)
    expect(Math.max(...sizes) / Math.min(...sizes)).toBeLessThan(10)
  })
})

import { identity, map, Subject } from 'rxjs'
import { type Tensor, tensor } from '@eddy/tensor'
import { input } from './input.ts'
import { lens } from './lens.ts'
import type { Node } from './node.ts'

const x = input(new Subject<number[]>(), { shape: [8] })
const clip = (g: Tensor<[8]>): Tensor<[8]> => g

// The shapes of both directions follow from the node it is applied to.
const clipped: Node<[8]> = x.pipe(lens({ forward: identity, backward: map((g) => clip(g)) }))
const both: Node<[8]> = x.pipe(lens({ forward: map((v) => v), backward: map((g) => g) }))
// A lens that changes the shape states it.
const pooled: Node<[1]> = x.pipe(lens({
  forward: map((v: Tensor<[8]>) => tensor([v.data[0]!])),
  backward: map((g: Tensor<[1]>) => tensor(new Float32Array(8).fill(g.data[0]!), [8])),
  shape: [1],
}))
// @ts-expect-error backward must give the shape of the input back
const wrong = x.pipe(lens({ forward: identity, backward: map((_g) => tensor([1, 2])) }))
export const types = [clipped, both, pooled, wrong]

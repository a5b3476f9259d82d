import type { Node } from '@eddy/graph'
import { linear, relu } from './index.ts'

declare const x: Node<[2]>

export const output: Node<[1]> = x.pipe(linear(2, 8), relu(), linear(8, 1))

// @ts-expect-error 8 outputs do not fit 9 inputs
x.pipe(linear(2, 8), linear(9, 1))

// @ts-expect-error x has 2 elements, not 3
x.pipe(linear(3, 1))

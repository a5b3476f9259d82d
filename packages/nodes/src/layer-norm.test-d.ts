import type { Node } from '@eddy/graph'
import { layerNorm, linear, relu } from './index.ts'

declare const x: Node<[2]>

export const output: Node<[1]> = x.pipe(linear(2, 8), layerNorm(8), relu(), layerNorm([8]), linear(8, 1))

// @ts-expect-error 8 outputs, 9 normalised
x.pipe(linear(2, 8), layerNorm(9), relu())

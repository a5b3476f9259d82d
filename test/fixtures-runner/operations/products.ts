import * as eddy from 'eddy'
import { type Builder, number, owned } from './case.ts'
import { pair } from './elementwise.ts'

/** Products of matrices, and layers made of them. */
export const products: Readonly<Record<string, Builder>> = {
  matmul: pair(eddy.matmul),
  bmm: pair((a, b) => eddy.bmm(a as never, b as never)),
  addmm: ({ all, args }) => eddy.addmm(all['bias']!, all['a']! as never, all['b']! as never, {
    beta: number(args['beta']), alpha: number(args['alpha']),
  }),
  outer: pair((a, b) => eddy.outer(a as never, b as never)),
  einsum: ({ all, args }) => eddy.einsum(String(args['equation']), all['a']!, all['b']!),
  attention: ({ all, args }) => eddy.attention(all['q']!, all['k']!, all['v']!, { causal: args['causal'] === true }),
  bilinear({ all, recorded, tensor }) {
    const [outputs, n, m] = recorded['weight']!.shape as [number, number, number]
    const layer = eddy.bilinear(n, m, outputs, { weight: tensor('weight'), bias: tensor('bias') })
    return owned(layer(all['x1']!, all['x2']!), { weight: 'weight', bias: 'bias' })
  },
  linear({ x, recorded, tensor, names }) {
    const [outputs, inputs] = recorded['weight']!.shape as [number, number]
    const hasBias = names.includes('bias')
    const options = { weight: tensor('weight'), bias: hasBias ? tensor('bias') : (false as const) }
    const node = eddy.linear(inputs, outputs, options)(x as never)
    return owned(node, { weight: 'weight', ...(hasBias ? { bias: 'bias' } : {}) })
  },
}

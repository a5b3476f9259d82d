import * as eddy from 'eddy'
import { type Builder, number, numbers, owned } from './case.ts'

const leaves = { weight: 'weight', bias: 'bias' } as const

/** Layers with parameters, and whole networks. */
export const layers: Readonly<Record<string, Builder>> = {
  embedding({ all, args, recorded, tensor }) {
    const [count, width] = recorded['weight']!.shape as [number, number]
    const node = all['index']!.pipe(eddy.embedding(count, width, {
      weight: tensor('weight'), paddingIndex: args['padding_idx'] as number | null,
    }))
    return owned(node, { weight: 'weight' })
  },
  embedding_bag({ all, args, recorded, tensor }) {
    const [count, width] = recorded['weight']!.shape as [number, number]
    const options = { weight: tensor('weight'), mode: args['mode'] as 'sum' | 'mean' }
    const node = eddy.embeddingBag(count, width, options)(all['index']!, all['offsets']!)
    return owned(node, { weight: 'weight' })
  },
  group_norm({ x, args, tensor }) {
    const options = { epsilon: number(args['eps'] ?? 1e-5), weight: tensor('weight'), bias: tensor('bias') }
    return owned(x.pipe(eddy.groupNorm(number(args['num_groups']), x.shape[1]!, options)), leaves)
  },
  instance_norm({ x, args, tensor }) {
    const options = { epsilon: number(args['eps'] ?? 1e-5), weight: tensor('weight'), bias: tensor('bias') }
    return owned(x.pipe(eddy.instanceNorm(options)), leaves)
  },
  rms_norm({ x, args, tensor }) {
    const options = { epsilon: number(args['eps']), weight: tensor('weight') }
    return owned(x.pipe(eddy.rmsNorm(x.shape.at(-1)!, options)), { weight: 'weight' })
  },
  layer_norm({ x, args, tensor }) {
    const shape = numbers(args['normalized_shape'])
    const options = { epsilon: number(args['eps']), weight: tensor('weight'), bias: tensor('bias') }
    return owned(eddy.layerNorm(shape as never, options)(x as never), leaves)
  },
  mlp_chain({ x, all, recorded, tensor }) {
    const [hidden, inputs] = recorded['w1']!.shape as [number, number]
    const outputs = recorded['w2']!.shape[0]!
    const logits = x.pipe(
      eddy.linear(inputs, hidden, { weight: tensor('w1'), bias: tensor('b1') }) as never,
      eddy.layerNorm(hidden, { weight: tensor('g'), bias: tensor('b') }) as never,
      eddy.gelu() as never,
      eddy.linear(hidden, outputs, { weight: tensor('w2'), bias: tensor('b2') }) as never,
    ) as eddy.AnyNode
    const node = eddy.crossEntropy(logits, all['target']! as never)
    return owned(node, { w1: 'weight', b1: 'bias', g: 'weight', b: 'bias', w2: 'weight', b2: 'bias' })
  },
}

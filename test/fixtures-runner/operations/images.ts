import * as eddy from 'eddy'
import { type Builder, type Built, type Case, number, numbers, owned } from './case.ts'

const perAxis = (value: unknown, fallback: number): number | number[] => {
  const list = value === undefined ? [fallback] : numbers(value)
  return list.length === 1 ? list[0]! : list
}

/** What all convolutions are told. */
function options({ args, names, tensor }: Case): eddy.ConvTransposeOptions {
  return {
    stride: perAxis(args['stride'], 1), padding: perAxis(args['padding'], 0), dilation: perAxis(args['dilation'], 1),
    ...(args['output_padding'] === undefined ? {} : { outputPadding: perAxis(args['output_padding'], 0) }),
    groups: number(args['groups'] ?? 1), weight: tensor('weight'),
    bias: names.includes('bias') ? tensor('bias') : false,
  }
}

function withLeaves(node: eddy.AnyNode, { names }: Case): Built {
  return owned(node, { weight: 'weight', ...(names.includes('bias') ? { bias: 'bias' } : {}) })
}

function pooling({ args }: Case): eddy.MaxPoolOptions & eddy.AvgPoolOptions {
  return {
    ...(args['stride'] === undefined ? {} : { stride: perAxis(args['stride'], 1) }),
    padding: perAxis(args['padding'], 0), ceilMode: args['ceil_mode'] === true,
    ...(args['dilation'] === undefined ? {} : { dilation: perAxis(args['dilation'], 1) }),
    ...(args['count_include_pad'] === undefined ? {} : { countIncludePad: args['count_include_pad'] === true }),
  }
}

/** Convolutions and pooling. */
export const images: Readonly<Record<string, Builder>> = {
  conv1d(given) {
    const [outputs, perGroup, kernel] = given.recorded['weight']!.shape as [number, number, number]
    const how = options(given)
    return withLeaves(eddy.conv1d(perGroup * how.groups!, outputs, kernel, how)(given.x), given)
  },
  conv2d(given) {
    const [outputs, perGroup, ...kernel] = given.recorded['weight']!.shape as [number, number, ...number[]]
    const how = options(given)
    return withLeaves(eddy.conv2d(perGroup * how.groups!, outputs, kernel, how)(given.x), given)
  },
  conv_transpose2d(given) {
    const [inputs, perGroup, ...kernel] = given.recorded['weight']!.shape as [number, number, ...number[]]
    const how = options(given)
    return withLeaves(eddy.convTranspose2d(inputs, perGroup * how.groups!, kernel, how)(given.x), given)
  },
  max_pool1d: (given) => given.x.pipe(eddy.maxPool1d(number(given.args['kernel_size']), pooling(given))),
  max_pool2d: (given) => given.x.pipe(eddy.maxPool2d(perAxis(given.args['kernel_size'], 1), pooling(given))),
  avg_pool2d: (given) => given.x.pipe(eddy.avgPool2d(perAxis(given.args['kernel_size'], 1), pooling(given))),
  adaptive_avg_pool2d: ({ x, args }) => x.pipe(eddy.adaptiveAvgPool2d(perAxis(args['output_size'], 1))),
}

import * as eddy from 'eddy'
import { type Builder, number, numbers } from './case.ts'

/** Operations that move elements, or pick them. */
export const shaping: Readonly<Record<string, Builder>> = {
  cat: ({ all, args }) => eddy.concat(Object.values(all), { axis: number(args['dim']) }),
  stack: ({ all, args }) => eddy.stack(Object.values(all), { axis: number(args['dim']) }),
  slice: ({ x, args }) => x.pipe(eddy.slice(number(args['start']), number(args['end']), {
    axis: number(args['dim']), step: number(args['step']),
  })),
  permute: ({ x, args }) => x.pipe(eddy.permute(numbers(args['dims']))),
  expand: ({ x, args }) => x.pipe(eddy.expand(numbers(args['shape']))),
  pad_constant: ({ x, args }) => x.pipe(eddy.pad(numbers(args['pad']), number(args['value']))),
  flip: ({ x, args }) => x.pipe(eddy.flip(number(args['dim']))),
  roll: ({ x, args }) => x.pipe(eddy.roll(number(args['shifts']), number(args['dims']))),
  tril: ({ x, args }) => x.pipe(eddy.tril(number(args['diagonal']))),
  gather: ({ x, all, args }) => eddy.gather(x, number(args['dim']), all['index']!),
  scatter_add: ({ x, all, args }) => eddy.scatterAdd(x, number(args['dim']), all['index']!, all['src']!),
  index_select: ({ x, all, args }) => eddy.indexSelect(x, number(args['dim']), all['index']! as never),
  topk_values: ({ x, args }) =>
    x.pipe(eddy.topk(number(args['k']), { axis: number(args['dim']), largest: args['largest'] === true })),
}

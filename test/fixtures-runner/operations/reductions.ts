import * as eddy from 'eddy'
import { type Builder, number, numbers } from './case.ts'

const reducing = (f: typeof eddy.sum): Builder => ({ x, args }) =>
  f(x, {
    ...(args['dim'] === undefined ? {} : { axis: numbers(args['dim']) }), keepDims: args['keepdim'] === true,
  })

const spread = (f: typeof eddy.std): Builder => ({ x, args }) =>
  f(x, { axis: number(args['dim']), unbiased: args['unbiased'] === true, keepDims: args['keepdim'] === true })

/** Operations along axes. */
export const reductions: Readonly<Record<string, Builder>> = {
  softmax: ({ x, args }) => x.pipe(eddy.softmax(number(args['dim']))),
  log_softmax: ({ x, args }) => x.pipe(eddy.logSoftmax(number(args['dim']))),
  logsumexp: reducing(eddy.logSumExp as typeof eddy.sum),
  sum: reducing(eddy.sum),
  sum_all: reducing(eddy.sum),
  mean: reducing(eddy.mean as typeof eddy.sum),
  mean_dims: reducing(eddy.mean as typeof eddy.sum),
  max: reducing(eddy.max as typeof eddy.sum),
  min: reducing(eddy.min as typeof eddy.sum),
  prod: reducing(eddy.prod as typeof eddy.sum),
  softmin: ({ x, args }) => x.pipe(eddy.softmin(number(args['dim']))),
  cumsum: ({ x, args }) => x.pipe(eddy.cumsum(number(args['dim']))),
  cumprod: ({ x, args }) => x.pipe(eddy.cumprod(number(args['dim']))),
  var: spread(eddy.variance as typeof eddy.std),
  std: spread(eddy.std),
  norm: ({ x, args }) => eddy.norm(x, { p: number(args['p']), axis: number(args['dim']) }),
  normalize: ({ x, args }) =>
    x.pipe(eddy.normalize({ p: number(args['p']), axis: number(args['dim']), epsilon: number(args['eps']) })),
  cosine_similarity: ({ all, args }) =>
    eddy.cosineSimilarity(all['a']!, all['b']!, { axis: number(args['dim']), epsilon: number(args['eps']) }),
  cdist: ({ all, args }) => eddy.cdist(all['a']! as never, all['b']! as never, { p: number(args['p']) }),
}

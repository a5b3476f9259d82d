import * as eddy from 'eddy'
import type { AnyNode } from 'eddy'
import { type Builder, number } from './case.ts'

type AnyLoss = (prediction: AnyNode, target: AnyNode, options: object) => AnyNode
type Args = Readonly<Record<string, unknown>>

const loss = (f: unknown, rename: (args: Args) => object = () => ({})): Builder =>
  ({ all, args }) => (f as AnyLoss)(all['input']!, all['target']!, { reduction: args['reduction'], ...rename(args) })

const reductionOf = (args: Args): { readonly reduction: 'mean' | 'sum' | 'none' } =>
  ({ reduction: (args['reduction'] ?? 'mean') as 'mean' })

/** A loss of labels, with the weight of each class when there is one. */
const labelled = (f: unknown, rename: (args: Args) => object = () => ({})): Builder => ({ all, args }) => {
  const weight = all['weight'] === undefined ? {} : { weight: all['weight'] }
  const ignored = args['ignore_index'] === undefined ? {} : { ignoreIndex: number(args['ignore_index']) }
  const options = { ...reductionOf(args), ...weight, ...ignored, ...rename(args) }
  return (f as AnyLoss)(all['input']!, all['target']!, options)
}

/** Losses, by PyTorch's names. */
export const losses: Readonly<Record<string, Builder>> = {
  mse_loss: loss(eddy.squaredError),
  l1_loss: loss(eddy.absoluteError),
  smooth_l1_loss: loss(eddy.smoothL1, ({ beta }) => ({ beta })),
  huber_loss: loss(eddy.huber, ({ delta }) => ({ delta })),
  binary_cross_entropy: loss(eddy.binaryCrossEntropy),
  poisson_nll_loss: loss(eddy.poissonNll, ({ log_input, eps }) => ({ logInput: log_input, epsilon: number(eps) })),
  kl_div: loss(eddy.klDiv, ({ log_target }) => ({ logTarget: log_target })),
  log_cosh_loss: loss(eddy.logCosh),
  soft_margin_loss: loss(eddy.softMargin),
  hinge_embedding_loss: loss(eddy.hingeEmbedding, ({ margin }) => ({ margin })),
  multilabel_soft_margin_loss: loss(eddy.multilabelSoftMargin),
  binary_cross_entropy_with_logits: ({ all, args }) =>
    eddy.binaryCrossEntropyWithLogits(all['input']!, all['target']!, {
      ...reductionOf(args), ...(all['pos_weight'] === undefined ? {} : { posWeight: all['pos_weight'] }),
    }),
  cross_entropy: labelled(eddy.crossEntropy, (args) => ({ labelSmoothing: number(args['label_smoothing'] ?? 0) })),
  cross_entropy_soft: labelled(eddy.softCrossEntropy),
  nll_loss: labelled(eddy.nllLoss),
  multi_margin_loss: labelled(eddy.multiMargin, ({ p, margin }) => ({ p, margin })),
  gaussian_nll_loss: ({ all, args }) => eddy.gaussianNll(all['input']!, all['target']!, all['var']!, {
    ...reductionOf(args), full: args['full'] === true, epsilon: number(args['eps']),
  }),
  margin_ranking_loss: ({ all, args }) => eddy.marginRanking(all['x1']!, all['x2']!, all['target']!, {
    ...reductionOf(args), margin: number(args['margin']),
  }),
  cosine_embedding_loss: ({ all, args }) => eddy.cosineEmbedding(all['x1']!, all['x2']!, all['target']!, {
    ...reductionOf(args), margin: number(args['margin']),
  }),
  triplet_margin_loss: ({ all, args }) => eddy.tripletMargin(all['anchor']!, all['positive']!, all['negative']!, {
    ...reductionOf(args), margin: number(args['margin']), p: number(args['p']), epsilon: number(args['eps']),
    swap: args['swap'] === true,
  }),
}

import { type AnyNode, minimize, type Node } from 'eddy'
import { densify, type NodeRecord, records } from '@eddy/nodes'
import * as nodes from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import type { Shape } from '@eddy/tensor'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { everySample } from '../support/every-sample.ts'
import { expectToResume, functionsOf, type Stoppable } from './resume-law.ts'
import { Leaves, stoppable, trained } from './resume-nodes.ts'

type Any = Node<Shape>
const events = 9

/** Every sample of an operation, in one graph. */
function sampled(record: NodeRecord): Stoppable {
  const source = new Subject<number>()
  const loss = everySample(record, source)
  return stoppable(source, loss.pipe(minimize(sgd({ learningRate: 1e-3, momentum: 0.9 }), { seed: 9 })))
}

describe('resume law: an operation at all its samples', () => {
  it.each(records.map((record) => [record.name, record] as const))('%s', (_, record) => {
    expectToResume(() => sampled(record), 5)
  })
})

const {
  adaptiveAvgPool2d, addmm, attention, avgPool1d, avgPool2d, bias, bilinear, bmm, cdist, clamp, conv1d, conv2d,
  convTranspose2d, cosineEmbedding, crossEntropy, delay, dense, dropout, einsum, embedding, embeddingBag, equal,
  expand, gather, gaussianNll, groupNorm, gru, gruCell, indexSelect, instanceNorm, layerNorm, less, linear, lstmCell,
  marginRanking, maskedFill, matmul, maxPool1d, maxPool2d, multiMargin, nllLoss, outer, pad, permute, pow, recurrent,
  reshape, rmsNorm, rnnCell, roll, scatterAdd, slice, sparseLinear, standardize, topk, transpose, tril, tripletMargin,
  triu, where,
} = nodes

/** A network whose depths share the loss by how good they are. */
function hedgedLoss(l: Leaves): unknown {
  const net = nodes.hedged({ depths: 3, width: 4, loss: crossEntropy() })
  const logits = net.model(l.x(3) as never, 3)
  const loss = net.loss(logits as never, l.labels(3) as never)
  return nodes.add(loss as never, nodes.sum(nodes.hedgeOf(logits).weights) as never)
}

/** The same, whose depths say half of what they mean. */
function limitedLoss(l: Leaves): unknown {
  const net = nodes.hedged({ depths: 2, width: 4, loss: crossEntropy() })
  const halved = (output: AnyNode): AnyNode => nodes.mul(output as Node<[3]>, 0.5)
  const logits = nodes.limitHedge(net.model(l.x(3) as never, 3) as AnyNode, halved, (output) => output)!
  return net.loss(logits as never, l.labels(3) as never)
}

/** Functions that need more than an operand or two of four elements. */
const built: Readonly<Record<string, (leaves: Leaves) => unknown>> = {
  adaptiveAvgPool2d: (l) => adaptiveAvgPool2d(2)(l.p(1, 2, 5, 4) as never),
  addmm: (l) => addmm(l.p(3), l.p(2, 4) as never, l.x(4, 3) as never),
  attention: (l) => attention(l.p(2, 3), l.x(4, 3), l.p(4, 5)),
  avgPool1d: (l) => avgPool1d(2)(l.p(1, 2, 6) as never),
  avgPool2d: (l) => avgPool2d(2)(l.p(1, 2, 4, 4) as never),
  bias: (l) => bias(3)(l.x(3) as never),
  bilinear: (l) => bilinear(3, 4, 2)(l.x(3), l.x(4)),
  bmm: (l) => bmm(l.p(2, 3, 4) as never, l.x(2, 4, 2) as never),
  cdist: (l) => cdist(l.p(3, 4) as never, l.x(2, 4) as never),
  classBalance: (l) => nodes.mul(nodes.classBalance(l.labels(3), { classes: 3 }), l.p(2)),
  clamp: (l) => clamp(-1, 1)(l.p(5)),
  conv1d: (l) => conv1d(2, 3, 3)(l.x(1, 2, 7) as never),
  conv2d: (l) => conv2d(1, 2, 3, { padding: 1 })(l.x(1, 1, 5, 5) as never),
  convTranspose2d: (l) => convTranspose2d(2, 1, 2)(l.x(1, 2, 3, 3) as never),
  cosineEmbedding: (l) => cosineEmbedding(l.p(3, 4), l.x(3, 4), nodes.sub(nodes.mul(l.labels(2, 3), 2), 1)),
  crossEntropy: (l) => crossEntropy(linear(3, 5)(l.x(3) as never) as never, l.labels(5) as never),
  delay: (l) => delay([3], (before) => nodes.tanh()(nodes.add(before, l.p(3))) as never),
  dense: (l) => dense(4)(l.x(3)),
  densify: (l) => densify()(l.pairs(6, 3) as never),
  dropout: (l) => dropout(0.4)(linear(3, 8)(l.x(3) as never) as Any),
  einsum: (l) => einsum('ij,jk->ik', l.p(2, 3), l.x(3, 4)),
  embedding: (l) => embedding(6, 3)(l.labels(6, 2)),
  embeddingBag: (l) => embeddingBag(6, 3, { mode: 'mean' })(l.labels(6, 5)),
  equal: (l) => nodes.mul(equal(l.labels(2, 3), 1), l.p(3)),
  expand: (l) => expand([3, 4])(l.p(4)),
  gather: (l) => gather(l.p(3, 4), 1, l.labels(4, 3, 2)),
  gaussianNll: (l) => gaussianNll(l.p(3), l.x(3), l.between(0.5, 2, 3)),
  groupNorm: (l) => groupNorm(2, 4)(l.x(1, 4, 3)),
  gru: (l) => gru(2, 3)(l.x(4, 2) as never, l.p(3) as never),
  gruCell: (l) => recurrent(gruCell(3, 4), { truncate: 3 })(l.x(3)),
  hedged: hedgedLoss,
  hedgeOf: hedgedLoss,
  indexSelect: (l) => indexSelect(l.p(4, 2), 0, l.labels(4, 3) as never),
  instanceNorm: (l) => instanceNorm()(l.p(2, 3, 4)),
  layerNorm: (l) => layerNorm(5)(l.x(5) as never),
  less: (l) => nodes.mul(less(l.x(3), 0), l.p(3)),
  limitHedge: limitedLoss,
  linear: (l) => linear(3, 4)(l.x(3) as never),
  log: (l) => nodes.log(nodes.exp(l.p(3))),
  lstmCell: (l) => recurrent(lstmCell(3, 4), { truncate: 3, reset: l.labels(2, 1) as never })(l.x(3)),
  marginRanking: (l) => marginRanking(l.p(3), l.x(3), nodes.sub(nodes.mul(l.labels(2, 3), 2), 1)),
  maskedFill: (l) => maskedFill(l.p(4), l.labels(2, 4), -3),
  matmul: (l) => matmul(l.p(2, 3) as never, l.x(3, 4) as never),
  maxPool1d: (l) => maxPool1d(2)(l.p(1, 2, 6) as never),
  maxPool2d: (l) => maxPool2d(2)(l.p(1, 2, 4, 4) as never),
  multiMargin: (l) => multiMargin(l.p(3, 4), l.labels(4, 3)),
  nllLoss: (l) => nllLoss(nodes.logSoftmax()(l.p(3, 4)), l.labels(4, 3)),
  outer: (l) => outer(l.p(3) as never, l.x(4) as never),
  pad: (l) => pad([1, 2])(l.p(4)),
  permute: (l) => permute([1, 0])(l.p(2, 3)),
  pow: (l) => pow(nodes.exp(l.p(3)), l.x(3)),
  quantileError: (l) => nodes.quantileError(l.p(4, 2) as never, l.x(4) as never, { quantile: [0.1, 0.9] }),
  recurrent: (l) => recurrent(rnnCell(3, 4), { truncate: 2 })(l.x(3)),
  reshape: (l) => reshape([2, 3])(l.p(6)),
  rmsNorm: (l) => rmsNorm(5)(l.x(5)),
  rnnCell: (l) => recurrent(rnnCell(3, 4), { truncate: 5 })(l.x(3)),
  roll: (l) => roll(2)(l.p(5)),
  rsqrt: (l) => nodes.rsqrt(nodes.exp(l.p(3))),
  scatterAdd: (l) => scatterAdd(l.p(4), 0, l.labels(4, 3), l.x(3)),
  slice: (l) => slice(1, 4)(l.p(5)),
  sparseLinear: (l) => sparseLinear(20, 3)(l.pairs(20, 4) as never),
  sqrt: (l) => nodes.sqrt(nodes.exp(l.p(3))),
  standardize: (l) => linear(3, 2)(standardize()(l.x(3)) as never),
  topk: (l) => topk(2)(l.p(5)),
  transpose: (l) => transpose()(l.p(2, 3)),
  tril: (l) => tril()(l.p(3, 3)),
  tripletMargin: (l) => tripletMargin(l.p(3, 4), l.x(3, 4), l.x(3, 4)),
  triu: (l) => triu()(l.p(3, 3)),
  where: (l) => where(l.labels(2, 4), l.p(4), l.x(4)),
}

/** How functions of an operand or two are called: a layer, a function, a loss of two, of labels, of a list. */
const usual: readonly ((f: (...given: unknown[]) => unknown, leaves: Leaves) => unknown)[] = [
  (f, l) => (f() as (x: Any) => unknown)(l.p(4)),
  (f, l) => f(l.p(4)),
  (f, l) => f(nodes.sigmoid()(l.p(2, 4)), l.between(0.1, 0.9, 2, 4)),
  (f, l) => f(l.p(3, 4), l.labels(4, 3)),
  (f, l) => f([l.p(4), l.x(4)]),
  (f, l) => (f(4) as (x: Any) => unknown)(l.p(4)),
]

/** A node made by a public function, whichever way it is called. */
function nodeOf(name: string, leaves: Leaves): AnyNode {
  const make = built[name]
  if (make !== undefined) return make(leaves) as AnyNode
  const f = (nodes as unknown as Readonly<Record<string, (...given: unknown[]) => unknown>>)[name]!
  for (const way of usual) {
    try {
      const node = way(f, leaves) as Partial<AnyNode> | undefined
      if (Array.isArray(node?.shape) && typeof node.subscribe === 'function') return node as AnyNode
    } catch {
      // Another way, then.
    }
  }
  throw new Error(`no usual way makes a node of ${name}: add a line to built`)
}

describe('resume law: what a public function of nodes makes', () => {
  it.each(functionsOf(nodes))('%s', (name) => {
    const make = (): Stoppable => {
      const leaves = new Leaves()
      return trained(nodeOf(name, leaves), leaves)
    }
    const first = make().learn(0) as { readonly loss: number | null; readonly reason: string | null }
    expect(first.reason).toBeNull()
    expect(first.loss).toBeTypeOf('number')
    expectToResume(make, events)
  })
})

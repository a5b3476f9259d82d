import { input, type Node } from '@eddy/graph'
import { crossEntropy, linear, relu } from '@eddy/nodes'
import { adam, sgd } from '@eddy/optim'
import { tensor } from '@eddy/tensor'
import type { Subject } from 'rxjs'
import { PlainAdam } from '../plain/adam.ts'
import { descend, forward, pull, relu as plainRelu, reluBackward } from '../plain/dense.ts'
import { softmaxCrossEntropy } from '../plain/losses.ts'
import { type Learning, learning } from '../learning.ts'
import { denseImages, type Image, sparseImages } from './w2-data.ts'
import { copies } from './weights.ts'

type Weights = [Float32Array, Float32Array, Float32Array, Float32Array]

const rate = 0.01

/** The outputs of the model, one for each class. */
export function logits(source: Subject<Image>, [w, b, v, c]: readonly Float32Array[]): Node<[10]> {
  const x = input(source, { shape: [784], select: (event) => event.x })
  const hidden = x.pipe(linear(784, 128, { weight: tensor(w!, [128, 784]), bias: tensor(b!, [128]) }), relu())
  return hidden.pipe(linear(128, 10, { weight: tensor(v!, [10, 128]), bias: tensor(c!, [10]) }))
}

function graph(source: Subject<Image>, weights: readonly Float32Array[]): Node<[]> {
  return crossEntropy(logits(source, weights), input(source, { shape: [], select: (event) => event.y }))
}

/** Everything but the update, which finds gradients of the layers' outputs in `dy` and `dh`. */
function plain(w: Weights, update: (x: Float32Array, h: Float32Array, dh: Float32Array, dy: Float32Array) => void) {
  const h = new Float32Array(128)
  const dh = new Float32Array(128)
  const y = new Float32Array(10)
  return (event: Image): number => {
    forward(w[0], w[1], event.x, h)
    plainRelu(h)
    forward(w[2], w[3], h, y)
    const loss = softmaxCrossEntropy(y, event.y)
    pull(w[2], y, dh)
    reluBackward(h, dh)
    update(event.x, h, dh, y)
    return loss
  }
}

function plainSgd(weights: readonly Float32Array[]): (event: Image) => number {
  const w = copies(weights) as Weights
  return plain(w, (x, h, dh, dy) => {
    descend(w[2], w[3], h, dy, rate)
    descend(w[0], w[1], x, dh, rate)
  })
}

function plainAdam(weights: readonly Float32Array[]): (event: Image) => number {
  const w = copies(weights) as Weights
  const optimizer = new PlainAdam()
  const moving = w.map((values) => optimizer.moving(values))
  return plain(w, (x, h, dh, dy) => {
    optimizer.tick()
    optimizer.move(moving[2]!, moving[3]!, h, dy)
    optimizer.move(moving[0]!, moving[1]!, x, dh)
  })
}

/** An image as the C programs read it. */
export function encodeImage({ x, y }: Image): readonly Float32Array[] {
  return [x, Float32Array.of(y)]
}

const common = { graph, encode: encodeImage }

const net = {
  sizes: [784, 128, 10], activation: 'relu', loss: 'softmax', example: (event: Image) => event,
} as const

const descent = {
  ...common, eventsPerRound: 1000, optimizer: () => sgd({ learningRate: rate }), plain: plainSgd,
  c: { file: 'w2.c' }, net: { ...net, optimizer: 'sgd', rate },
} satisfies Partial<Learning<Image>>

export const w2DenseModel: Learning<Image> = {
  ...descent, id: 'W2-sgd', title: '784-128-10 relu, cross-entropy, SGD', data: denseImages,
}

export const w2Dense = learning<Image>(w2DenseModel)

export const w2Zeros = learning<Image>({
  ...descent, id: 'W2-sgd-zeros', title: '784-128-10 relu, cross-entropy, SGD, 80 % zero inputs', data: sparseImages,
  others: {
    'C skipping zeros': { file: 'w2-zeros.c' },
    'the same, 128 bits': { file: 'w2-zeros.c', isNarrow: true },
  },
})

export const w2AdamModel: Learning<Image> = {
  ...common, id: 'W2-adam', title: '784-128-10 relu, cross-entropy, Adam', data: denseImages, eventsPerRound: 400,
  optimizer: () => adam({ learningRate: 0.001 }), plain: plainAdam, c: { file: 'w2.c', defines: ['ADAM'] },
  net: { ...net, optimizer: 'adam', rate: 0.001 },
}

export const w2Adam = learning<Image>(w2AdamModel)

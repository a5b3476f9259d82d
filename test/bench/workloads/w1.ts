import { input } from '@eddy/graph'
import { binaryCrossEntropyWithLogits, linear, tanh } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { rng, tensor } from '@eddy/tensor'
import { logitLoss, sigmoid } from '../plain/losses.ts'
import { type Learning, learning } from '../learning.ts'
import { lazily } from '../workload.ts'
import { copies, layerWeights } from './weights.ts'

export interface Point {
  readonly x: Float32Array
  readonly y: number
}

const rate = 0.05

/** Points of a square; the label is whether their signs differ. */
const data = lazily(() => {
  const random = rng(1, 'W1')
  const events = Array.from({ length: 4096 }, (_, k): Point => {
    const [a, b] = [2 * random.uniform(2 * k) - 1, 2 * random.uniform(2 * k + 1) - 1]
    return { x: Float32Array.of(a, b), y: a * b < 0 ? 1 : 0 }
  })
  return { events, weights: [...layerWeights('W1 hidden', 2, 8), ...layerWeights('W1 out', 8, 1)] }
})

/** The smallest network that does something; W8 and W9 watch it. */
export const w1Model: Learning<Point> = {
  id: 'W1',
  title: '2-8-1 tanh, binary cross-entropy, SGD',
  eventsPerRound: 100_000,
  data,
  graph(source, [w, b, v, c]) {
    const x = input(source, { shape: [2], select: (event) => event.x })
    const y = input(source, { shape: [1], select: (event) => event.y })
    const hidden = x.pipe(linear(2, 8, { weight: tensor(w!, [8, 2]), bias: tensor(b!, [8]) }), tanh())
    const logit = hidden.pipe(linear(8, 1, { weight: tensor(v!, [1, 8]), bias: tensor(c!, [1]) }))
    return binaryCrossEntropyWithLogits(logit, y)
  },
  optimizer: () => sgd({ learningRate: rate }),
  plain(weights) {
    const [w, b, v, c] = copies(weights) as [Float32Array, Float32Array, Float32Array, Float32Array]
    const h = new Float32Array(8)
    return ({ x, y }) => {
      const x0 = x[0]!
      const x1 = x[1]!
      let z = c[0]!
      for (let j = 0; j < 8; j++) {
        h[j] = Math.tanh(w[2 * j]! * x0 + w[2 * j + 1]! * x1 + b[j]!)
        z += v[j]! * h[j]!
      }
      const g = rate * (sigmoid(z) - y)
      c[0]! -= g
      for (let j = 0; j < 8; j++) {
        const d = g * v[j]! * (1 - h[j]! * h[j]!)
        v[j]! -= g * h[j]!
        w[2 * j]! -= d * x0
        w[2 * j + 1]! -= d * x1
        b[j]! -= d
      }
      return logitLoss(z, y)
    }
  },
  c: { file: 'w1.c' },
  net: {
    sizes: [2, 8, 1], activation: 'tanh', loss: 'logit', optimizer: 'sgd', rate, example: (event) => event,
  },
  encode: ({ x, y }) => [x, Float32Array.of(y)],
}

export const w1 = learning<Point>(w1Model)

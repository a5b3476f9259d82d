import { input } from '@eddy/graph'
import { linear, relu, squaredError } from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { rng, tensor } from '@eddy/tensor'
import { PlainAdam } from '../plain/adam.ts'
import { forward, pull, relu as plainRelu, reluBackward } from '../plain/dense.ts'
import { type Learning, learning } from '../learning.ts'
import { lazily } from '../workload.ts'
import { copies, layerWeights } from './weights.ts'

interface Event {
  readonly x: Float32Array
  readonly y: number
}

/** A smooth function of 32 numbers. */
const data = lazily(() => {
  const random = rng(1, 'W3')
  const slope = rng(1, 'W3 slope')
  const events = Array.from({ length: 1024 }, (_, k): Event => {
    const x = Float32Array.from({ length: 32 }, (_, i) => 2 * random.uniform(32 * k + i) - 1)
    const along = x.reduce((sum, value, i) => sum + value * (slope.uniform(i) - 0.5), 0)
    return { x, y: Math.fround(Math.tanh(2 * along) + 0.5 * x[0]! * x[1]!) }
  })
  const weights = [
    ...layerWeights('W3 first', 32, 64), ...layerWeights('W3 second', 64, 32), ...layerWeights('W3 out', 32, 1),
  ]
  return { events, weights }
})

export const w3Model: Learning<Event> = {
  id: 'W3',
  title: '32-64-32-1 relu, squared error, Adam',
  eventsPerRound: 10_000,
  data,
  graph(source, [w1, b1, w2, b2, w3, b3]) {
    const x = input(source, { shape: [32], select: (event) => event.x })
    const y = input(source, { shape: [1], select: (event) => event.y })
    const first = x.pipe(linear(32, 64, { weight: tensor(w1!, [64, 32]), bias: tensor(b1!, [64]) }), relu())
    const second = first.pipe(linear(64, 32, { weight: tensor(w2!, [32, 64]), bias: tensor(b2!, [32]) }), relu())
    return squaredError(second.pipe(linear(32, 1, { weight: tensor(w3!, [1, 32]), bias: tensor(b3!, [1]) })), y)
  },
  optimizer: () => adam({ learningRate: 0.001 }),
  plain(weights) {
    const own = copies(weights)
    const [w1, b1, w2, b2, w3, b3] = own as [
      Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array,
    ]
    const optimizer = new PlainAdam()
    const moving = own.map((values) => optimizer.moving(values))
    const [h1, d1] = [new Float32Array(64), new Float32Array(64)]
    const [h2, d2] = [new Float32Array(32), new Float32Array(32)]
    const [out, dOut] = [new Float32Array(1), new Float32Array(1)]
    return ({ x, y }) => {
      forward(w1, b1, x, h1)
      plainRelu(h1)
      forward(w2, b2, h1, h2)
      plainRelu(h2)
      forward(w3, b3, h2, out)
      const error = out[0]! - y
      dOut[0] = 2 * error
      pull(w3, dOut, d2)
      reluBackward(h2, d2)
      pull(w2, d2, d1)
      reluBackward(h1, d1)
      optimizer.tick()
      optimizer.move(moving[4]!, moving[5]!, h2, dOut)
      optimizer.move(moving[2]!, moving[3]!, h1, d2)
      optimizer.move(moving[0]!, moving[1]!, x, d1)
      return error * error
    }
  },
  c: { file: 'w3.c' },
  net: {
    sizes: [32, 64, 32, 1], activation: 'relu', loss: 'squared', optimizer: 'adam', rate: 0.001,
    example: (event) => event,
  },
  encode: ({ x, y }) => [x, Float32Array.of(y)],
}

export const w3 = learning<Event>(w3Model)

import { input, type Node } from '@eddy/graph'
import { binaryCrossEntropyWithLogits, sparseLinear } from '@eddy/nodes'
import { adagrad, sgd } from '@eddy/optim'
import { rng, tensor } from '@eddy/tensor'
import type { Subject } from 'rxjs'
import { logitLoss, sigmoid } from '../plain/losses.ts'
import { type Learning, learning } from '../learning.ts'
import { lazily } from '../workload.ts'

interface Event {
  readonly indices: Int32Array
  readonly values: Float32Array
  readonly label: number
}

const features = 2 ** 18
const pairs = 30
const rate = 0.05

/** Features as hashed text has them: few are common, most are rare, and where they stand in the table is arbitrary. */
const data = lazily(() => {
  const random = rng(1, 'W4')
  const effect = rng(1, 'W4 effects')
  let drawn = 0
  const feature = (): number => Math.imul(Math.floor(features ** random.uniform(drawn++)), 0x9e3779b1) >>> 14
  const events = Array.from({ length: 4096 }, (): Event => {
    const distinct = new Set<number>()
    while (distinct.size < pairs) distinct.add(feature())
    const indices = Int32Array.from(distinct)
    const values = Float32Array.from(indices, () => 0.5 + random.uniform(drawn++))
    const logit = indices.reduce((sum, index, k) => sum + (effect.uniform(index) - 0.5) * values[k]!, 0)
    return { indices, values, label: random.uniform(drawn++) < sigmoid(logit) ? 1 : 0 }
  })
  return { events, weights: [new Float32Array(features), new Float32Array(1)] }
})

function graph(source: Subject<Event>, [w, b]: readonly Float32Array[]): Node<[]> {
  const x = input(source, { shape: [features], pairs, distinct: true, select: (event) => event })
  const y = input(source, { shape: [1], select: (event) => event.label })
  const layer = sparseLinear(features, 1, { weight: tensor(w!, [features, 1]), bias: tensor(b!, [1]) })
  return binaryCrossEntropyWithLogits(x.pipe(layer), y)
}

function logitOf(w: Float32Array, bias: number, { indices, values }: Event): number {
  let z = bias
  for (let k = 0; k < indices.length; k++) z += w[indices[k]!]! * values[k]!
  return z
}

function plainSgd(weights: readonly Float32Array[]): (event: Event) => number {
  const w = weights[0]!.slice()
  let bias = weights[1]![0]!
  return (event) => {
    const { indices, values, label } = event
    const z = logitOf(w, bias, event)
    const g = rate * (sigmoid(z) - label)
    bias -= g
    for (let k = 0; k < indices.length; k++) w[indices[k]!]! -= g * values[k]!
    return logitLoss(z, label)
  }
}

function plainAdagrad(weights: readonly Float32Array[]): (event: Event) => number {
  const w = weights[0]!.slice()
  const sums = new Float32Array(features)
  let bias = weights[1]![0]!
  let biasSum = 0
  return (event) => {
    const { indices, values, label } = event
    const z = logitOf(w, bias, event)
    const g = sigmoid(z) - label
    biasSum += g * g
    bias -= rate * g / (Math.sqrt(biasSum) + 1e-10)
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k]!
      const d = g * values[k]!
      const sum = sums[index] = sums[index]! + d * d
      w[index]! -= rate * d / (Math.sqrt(sum) + 1e-10)
    }
    return logitLoss(z, label)
  }
}

const common = {
  data, graph, eventsPerRound: 50_000,
  encode: ({ indices, values, label }: Event) => [indices, values, Float32Array.of(label)],
} satisfies Partial<Learning<Event>>

export const w4Sgd = learning<Event>({
  ...common, id: 'W4-sgd', title: 'logistic, 2^18 hashed weights, 30 non-zeros, SGD',
  optimizer: () => sgd({ learningRate: rate }), plain: plainSgd, c: { file: 'w4.c' },
})

export const w4Adagrad = learning<Event>({
  ...common, id: 'W4-adagrad', title: 'logistic, 2^18 hashed weights, 30 non-zeros, Adagrad',
  optimizer: () => adagrad({ learningRate: rate }), plain: plainAdagrad, c: { file: 'w4.c', defines: ['ADAGRAD'] },
})

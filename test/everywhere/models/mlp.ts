import {
  adam, binaryCrossEntropyWithLogits, chain, clipByGlobalNorm, cosineDecay, dropout, gelu, input, layerNorm, linear,
  minimize, rng, standardNormal, tanh,
} from 'eddy'
import { Subject } from 'rxjs'
import { type Trial, trainedDigest } from '../trial.ts'

interface Example {
  readonly x: readonly number[]
  readonly y: 0 | 1
}

const draws = rng(11, 'mlp')
const examples = Array.from({ length: 300 }, (_, k): Example => {
  const x = Array.from({ length: 7 }, (__, i) => standardNormal(draws, 7 * k + i))
  return { x, y: x[0]! * x[1]! > x[2]! ? 1 : 0 }
})

/** Layers of sizes that fill no vector, random masks, running exponentials, a schedule, a norm over all gradients. */
export const mlp: Trial = {
  name: 'mlp with dropout, layerNorm, clipping and Adam',
  digest: (dtype, way) => {
    const source = new Subject<Example>()
    const x = input(source, { shape: [7], select: (e) => e.x })
    const y = input(source, { shape: [1], select: (e) => [e.y] })
    const logit = x.pipe(
      linear(7, 19), layerNorm(19), tanh(), dropout(0.3), linear(19, 5), gelu(), linear(5, 1),
    )
    const learningRate = cosineDecay({ learningRate: 0.01, steps: 300 })
    const optimizer = chain(clipByGlobalNorm(1), adam({ learningRate }))
    const training = binaryCrossEntropyWithLogits(logit, y)
      .pipe(minimize(optimizer, { dtype, fusion: way.fusion, seed: 3 }))
    return trainedDigest({ source, training }, examples, way)
  },
}

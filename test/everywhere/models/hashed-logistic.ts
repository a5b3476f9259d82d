import { adagrad, binaryCrossEntropyWithLogits, hashText, input, minimize, type Pairs, rng, sparseLinear } from 'eddy'
import { Subject } from 'rxjs'
import { type Trial, trainedDigest } from '../trial.ts'

interface Click {
  readonly words: Pairs
  readonly clicked: number
}

const slots = 2 ** 12
const draws = rng(12, 'clicks')
const clicks = Array.from({ length: 400 }, (_, k): Click => {
  const words = Array.from({ length: 1 + (k % 9) }, (__, i) => `word${draws.integer(9 * k + i, 500)}`)
  return {
    words: {
      indices: words.map((word) => hashText(5, 'word', word) >>> 20),
      values: words.map((__, i) => 1 / (1 + i)),
    },
    clicked: words.some((word) => word.endsWith('7')) ? 1 : 0,
  }
})

/** A table of which an event touches some rows, with lazy state per coordinate. */
export const hashedLogistic: Trial = {
  name: 'sparse hashed logistic regression with Adagrad',
  digest: (dtype, way) => {
    const source = new Subject<Click>()
    const x = input(source, { shape: [slots], pairs: 10, select: (e) => e.words })
    const y = input(source, { shape: [1], select: (e) => [e.clicked] })
    const training = binaryCrossEntropyWithLogits(x.pipe(sparseLinear(slots, 1)), y)
      .pipe(minimize(adagrad({ learningRate: 0.1 }), { dtype, fusion: way.fusion, seed: 4 }))
    return trainedDigest({ source, training }, clicks, way)
  },
}

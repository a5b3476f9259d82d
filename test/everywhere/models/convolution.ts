import {
  adamw, conv2d, crossEntropy, groupNorm, input, linear, maxPool2d, minimize, type Node, reshape, rng, silu,
  standardNormal,
} from 'eddy'
import { Subject } from 'rxjs'
import { type Trial, trainedDigest } from '../trial.ts'

interface Picture {
  readonly pixels: readonly number[]
  readonly label: number
}

const draws = rng(15, 'pictures')
/** A bar of four kinds, in noise. */
const pictures = Array.from({ length: 120 }, (_, k): Picture => {
  const label = k % 4
  const pixels = Array.from({ length: 81 }, (__, i) => {
    const [row, column] = [Math.floor(i / 9), i % 9]
    const isBar = [row === 4, column === 4, row === column, row + column === 8][label]!
    return (isBar ? 1 : 0) + 0.3 * standardNormal(draws, 81 * k + i)
  })
  return { pixels, label }
})

/** Windows, channels and the largest of each pool. */
export const convolution: Trial = {
  name: 'convolutions with group normalisation and AdamW',
  digest: (dtype, way) => {
    const source = new Subject<Picture>()
    const x = input(source, { shape: [1, 1, 9, 9], select: (e) => e.pixels })
    const label = input(source, { shape: [], select: (e) => e.label })
    const first = silu()(groupNorm(2, 4)(conv2d(1, 4, 3, { padding: 1 })(x)))
    const second = silu()(conv2d(4, 3, 3, { stride: 2 })(maxPool2d(2)(first) as never))
    const flat = reshape([3])(second as never) as unknown as Node<[3]>
    const training = crossEntropy(flat.pipe(linear(3, 4)), label)
      .pipe(minimize(adamw({ learningRate: 0.01 }), { dtype, fusion: way.fusion, seed: 7 }))
    return trainedDigest({ source, training }, pictures, way)
  },
}

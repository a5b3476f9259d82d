const beta1 = 0.9
const beta2 = 0.999
/** Steps between two sweeps. */
const sweepEvery = 128

/** Parameters with their moments, kept divided by (1 - beta): two products fewer for each weight. */
interface Moving {
  readonly values: Float32Array
  readonly mean: Float32Array
  readonly square: Float32Array
}

/**
 * Adam by hand, with PyTorch's defaults.
 * Moments decay into subnormal numbers, which are many times slower; every so often a sweep makes them zero.
 */
export class PlainAdam {
  readonly #all: Moving[] = []
  #step = 0
  #power1 = 1
  #power2 = 1
  #rate = 0
  #eps = 0

  moving(values: Float32Array): Moving {
    const made = { values, mean: new Float32Array(values.length), square: new Float32Array(values.length) }
    this.#all.push(made)
    return made
  }

  /** Once per event: the constants of this step. */
  tick(): void {
    this.#power1 *= beta1
    this.#power2 *= beta2
    const scale = Math.sqrt((1 - this.#power2) / (1 - beta2))
    this.#rate = 0.001 * (1 - beta1) / (1 - this.#power1) * scale
    this.#eps = 1e-8 * scale
    if (++this.#step % sweepEvery === 0) for (const { mean, square } of this.#all) sweep(mean, square)
  }

  /** Moves a layer's weights along dy x and its bias along dy. */
  move(w: Moving, b: Moving, x: Float32Array, dy: Float32Array): void {
    const rate = this.#rate
    const eps = this.#eps
    const { values, mean, square } = w
    const inputs = x.length
    for (let o = 0, at = 0; o < dy.length; o++) {
      const d = dy[o]!
      const mb = b.mean[o] = beta1 * b.mean[o]! + d
      const vb = b.square[o] = beta2 * b.square[o]! + d * d
      b.values[o]! -= rate * mb / (Math.sqrt(vb) + eps)
      for (let i = 0; i < inputs; i++, at++) {
        const g = d * x[i]!
        const m = mean[at] = beta1 * mean[at]! + g
        const v = square[at] = beta2 * square[at]! + g * g
        values[at]! -= rate * m / (Math.sqrt(v) + eps)
      }
    }
  }
}

function sweep(mean: Float32Array, square: Float32Array): void {
  for (let i = 0; i < mean.length; i++) {
    if (Math.abs(mean[i]!) < 1e-30) mean[i] = 0
    if (square[i]! < 1e-30) square[i] = 0
  }
}

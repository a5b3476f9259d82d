import { rng } from '@eddy/tensor'

/** Initial weights of a fully connected layer, uniform within 1 / sqrt(inputs): [outputs][inputs], then [outputs]. */
export function layerWeights(key: string, inputs: number, outputs: number): [Float32Array, Float32Array] {
  const bound = 1 / Math.sqrt(inputs)
  const draw = (name: string, size: number): Float32Array => {
    const random = rng(1, `${key} ${name}`)
    return Float32Array.from({ length: size }, (_, i) => bound * (2 * random.uniform(i) - 1))
  }
  return [draw('weight', inputs * outputs), draw('bias', outputs)]
}

/** Working copies: the originals stay as they are for the next variant. */
export function copies(weights: readonly Float32Array[]): Float32Array[] {
  return weights.map((values) => values.slice())
}

import { rng } from '@eddy/tensor'
import { lazily } from '../workload.ts'
import { layerWeights } from './weights.ts'

/** An image of 784 brightnesses and the number of its class. */
export interface Image {
  readonly x: Float32Array
  readonly y: number
}

const pixels = 784
const classes = 10
const weights = lazily(() => [...layerWeights('W2 hidden', pixels, 128), ...layerWeights('W2 out', 128, classes)])

/** Images whose brightness at a pixel is made from the class's own draw, the image's own draw, both from 0 to 1. */
function images(brightness: (ofClass: number, ofImage: number) => number): readonly Image[] {
  const prototypes = rng(1, 'W2 classes')
  const noise = rng(1, 'W2 images')
  return Array.from({ length: 256 }, (_, k) => {
    const y = (7 * k + (k >> 3)) % classes
    const x = Float32Array.from({ length: pixels }, (_, i) => (
      brightness(prototypes.uniform(y * pixels + i), noise.uniform(k * pixels + i))
    ))
    return { x, y }
  })
}

/** No pixel is zero. */
export const denseImages = lazily(() => ({
  events: images((ofClass, ofImage) => 0.02 + 0.4 * ofClass + 0.5 * ofImage), weights: weights(),
}))

/** Four pixels of five are zero. */
export const sparseImages = lazily(() => ({
  events: images((ofClass, ofImage) => (ofClass < 0.2 && ofImage < 0.85 || ofImage < 0.035 ? 0.3 + 0.7 * ofImage : 0)),
  weights: weights(),
}))

import type { Sample } from './sample.ts'

/**
 * What counts as flat: after the first quarter of the run, garbage-collected memory may drift by so many bytes in all,
 * and WebAssembly's by none; there are no more timers and open files than before, and of a store's files, which come
 * and go, at most so many more. A leak of one byte an event is 95 MiB over 10^8 events.
 */
export const limits = { warmUp: 0.25, drift: 2 ** 20, wasm: 0, files: 4 } as const

export interface Drift {
  /** Bytes an event, by least squares. */
  readonly slope: number
  /** The slope over the whole stretch. */
  readonly trend: number
  /** The median of the last fifth of the samples less that of the first fifth. */
  readonly difference: number
}

/** How a quantity changed over samples; at least two. */
export function driftOf(samples: readonly Sample[], of: 'heap' | 'buffers' | 'wasm'): Drift {
  const count = samples.length
  const meanEvents = samples.reduce((sum, { events }) => sum + events, 0) / count
  const meanValue = samples.reduce((sum, sample) => sum + sample[of], 0) / count
  let above = 0
  let below = 0
  for (const sample of samples) {
    above += (sample.events - meanEvents) * (sample[of] - meanValue)
    below += (sample.events - meanEvents) ** 2
  }
  const slope = above / below
  const fifth = Math.max(1, Math.floor(count / 5))
  const values = samples.map((sample) => sample[of])
  return {
    slope, trend: slope * (samples.at(-1)!.events - samples[0]!.events),
    difference: middle(values.slice(-fifth)) - middle(values.slice(0, fifth)),
  }
}

/** The samples after the warm-up. */
export function settled(samples: readonly Sample[]): readonly Sample[] {
  return samples.slice(Math.ceil(samples.length * limits.warmUp))
}

/** Why memory is not flat, one line for each reason. */
export function unflat(samples: readonly Sample[]): readonly string[] {
  const left = settled(samples)
  if (left.length < 5) return [`there are ${left.length} samples after the warm-up, wanted at least 5`]
  const grown = (['heap', 'buffers'] as const).flatMap((of) => {
    const { slope, trend, difference } = driftOf(left, of)
    const bytes = Math.max(trend, difference)
    return bytes <= limits.drift ? [] : [
      `${of}: grew by ${kib(bytes)} after the warm-up (${slope.toPrecision(2)} bytes an event), `
      + `wanted at most ${kib(limits.drift)}`,
    ]
  })
  const more = (of: 'wasm' | 'handles' | 'files'): number => left.at(-1)![of] - left[0]![of]
  return [
    ...grown,
    ...(more('wasm') <= limits.wasm ? [] : [`wasm: grew by ${kib(more('wasm'))} after the warm-up, wanted nothing`]),
    ...(more('handles') <= 0 ? [] : [`handles: ${more('handles')} more after the warm-up, wanted none`]),
    ...(more('files') <= limits.files ? [] : [`files: ${more('files')} more after the warm-up`]),
  ]
}

export function kib(bytes: number): string {
  return `${Math.round(bytes / 1024).toLocaleString('en-US')} KiB`
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}

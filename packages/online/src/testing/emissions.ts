import type { Encoder } from '../encoder.ts'

/** Everything that an encoder hands over for a value, in order. */
export function emissions(encoder: Encoder, value: unknown): (readonly [part: string | null, value: number])[] {
  const all: (readonly [string | null, number])[] = []
  encoder.encode(value, (part, x) => all.push([part, x]))
  return all
}

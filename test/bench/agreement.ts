import type { Variant } from './variant.ts'

/** How far losses of two variants may differ: each by `each` (1 + loss), their mean by `mean` of itself. */
export const tolerance = { each: 1e-3, mean: 1e-5 }

/**
 * Why the variants do not compute the same thing, or null when they do: every one's losses of the first `events` events
 * are compared with those of the first variant.
 */
export function disagreement(variants: readonly Variant[], events: number): string | null {
  const [first, ...others] = variants
  const wanted = first!.verify(events)
  if (wanted.length !== events) return `${first!.name} gave ${wanted.length} losses for ${events} events`
  for (const { name, verify } of others) {
    const got = verify(events)
    if (got.length !== events) return `${name} gave ${got.length} losses for ${events} events`
    const at = got.findIndex((loss, k) => !(Math.abs(loss - wanted[k]!) <= tolerance.each * (1 + wanted[k]!)))
    if (at >= 0) return `event ${at}: the loss is ${got[at]} in ${name}, ${wanted[at]} in ${first!.name}`
    const [a, b] = [mean(got), mean(wanted)]
    if (Math.abs(a - b) > tolerance.mean * b) return `the mean loss is ${a} in ${name}, ${b} in ${first!.name}`
  }
  return null
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

import type { Variant } from './variant.ts'

/** How far answers of two variants may differ: each by `each` (1 + its size), their mean by `mean` of the mean size. */
export const tolerance = { each: 1e-3, mean: 1e-5 }

/** So many answers of the slow ones are compared: their share, but not fewer. */
const fewest = 50

/**
 * Why the variants do not compute the same thing, or null when they do: every one's losses of the first `events` events
 * are compared with those of its reference, which is the first variant unless it names another.
 */
export async function disagreement(variants: readonly Variant[], events: number): Promise<string | null> {
  const known = new Map<Variant, Float64Array>()
  for (const variant of variants) {
    const reference = variant.reference ?? variants[0]!
    const count = Math.min(events, Math.max(fewest, Math.round(events * (variant.share ?? 1))))
    let wanted = known.get(reference)
    if (wanted === undefined) known.set(reference, (wanted = await reference.verify(events)))
    if (wanted.length !== events) return `${reference.name} gave ${wanted.length} losses for ${events} events`
    if (variant === reference) continue
    const problem = difference(variant.name, await variant.verify(count), reference.name, wanted.subarray(0, count))
    if (problem !== null) return problem
  }
  return null
}

function difference(name: string, got: Float64Array, reference: string, wanted: Float64Array): string | null {
  if (got.length !== wanted.length) return `${name} gave ${got.length} losses for ${wanted.length} events`
  const at = got.findIndex((loss, k) => !(Math.abs(loss - wanted[k]!) <= tolerance.each * (1 + Math.abs(wanted[k]!))))
  if (at >= 0) return `event ${at}: the loss is ${got[at]} in ${name}, ${wanted[at]} in ${reference}`
  const [a, b] = [mean(got), mean(wanted)]
  if (Math.abs(a - b) <= tolerance.mean * mean(wanted.map(Math.abs))) return null
  return `the mean loss is ${a} in ${name}, ${b} in ${reference}`
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

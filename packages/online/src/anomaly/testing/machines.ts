import { rng, standardNormal } from '@eddy/tensor'

export interface Reading {
  readonly event: Readonly<Record<string, number>>
  readonly isBad: boolean
}

/** What is wrong with an anomaly: one sensor is far off, or all are usual by themselves and do not fit together. */
export type Fault = 'far' | 'together'

const sensors = 6

/** Six sensors of one machine that hang on two hidden quantities, and some noise; 2 % of the readings are bad. */
export function readings(count: number, seed: number, fault: Fault): Reading[] {
  const random = rng(seed, 'readings')
  const weights = Array.from({ length: sensors }, (_, j) => (
    [standardNormal(random, 100 * count + 2 * j), standardNormal(random, 100 * count + 2 * j + 1)] as const
  ))
  return Array.from({ length: count }, (_, i): Reading => {
    const at = 50 * i
    const isBad = i > 200 && random.uniform(at) < 0.02
    const state = [standardNormal(random, at + 1), standardNormal(random, at + 2)] as const
    const values = weights.map(([a, b], j) => {
      const loose = isBad && fault === 'together'
      const [p, q] = loose ? [standardNormal(random, at + 10 + j), standardNormal(random, at + 20 + j)] : state
      const off = isBad && fault === 'far' && j === i % sensors ? 8 : 0
      return 10 * j + (j + 1) * (a * p + b * q + 0.2 * standardNormal(random, at + 30 + j) + off)
    })
    return { event: Object.fromEntries(values.map((value, j) => [`s${j}`, value])), isBad }
  })
}

/** The chance that a bad one has a higher score than a good one; equal ones count half (Mann and Whitney 1947). */
export function rocAucOf(scores: readonly number[], isBad: readonly boolean[]): number {
  const order = scores.map((score, i) => ({ score, bad: isBad[i]! })).sort((a, b) => a.score - b.score)
  let [good, sum, bad] = [0, 0, 0]
  for (let i = 0; i < order.length;) {
    const same = order.filter(({ score }) => score === order[i]!.score)
    const badHere = same.filter((one) => one.bad).length
    sum += badHere * (good + (same.length - badHere) / 2)
    good += same.length - badHere
    bad += badHere
    i += same.length
  }
  return sum / (good * bad)
}

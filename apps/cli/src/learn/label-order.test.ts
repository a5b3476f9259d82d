import { rng, type Rng, standardNormal } from 'eddy'
import { describe, expect, it } from 'vitest'
import { chanceOfNoOrder } from './label-order.ts'

/** Amounts from 0 to n - 1 that rise with one feature, and records that also hold noise. */
function amounts(random: Rng, n: number, count: number): { labels: number[]; records: { x: number; noise: number }[] } {
  const at = random.split('at'), noise = random.split('noise')
  const labels: number[] = []
  const records = Array.from({ length: count }, (_, k) => {
    const x = at.uniform(k)
    labels.push(Math.min(n - 1, Math.floor(n * (0.7 * x + 0.3 * noise.uniform(k)))))
    return { x, noise: standardNormal(noise, count + k) }
  })
  return { labels, records }
}

/** The numbers in an order that is drawn. */
function names(random: Rng, n: number): number[] {
  const keys = Array.from({ length: n }, (_, k) => [random.uniform(k), k] as const)
  return keys.sort(([a], [b]) => a - b).map(([, k]) => k)
}

describe('chanceOfNoOrder(labels, records)', () => {
  it('is small for amounts, and calls numbers that are only names by mistake as seldom as it says', () => {
    const seeds = Array.from({ length: 100 }, (_, k) => k)
    const seen = seeds.map((seed) => {
      const random = rng(seed, 'order')
      const n = 5 + (seed % 6)
      const { labels, records } = amounts(random, n, 300)
      const codes = names(random.split('codes'), n)
      return [chanceOfNoOrder(labels, records), chanceOfNoOrder(labels.map((label) => codes[label]!), records)] as const
    })
    expect(seen.filter(([amount]) => amount < 0.01).length).toBeGreaterThan(85)
    expect(seen.filter(([, named]) => named < 0.01).length).toBeLessThan(5)
    expect(seen.filter(([, named]) => named < 0.5).length).toBeGreaterThan(20)
  })

  it('is 1 where nothing is seen but how often the labels come, and all as often', () => {
    expect(chanceOfNoOrder([0, 1, 2, 3], [{}, {}, {}, {}])).toBe(1)
  })

  it('of four frequencies with one summit is the share of orders that have one: 8 of 24', () => {
    const labels = [1, 5, 9, 4].flatMap((count, label) => Array<number>(count).fill(label))
    expect(chanceOfNoOrder(labels, labels.map(() => ({})))).toBeCloseTo(8 / 24, 12)
  })

  it('leaves out features that are text, constant, mostly missing or beyond all bounds', () => {
    const { labels, records } = amounts(rng(3, 'order'), 6, 200)
    const more = records.map((record, k) => ({
      ...record, text: `w${labels[k]}`, same: 4, rare: k % 5 === 0 ? labels[k]! : null, huge: k === 7 ? 1e300 : 1,
    }))
    expect(chanceOfNoOrder(labels, more)).toBe(chanceOfNoOrder(labels, records))
  })
})

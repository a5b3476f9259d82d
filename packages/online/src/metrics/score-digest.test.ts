import { rng, standardNormal } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { rocAuc } from './roc-auc.ts'
import { ScoreDigest } from './score-digest.ts'
import { WindowAuc } from './window-auc.ts'

/** By ranks over the whole list; ties count half. */
function exactAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = Array.from({ length: scores.length }, (_, k) => k).sort((a, b) => scores[a]! - scores[b]!)
  let [won, below, positives] = [0, 0, 0]
  for (let from = 0, to = 0; from < order.length; from = to) {
    let [own, others] = [0, 0]
    for (; to < order.length && scores[order[to]!] === scores[order[from]!]; to++) {
      if (labels[order[to]!] === 1) own++
      else others++
    }
    won += own * (below + others / 2)
    below += others
    positives += own
  }
  return won / (positives * below)
}

const count = 100_000
const random = rng(7, 'scores')
const noise = Float64Array.from({ length: count }, (_, k) => standardNormal(random, 2 * k))
const uniform = Float64Array.from({ length: count }, (_, k) => random.uniform(2 * count + k))

/** Name, score, share of positives, expected bound: scores that move on leave their first bins behind. */
const streams: readonly (readonly [string, (k: number, y: number) => number, number, number])[] = [
  ['spread over everything', (k, y) => 1 / (1 + Math.exp(-(noise[k]! + y))), 0.5, 5e-4],
  ['crowded around one half', (k, y) => 0.5 + 1e-6 * (noise[k]! + y), 0.5, 5e-4],
  ['of a rare class', (k, y) => 1 / (1 + Math.exp(7 - noise[k]! - 2 * y)), 0.005, 5e-4],
  ['that rise all the time', (k, y) => k / count + 1e-3 * (noise[k]! + y), 0.3, 5e-4],
  ['of a model that learns', (k, y) => 1 / (1 + Math.exp(-(k / count) * 4 * (noise[k]! + 2 * y - 1))), 0.5, 2e-3],
  ['with many ties', (k, y) => Math.round(4 * (noise[k]! + y)) / 4, 0.4, 5e-4],
]

describe('ScoreDigest(4096)', () => {
  it.each(streams)('scores %s: off by less than its bound, and by less than 0.00002', (_, scoreOf, rate, bound) => {
    const labels = Float64Array.from(uniform, (u) => (u < rate ? 1 : 0))
    const scores = Float64Array.from(labels, (y, k) => scoreOf(k, y))
    const digest = new ScoreDigest(4096)
    for (let k = 0; k < count; k++) {
      digest.add(scores[k]!, labels[k] === 1, 1)
      if (k === 4000) expect([digest.bound, digest.value]).toEqual([0, exactAuc(scores.slice(0, k + 1), labels)])
    }
    const exact = exactAuc(scores, labels)
    expect(Math.abs(digest.value - exact)).toBeLessThanOrEqual(digest.bound + 1e-12)
    expect(Math.abs(digest.value - exact)).toBeLessThan(2e-5)
    expect(digest.bound).toBeLessThan(bound)
    expect(digest.state.length).toBeLessThanOrEqual(4 * (4096 + 1500) + 4 * 1024 + 5)
  })

  it('knows its bound also when the scores move into one bin: then it is large, and kept', () => {
    const digest = new ScoreDigest(64)
    for (let k = 0; k < 1000; k++) digest.add(uniform[k]!, k % 2 === 0, 1)
    const scores = Array.from(uniform.subarray(0, 1000))
    const labels = scores.map((_, k) => (k + 1) % 2)
    for (let k = 1000; k < 9000; k++) {
      scores.push(0.5 + 1e-4 * (uniform[k]! + k % 2))
      labels.push(k % 2)
      digest.add(scores[k]!, k % 2 === 1, 1)
    }
    expect(digest.bound).toBeGreaterThan(0.05)
    expect(Math.abs(digest.value - exactAuc(scores, labels))).toBeLessThanOrEqual(digest.bound)
  })

  it('reading a value, a bound or a state changes no later bit', () => {
    const [read, left] = [new ScoreDigest(64), new ScoreDigest(64)]
    for (let k = 0; k < 3000; k++) {
      for (const digest of [read, left]) digest.add(uniform[k]!, noise[k]! > 0, 1 + (k % 3))
      if (k % 7 === 0) void [read.value, read.bound, read.state]
    }
    expect([read.value, read.bound, read.state]).toEqual([left.value, left.bound, left.state])
  })
})

describe('WindowAuc', () => {
  it('is exact while events come and go', () => {
    const window = new WindowAuc()
    const scores = Array.from(noise.slice(0, 3000), (x) => Math.round(20 * x) / 20)
    const labels = Array.from(uniform.slice(0, 3000), (u) => (u < 0.3 ? 1 : 0))
    for (let k = 0; k < 3000; k++) {
      window.add(scores[k]!, labels[k] === 1)
      if (k >= 500) window.remove(scores[k - 500]!, labels[k - 500] === 1)
      if (k % 100 === 99) {
        const from = Math.max(0, k - 499)
        expect(window.value).toBeCloseTo(exactAuc(scores.slice(from, k + 1), labels.slice(from, k + 1)), 12)
      }
    }
  })
})

describe('rocAuc({ of })', () => {
  it('tells one of several classes from all others', () => {
    const metric = rocAuc({ of: 2 })
    for (const [p, y] of [[[0.1, 0.2, 0.7], 2], [[0.5, 0.5], 2], [[0.2, 0.5, 0.3], 0], [[0.9, 0.1, 0], 1]] as const) {
      metric.update(p, y)
    }
    // The scores of class 2 are 0.7 and 0 (not known yet), of the others 0.3 and 0.
    expect(metric.value).toBe(2.5 / 4)
  })

  it('is NaN when a score is no number', () => {
    const metric = rocAuc()
    for (const [p, y] of [[0.3, 0], [0.6, 1], [NaN, 1]] as const) metric.update(p, y)
    expect(metric.value).toBe(NaN)
  })
})

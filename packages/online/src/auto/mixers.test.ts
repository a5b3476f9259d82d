import fc from 'fast-check'
import { rng, standardNormal } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { ClassMixer } from './class-mixer.ts'
import { EncodedEvent } from './encoded-event.ts'
import { LeastSquares } from './least-squares.ts'
import { Neighbours } from './neighbours.ts'
import { NumberMixer } from './number-mixer.ts'
import { Seasons } from './seasons.ts'

const shares = (list: readonly number[]): number[] => {
  const total = list.reduce((sum, x) => sum + x, 0)
  return list.map((x) => x / total)
}

describe('ClassMixer', () => {
  it('log loss never exceeds the stated bound, whatever experts and labels do', () => {
    const [experts, classes] = [4, 3]
    const chance = fc.oneof(fc.constant(1e-9), fc.double({ min: 1e-6, max: 1, noNaN: true }))
    const event = fc.tuple(
      fc.array(chance, { minLength: experts * classes, maxLength: experts * classes }), fc.nat(classes - 1),
    )
    fc.assert(fc.property(fc.array(event, { minLength: 1, maxLength: 60 }), (events) => {
      const mixer = new ClassMixer(experts)
      const losses = new Float64Array(experts)
      let own = 0
      for (const [chances, label] of events) {
        const all = Float64Array.from({ length: experts }, (_, i) => i).reduce<number[]>((list, i) => (
          [...list, ...shares(chances.slice(i * classes, (i + 1) * classes))]
        ), [])
        const probabilities = Float64Array.from(all)
        const mixture = mixer.predict(probabilities, classes, null)
        expect(mixture.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9)
        own -= Math.log(mixture[label]!)
        for (let i = 0; i < experts; i++) losses[i]! -= Math.log(probabilities[i * classes + label]!)
        mixer.learn(probabilities, classes, label)
      }
      const rounds = (events.length - 1) * (Math.log(1 - 2e-5) + 2 * Math.log(1 - 1e-5))
      expect(own).toBeLessThanOrEqual(Math.min(...losses) + Math.log(8 * experts) - rounds + 1e-9)
    }), { numRuns: 200 })
  })

  it.each([500, 2000])('stays close to the expert that knows, where one event in %i is of the other class', (every) => {
    const mixer = new ClassMixer(12)
    let [own, best] = [0, 0]
    for (let i = 1; i <= 40_000; i++) {
      const isRare = i % every === 0
      // One sees half of the rare ones coming; to the others they all look alike.
      const knows = isRare && i % (2 * every) === 0 ? 0.5 : 0.0005
      const chances = Array.from({ length: 12 }, (_, k) => (k === 7 ? knows : 0.001 + 0.0005 * k))
      const probabilities = Float64Array.from(chances.flatMap((p) => [1 - p, p]))
      own -= Math.log(mixer.predict(probabilities, 2, null)[Number(isRare)]!)
      best -= Math.log(probabilities[14 + Number(isRare)]!)
      mixer.learn(probabilities, 2, Number(isRare))
    }
    expect(own - best).toBeLessThan(Math.log(8 * 12) + 1.6)
  })
})

describe('NumberMixer', () => {
  it('follows the best expert, and a mixture that beats every expert', () => {
    const random = rng(3)
    const mixer = new NumberMixer(3)
    let [own, last] = [0, 0]
    const losses = [0, 0, 0]
    for (let i = 0; i < 4000; i++) {
      const y = standardNormal(random, i)
      // Two experts that are wrong in opposite directions, and one that is merely noise.
      const numbers = Float64Array.of(y + 1, y - 1, 5 * standardNormal(random, 9000 + i))
      const loss = Math.abs(mixer.predict(numbers, null) - y)
      own += loss
      if (i >= 3000) last += loss
      numbers.forEach((number, k) => (losses[k]! += Math.abs(number - y)))
      mixer.learn(numbers, y)
    }
    expect(own).toBeLessThan(Math.min(...losses))
    expect(last / 1000).toBeLessThan(0.4)
    expect(mixer.carrying.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 9)
  })

  it.each([2, 3])('stays within 1 % of the best simple expert where tails are heavy, seed %i', (seed) => {
    const random = rng(seed)
    const pareto = (k: number): number => (1 - random.uniform(k)) ** (-1 / 1.1)
    const mixer = new NumberMixer(13)
    let [own, median] = [0, 0]
    for (let i = 0; i < 6000; i++) {
      const label = pareto(20 * i)
      // Whoever follows such labels is as wild as they are; one of the simple experts stays at their median.
      const numbers = Float64Array.from({ length: 13 }, (_, k) => (k === 2 ? 2 ** (1 / 1.1) : pareto(20 * i + 1 + k)))
      own += Math.abs(mixer.predict(numbers, null) - label)
      median += Math.abs(numbers[2]! - label)
      mixer.learn(numbers, label)
    }
    expect(own / median).toBeLessThan(1.011) // 1.078 and 1.039 were the mixture alone to speak
  })

  it('does not depend on the scale of labels', () => {
    const random = rng(4)
    const [one, two] = [new NumberMixer(2), new NumberMixer(2)]
    for (let i = 0; i < 300; i++) {
      const [y, a, b] = [0, 1, 2].map((k) => standardNormal(random, 3 * i + k)) as [number, number, number]
      const [p, q] = [Float64Array.of(y + a, b), Float64Array.of(1024 * (y + a), 1024 * b)]
      expect(two.predict(q, null)).toBeCloseTo(1024 * one.predict(p, null), 6)
      one.learn(p, y)
      two.learn(q, 1024 * y)
    }
  })
})

describe('LeastSquares', () => {
  it('has the weights of ridge regression on all events so far', () => {
    const random = rng(5)
    const squares = new LeastSquares({ inputs: 2, outputs: 1, ridge: 0.5 })
    let [aa, ab, bb, ay, by] = [0.5, 0, 0.5, 0, 0]
    for (let i = 0; i < 100; i++) {
      const [a, b] = [standardNormal(random, 3 * i), standardNormal(random, 3 * i + 1)]
      const y = 3 * a - b + standardNormal(random, 3 * i + 2)
      const x = Float64Array.of(a, b)
      const determinant = aa * bb - ab * ab
      const weights = [(bb * ay - ab * by) / determinant, (aa * by - ab * ay) / determinant]
      const predicted = squares.predict(x)[0]!
      expect(predicted).toBeCloseTo(weights[0]! * a + weights[1]! * b, 9)
      squares.learn(x, [y - predicted])
      ;[aa, ab, bb, ay, by] = [aa + a * a, ab + a * b, bb + b * b, ay + a * y, by + b * y]
    }
  })
})

describe('Neighbours', () => {
  it('finds the seven nearest of the latest 500, as a search through all of them does', () => {
    const random = rng(6)
    const neighbours = new Neighbours()
    const event = new EncodedEvent()
    const seen: number[][] = []
    for (let i = 0; i < 700; i++) {
      const row = Array.from({ length: 19 }, (_, k) => Math.max(-3, Math.min(3, standardNormal(random, 19 * i + k))))
      event.clear()
      row.forEach((z, k) => event.number(k, z))
      neighbours.ask(event, row.length)
      if (i % 50 === 49) {
        neighbours.find()
        const nearest = seen.map((other, k) => [other.reduce((sum, x, j) => sum + (x - row[j]!) ** 2, 0), k] as const)
          .slice(-500).sort((a, b) => a[0] - b[0]).slice(0, 7)
        expect(Array.from({ length: 7 }, (_, k) => neighbours.label(k))).toEqual(nearest.slice(0, 7).map(([, k]) => k))
        expect(neighbours.weight(0)).toBeCloseTo(1 / (1e-3 + Math.sqrt(nearest[0]![0])), 6)
      }
      neighbours.learn(i)
      seen.push(row)
    }
  })
})

describe('Seasons', () => {
  it.each([7, 24, 365])('finds a season of %i labels', (length) => {
    const random = rng(length)
    const shape = Array.from({ length }, (_, k) => 5 * standardNormal(random, k))
    const seasons = new Seasons()
    for (let i = 0; i < 5 * length + 100; i++) {
      seasons.learn(shape[i % length]! + 0.1 * standardNormal(random, 1000 + i), 5)
    }
    expect(seasons.length % length).toBe(0)
    expect(seasons.length).toBeGreaterThan(0)
  })
})

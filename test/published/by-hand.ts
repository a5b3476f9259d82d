import type { Row } from './river-models.ts'

/** The weight after a gradient; `slots` are numbers of this weight alone, 0 at first, `step` counts from 1. */
export type Rule = (weight: number, gradient: number, slots: [number, number], step: number) => number

export type Chances = Readonly<Record<string, number>>

class Scaler {
  readonly #names: readonly string[]
  readonly #fields: readonly { mean: number; variance: number }[]
  #count = 0

  constructor(names: readonly string[]) {
    this.#names = names
    this.#fields = names.map(() => ({ mean: 0, variance: 0 }))
  }

  scaled(row: Row): number[] {
    return this.#fields.map(({ mean, variance }, i) => (
      variance > 0 ? ((row[this.#names[i]!] as number) - mean) / Math.sqrt(variance) : 0
    ))
  }

  learn(row: Row): void {
    this.#count++
    this.#fields.forEach((field, i) => {
      const [x, was] = [row[this.#names[i]!] as number, field.mean]
      field.mean += (x - was) / this.#count
      field.variance += ((x - was) * (x - field.mean) - field.variance) / this.#count
    })
  }
}

/**
 * Softmax regression by gradient descent, over classes as they come. `counts`: a new class is one of those that the
 * probabilities of its first event are over; in River it is not.
 */
export function softmaxByHand(
  rows: readonly Row[], names: readonly string[], target: string, learningRate: number, counts: boolean,
): { readonly predictions: readonly Chances[]; readonly weights: Readonly<Record<string, number[]>> } {
  const scaler = new Scaler(names)
  const weights: Record<string, number[]> = {}
  const predict = (z: readonly number[]): Record<string, number> => {
    const scores = Object.entries(weights).map(([name, own]) => (
      [name, own.reduce((sum, weight, i) => sum + weight * z[i]!, 0)] as const
    ))
    const largest = Math.max(...scores.map(([, score]) => score))
    const powers = scores.map(([name, score]) => [name, Math.exp(score - largest)] as const)
    const total = powers.reduce((sum, [, power]) => sum + power, 0)
    return Object.fromEntries(powers.map(([name, power]) => [name, power / total]))
  }
  const predictions = rows.map((row) => {
    const prediction = predict(scaler.scaled(row))
    scaler.learn(row)
    const z = scaler.scaled(row)
    const label = row[target] as string
    if (counts) weights[label] ??= names.map(() => 0)
    const chances = predict(z)
    weights[label] ??= names.map(() => 0)
    for (const [name, own] of Object.entries(weights)) {
      const error = (chances[name] ?? 0) - (name === label ? 1 : 0)
      weights[name] = own.map((weight, i) => weight - learningRate * error * z[i]!)
    }
    return prediction
  })
  return { predictions, weights }
}

/**
 * A linear model on fields scaled by statistics that include the event, in plain numbers: what tells apart a mistake
 * from a difference between formulas. Predictions before learning, then the weights.
 */
export function linearByHand(
  rows: readonly Row[], names: readonly string[], target: string, link: (score: number) => number, rule: Rule,
  before: (weight: number, slots: readonly [number, number]) => number = (weight) => weight,
): { readonly predictions: readonly number[]; readonly weights: readonly number[] } {
  const factor = link(0) === 0 ? 2 : 1
  const scaler = new Scaler(names)
  const fields = names.map(() => ({ weight: 0, slots: [0, 0] as [number, number] }))
  const predictions: number[] = []
  let intercept = 0
  rows.forEach((row, k) => {
    const predict = (z: readonly number[]): number => (
      link(fields.reduce((sum, { weight }, i) => sum + weight * z[i]!, intercept))
    )
    predictions.push(predict(scaler.scaled(row)))
    scaler.learn(row)
    const z = scaler.scaled(row)
    const error = factor * (predict(z) - (row[target] as number))
    fields.forEach((field, i) => {
      field.weight = before(field.weight, field.slots)
      field.weight = rule(field.weight, error * z[i]!, field.slots, k + 1)
    })
    intercept -= 0.01 * error
  })
  return { predictions, weights: fields.map(({ weight }) => weight) }
}

interface Formulas {
  /** As River has it. */
  readonly theirs: Rule
  /** As ours is documented. */
  readonly ours: Rule
  /** River's FTRL sets the weights from all earlier gradients only when the next one is there already. */
  readonly before?: (weight: number, slots: readonly [number, number]) => number
}

const proximal = (_: number, [z, n]: readonly [number, number]): number => -z / ((1 + Math.sqrt(n)) / 0.05 + 1)

const add = (weight: number, gradient: number, slots: [number, number]): void => {
  const sigma = (Math.sqrt(slots[1] + gradient ** 2) - Math.sqrt(slots[1])) / 0.05
  slots[0] += gradient - sigma * weight
  slots[1] += gradient ** 2
}

const adam = (eps: (step: number) => number): Rule => (weight, gradient, slots, step) => {
  slots[0] = 0.9 * slots[0] + 0.1 * gradient
  slots[1] = 0.999 * slots[1] + 0.001 * gradient ** 2
  const [mean, square] = [slots[0] / (1 - 0.9 ** step), Math.sqrt(slots[1] / (1 - 0.999 ** step))]
  return weight - (gradient === 0 && mean === 0 ? 0 : 0.01 * mean / (square + eps(step)))
}

type Square = (before: number, gradient: number) => number

const divided = (rate: number, square: Square, inside: number, outside: number): Rule => (
  (weight: number, gradient: number, slots: [number, number]): number => {
    slots[0] = square(slots[0], gradient)
    return weight - (gradient === 0 ? 0 : rate * gradient / (Math.sqrt(slots[0] + inside) + outside))
  }
)
const sum: Square = (before, gradient) => before + gradient ** 2
const recent: Square = (before, gradient) => 0.9 * before + 0.1 * gradient ** 2

/** Where the formulas differ: the place of eps, and one step of FTRL. */
export const formulas: Readonly<Record<string, Formulas>> = {
  'Adam(0.01)': { theirs: adam((step) => 1e-8 / Math.sqrt(1 - 0.999 ** step)), ours: adam(() => 1e-8) },
  'AdaGrad(0.1)': { theirs: divided(0.1, sum, 1e-8, 0), ours: divided(0.1, sum, 0, 1e-10) },
  'RMSProp(0.01, rho=0.9)': { theirs: divided(0.01, recent, 1e-8, 0), ours: divided(0.01, recent, 0, 1e-8) },
  FTRLProximal: {
    before: proximal,
    theirs: (weight, gradient, slots) => {
      add(weight, gradient, slots)
      return weight
    },
    ours: (weight, gradient, slots) => {
      add(weight, gradient, slots)
      return proximal(weight, slots)
    },
  },
}

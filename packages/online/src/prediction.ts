import type { Link } from '@eddy/nodes'
import type { Tensor } from '@eddy/tensor'
import { kernelMath } from './kernel-math.ts'
import type { LabelScale } from './label-scale.ts'
import { likeliest } from './metrics/accuracy.ts'
import type { Label } from './target.ts'

/** A prediction among several classes. */
export interface ClassPrediction<C extends Label | null = number> {
  /** The most probable class: its name when classes were named, else its number. null: none has been met yet. */
  readonly label: C
  /** One for each class, in order; they add up to 1. */
  readonly probabilities: ArrayLike<number>
}

/** A prediction among classes that are met on the way. */
export class OpenClassPrediction<C extends Label = Label> {
  /** The most probable class; null before any class has been learned. */
  readonly label: C | null
  /** One for each class, in the order of `classes`; they add up to 1. */
  readonly probabilities: ArrayLike<number>
  /** The classes learned so far, in order of first sight. */
  readonly classes: readonly C[]

  constructor(probabilities: ArrayLike<number>, classes: readonly C[]) {
    this.label = classes[likeliest(probabilities)] ?? null
    this.probabilities = probabilities
    this.classes = classes
  }

  /** The probability of a class by its name; 0 for one that has not been learned. */
  probabilityOf(name: Label): number {
    return this.probabilities[(this.classes as readonly Label[]).indexOf(name)] ?? 0
  }
}

/** A prediction, whatever its type is called outside. */
export type Reading = number | ClassPrediction<Label> | OpenClassPrediction

/** The number that a single output stands for: itself, a label in a scale, or the probability of its logit. */
export function scoreOf(x: number, link: Link, scale: LabelScale | null = null): number {
  if (scale !== null) return scale.unscaled(x)
  return link === 'sigmoid' ? sigmoid(x) : x
}

/** Formula: 1 / (1 + exp(-x)), by exp of a number that is never positive. */
export function sigmoid(x: number): number {
  const { exp } = kernelMath()
  if (x >= 0) return 1 / (1 + exp(-x))
  const e = exp(x)
  return e / (1 + e)
}

/** Formula: exp(x_c - max x) / sum of them, in f64, over the first `count`. */
export function softmaxOf(logits: ArrayLike<number>, count = logits.length): Float64Array {
  const { exp } = kernelMath()
  const shares = new Float64Array(count)
  let largest = -Infinity
  for (let k = 0; k < count; k++) if (logits[k]! > largest) largest = logits[k]!
  let total = 0
  for (let k = 0; k < shares.length; k++) total += shares[k] = exp(logits[k]! - largest)
  for (let k = 0; k < shares.length; k++) shares[k] = shares[k]! / total
  return shares
}

export function classPrediction(logits: Tensor, classes: readonly Label[] | undefined): ClassPrediction<Label> {
  const probabilities = softmaxOf(logits.data)
  const best = likeliest(probabilities)
  return { label: classes === undefined ? best : classes[best]!, probabilities }
}

export function openClassPrediction(logits: Tensor, classes: readonly Label[]): OpenClassPrediction {
  return new OpenClassPrediction(softmaxOf(logits.data, classes.length), classes)
}

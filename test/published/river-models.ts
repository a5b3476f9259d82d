import { readFileSync } from 'node:fs'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import {
  binaryCrossEntropyWithLogits, crossEntropy, dense, features, type Features, learner, numeric, type Optimizer, sgd,
  squaredError, zeros,
} from 'eddy'

export type Row = Readonly<Record<string, number | string>>

const folder = new URL('../fixtures/', import.meta.url)

/** A data set in the order of its stream; see test/fixtures/README.md. */
export function rowsOf(data: string): readonly Row[] {
  const file = readFileSync(new URL(data === 'image_segments' ? `${data}.csv.br` : `${data}.csv.gz`, folder))
  const text = data === 'image_segments' ? brotliDecompressSync(file) : gunzipSync(file)
  const [head, ...lines] = text.toString().trim().split('\n')
  const names = head!.split(',')
  const valueOf = (cell: string): number | string => (Number.isNaN(Number(cell)) ? cell : Number(cell))
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, k) => [names[k]!, valueOf(cell)])))
}

/** What River 0.22.0 predicted before learning, row by row, and what it had learned in the end. */
export function traces(): readonly Trace[] {
  return (JSON.parse(readFileSync(new URL('river_traces.json', folder), 'utf8')) as { readonly runs: Trace[] }).runs
}

/** The label of each data set. */
export const targets: Readonly<Record<string, string>> = {
  chick_weights: 'weight', image_segments: 'category', phishing: 'is_phishing', trump_approval: 'five_thirty_eight',
}

export interface Trace {
  readonly data: string
  readonly model: string
  readonly optimizer: string
  readonly predictions_before_learning: readonly (readonly [row: number, prediction: number | Record<string, number>])[]
  readonly final_weights: Readonly<Record<string, number>> | Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly final_intercept?: number
}

/**
 * River's linear models have an optimizer for the weights, and for the intercept gradient descent of its own. Weights
 * of named features have gradients by rows, the bias has not.
 */
export function withIntercept(weights: Optimizer, intercept: Optimizer = sgd({ learningRate: 0.01 })): Optimizer {
  return {
    ...weights,
    cells: weights.cells + intercept.cells,
    constant: weights.constant && intercept.constant,
    bounded: weights.bounded && intercept.bounded,
    coefficients(step, schedule, out, at) {
      weights.coefficients(step, schedule, out, at)
      intercept.coefficients(step, schedule, out, at + weights.cells)
    },
    update(scope, target, cells) {
      if (target.gradient.kind === 'rows') weights.update(scope, target, cells)
      else intercept.update(scope, { ...target, slots: [] }, cells + 8 * weights.cells)
    },
  }
}

/** All fields but the label. */
export function fieldsOf(rows: readonly Row[], target: string): readonly string[] {
  return Object.keys(rows[0]!).filter((name) => name !== target)
}

/** By statistics that include the event when it is learned: a scaler that learns before its model does. */
function scaled(rows: readonly Row[], target: string): Features {
  return features(Object.fromEntries(
    fieldsOf(rows, target).map((name) => [name, numeric({ standardize: 'after' })]),
  ))
}

const fromZero = { weight: zeros(), bias: zeros() }

/** `StandardScaler | LinearRegression`. */
export function linearRegression(rows: readonly Row[], target: string, optimizer: Optimizer) {
  return learner({
    features: scaled(rows, target), target, model: (m) => m.pipe(dense(1, fromZero)), loss: squaredError(),
    optimizer: withIntercept(optimizer), dtype: 'f64',
  })
}

/** `StandardScaler | LogisticRegression`. */
export function logisticRegression(
  rows: readonly Row[], target: string, optimizer: Optimizer, given: Features = scaled(rows, target),
) {
  return learner({
    features: given, target, model: (m) => m.pipe(dense(1, fromZero)), loss: binaryCrossEntropyWithLogits(),
    optimizer: withIntercept(optimizer), dtype: 'f64',
  })
}

/** `StandardScaler | SoftmaxRegression`, which has no intercept, and whose classes appear as they come. */
export function softmaxRegression(rows: readonly Row[], target: string, optimizer: Optimizer) {
  return learner({
    features: scaled(rows, target), target, classes: 'open', classesMax: 8, loss: crossEntropy(), optimizer,
    dtype: 'f64', model: (m, outputs) => m.pipe(dense(outputs, { weight: zeros(), bias: false })),
  })
}

/** River's older pipelines: predicting an event teaches the scaler, so that it is predicted from itself as well. */
export function scaledByItself(rows: readonly Row[], target: string): readonly Row[] {
  const known = new Map<string, readonly [count: number, mean: number, variance: number]>()
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => {
    if (name === target || typeof value === 'string') return [name, value]
    const [before, was, spread] = known.get(name) ?? [0, 0, 0]
    const mean = was + (value - was) / (before + 1)
    const variance = spread + ((value - was) * (value - mean) - spread) / (before + 1)
    known.set(name, [before + 1, mean, variance])
    return [name, variance > 0 ? (value - mean) / Math.sqrt(variance) : 0]
  })))
}

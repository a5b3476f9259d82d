import type { Shape } from '@eddy/tensor'
import {
  pairLossOperator, type PairLossOptions, pairLossOptions, type Reduction,
} from './pair-loss.ts'
import * as losses from './pair-loss-rows.ts'
import { defineRecord, edgeLengths, type NodeRecord, type Sample } from './record.ts'

type PairLossName = keyof typeof losses

interface Row {
  readonly formula: string
  readonly derivative: string
  /** Ranges of prediction and target in the tests. */
  readonly ranges?: readonly [readonly [number, number], readonly [number, number]]
  /** Kinks of |prediction - target|. */
  readonly kinks?: readonly number[]
  /** Parameters p and q besides the defaults. */
  readonly tested?: readonly { readonly p: number; readonly q?: number; readonly kinks?: readonly number[] }[]
  /** The target is -1 or 1. */
  readonly signs?: true
  readonly source?: string
}

const probability = [0.15, 0.85] as const
const anything = [-2, 2] as const

/** Losses of a prediction x and a target t of the same shape, one element at a time. */
const rows: Readonly<Record<PairLossName, Row>> = {
  absoluteError: { formula: '|x - t|', derivative: 'sign(x - t), 0 at 0', kinks: [0] },
  binaryCrossEntropy: {
    formula: '-(t log(x) + (1 - t) log(1 - x)), logarithms no smaller than -100', derivative: '(x - t) / (x (1 - x))',
    ranges: [probability, probability], source: 'PyTorch for the limit of -100',
  },
  binaryCrossEntropyWithLogits: {
    formula: 'max(x, 0) - x t + log(1 + exp(-|x|))', derivative: 'sigmoid(x) - t',
    ranges: [[-4, 4], [0, 1]],
  },
  hinge: { formula: 'max(0, 1 - t x)', derivative: '-t where t x < 1, else 0', signs: true },
  hingeEmbedding: {
    formula: 'x where t = 1, max(0, margin - x) where t = -1', derivative: '1 where t = 1, else -1 where x < margin',
    signs: true, tested: [{ p: 0.4 }], source: 'PyTorch',
  },
  huber: {
    formula: '(x - t)^2 / 2 where |x - t| <= delta, else delta (|x - t| - delta / 2)',
    derivative: 'x - t, limited to [-delta, delta]', kinks: [1], tested: [{ p: 0.4, kinks: [0.4] }],
    source: 'Huber 1964',
  },
  klDiv: {
    formula: 't (log(t) - x) of a log probability x, 0 where t = 0; exp(t) (t - x) when t is a log probability, too',
    derivative: '-t, or -exp(t)', ranges: [[-4, -0.1], [0.2, 0.95]], tested: [{ p: 1 }],
    source: 'Kullback and Leibler 1951',
  },
  logCosh: { formula: 'log(cosh(x - t))', derivative: 'tanh(x - t)' },
  poissonNll: {
    formula: 'exp(x) - t x with log rates, else x - t log(x + eps)', derivative: 'exp(x) - t, or 1 - t / (x + eps)',
    ranges: [[0.2, 2], [0, 3]], tested: [{ p: 0, q: 1e-8 }],
  },
  smoothL1: {
    formula: '(x - t)^2 / (2 beta) where |x - t| < beta, else |x - t| - beta / 2',
    derivative: '(x - t) / beta, limited to [-1, 1]', kinks: [1], tested: [{ p: 0.6, kinks: [0.6] }],
    source: 'Girshick 2015',
  },
  softMargin: { formula: 'log(1 + exp(-t x))', derivative: '-t sigmoid(-t x)', signs: true },
  squaredError: { formula: '(x - t)^2', derivative: '2 (x - t)' },
}

function samplesOf(name: PairLossName, row: Row): readonly Sample<PairLossOptions>[] {
  const sample = (
    shape: Shape, reduction: Reduction, given: readonly (number | undefined)[] = [], kinks = row.kinks,
  ): Sample<PairLossOptions> => ({
    options: pairLossOptions({ ...losses }[name], given, reduction),
    inputs: [
      { shape, range: row.ranges?.[0] ?? anything, ...(row.signs === true ? { away: [-1, 1] } : {}) },
      row.signs === true
        ? { shape, data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i % 3 === 0 ? -1 : 1)) }
        : { shape, range: row.ranges?.[1] ?? anything },
    ],
    ...(kinks === undefined ? {} : { awayBetween: kinks }),
  })
  return [
    ...(['mean', 'sum', 'none'] as const).flatMap((reduction) =>
      [[], [2, 3], ...edgeLengths.map((length) => [length])]
        // The mean of nothing is no number.
        .filter(([length]) => length !== 0 || reduction !== 'mean')
        .map((shape) => sample(shape, reduction))),
    ...(row.tested ?? []).map(({ p, q, kinks }) => sample([5], 'mean', [p, q], kinks)),
  ]
}

function pairLossRecord(name: PairLossName): NodeRecord<PairLossOptions> {
  const row = rows[name]
  return defineRecord<PairLossOptions, never>({
    ...pairLossOperator({ ...losses }[name]),
    docs: {
      summary: 'A loss of prediction x and target t; the mean over elements unless another reduction is asked for.',
      formula: `l = ${row.formula}`, gradient: `dx = dy (${row.derivative}), divided by n for the mean`,
      shapes: 'x, t of one shape -> [] (the shape itself without a reduction)',
      ...(row.source === undefined ? {} : { source: row.source }),
    },
    samples: () => samplesOf(name, row),
  })
}

export const pairLossRecords = /* @__PURE__ */ Object.fromEntries(
  (Object.keys(rows) as PairLossName[]).map((name) => [name, pairLossRecord(name)]),
) as Readonly<Record<PairLossName, NodeRecord<PairLossOptions>>>

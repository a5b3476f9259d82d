import { apply, denseNode } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { axisOf, viewAxes } from './axis.ts'
import { compositeRecord } from './composite.ts'
import { neg } from './elementary.ts'
import type { SameShapeLayer } from './layer.ts'
import { defineRecord, edgeLengths, type NodeRecord, type RecordDocs } from './record.ts'

export interface SoftmaxOptions {
  readonly axis: number
}

function softmaxRecord(name: 'softmax' | 'logSoftmax', docs: RecordDocs): NodeRecord<SoftmaxOptions> {
  const log = name === 'logSoftmax' ? 1 : 0
  return defineRecord<SoftmaxOptions>({
    name, docs,
    shape([x], { axis }) {
      axisOf(x!, axis, name)
      return x!
    },
    forward(scope, { inputs: [x], output, options: { axis } }) {
      const { outer, n, inner } = viewAxes(x!.shape, axisOf(x!.shape, axis, name))
      scope.emit(op.SOFTMAX, log, x!, output, outer, n, inner)
    },
    backward(scope, { output, gradient, inputGradients: [dx], options: { axis } }) {
      const { outer, n, inner } = viewAxes(output.shape, axisOf(output.shape, axis, name))
      if (dx != null) scope.emit(op.SOFTMAX_BACKWARD, log, output, gradient, dx, outer, n, inner)
    },
    samples: () => [
      ...([[[19], -1], [[2, 3], -1], [[2, 3], 0], [[2, 5, 3], 1], [[0, 3], 1], [[2, 0], 0]] as const),
      ...edgeLengths.map((length) => [[length], 0] as const),
    ].map(([shape, axis]) => ({ options: { axis }, inputs: [{ shape, range: [-4, 4] as const }] })),
  })
}

const source = 'shifted by the largest element, so that nothing overflows'

export const softminRecord = /* @__PURE__ */ compositeRecord<SoftmaxOptions>({
  name: 'softmin',
  docs: {
    summary: 'The softmax of the negative: small elements get large shares.', formula: 'y = softmax(-x)',
    gradient: 'of the formula', shapes: 'any of rank >= 1 -> the same',
  },
  build: ([x], { axis }) => softmax(axis)(neg(x!)),
  samples: () => ([[[1], 0], [[5], 0], [[2, 3], 0], [[2, 3, 4], 1]] as const).map(([shape, axis]) => ({
    options: { axis }, inputs: [{ shape }],
  })),
})

export const softmaxRecords = {
  logSoftmax: /* @__PURE__ */ softmaxRecord('logSoftmax', {
    summary: 'The logarithms of the softmax, exact where the softmax itself would round to 0.',
    formula: 'y_i = x_i - log(sum of exp(x_j))', gradient: 'dx_i = dy_i - exp(y_i) (sum of dy_j)',
    shapes: 'any of rank >= 1 -> the same', source,
  }),
  softmax: /* @__PURE__ */ softmaxRecord('softmax', {
    summary: 'Positive numbers along an axis that add up to 1.',
    formula: 'y_i = exp(x_i) / (sum of exp(x_j))', gradient: 'dx_i = y_i (dy_i - sum of dy_j y_j)',
    shapes: 'any of rank >= 1 -> the same', source,
  }),
} as const

function layer(name: keyof typeof softmaxRecords, axis: number): SameShapeLayer {
  const label = `${name}(${axis === -1 ? '' : axis})`
  return (x) => apply(softmaxRecords[name], [denseNode(x, label)], { axis }, { label })
}

/**
 * Logarithm of the softmax along an axis, by default the last; formula and gradient: `softmaxRecords`.
 * @throws ShapeError when there is no such axis.
 * @example value([1, 1]).pipe(logSoftmax()) // [-0.6931472, -0.6931472]
 */
export function logSoftmax(axis = -1): SameShapeLayer {
  return layer('logSoftmax', axis)
}

/**
 * Probabilities from logits along an axis, by default the last; formula and gradient: `softmaxRecords`.
 * As the end of a classifier use `crossEntropy` on the logits instead: it is exact and cheaper.
 * @throws ShapeError when there is no such axis.
 * @example value([1, 1, 1, 1]).pipe(softmax()) // [0.25, 0.25, 0.25, 0.25]
 */
export function softmax(axis = -1): SameShapeLayer {
  return layer('softmax', axis)
}

/**
 * Shares along an axis that are large for small elements.
 * Formula: y = softmax(-x).
 * Shapes: any of rank >= 1 -> the same.
 * @throws ShapeError when there is no such axis.
 * @example value([1, 1]).pipe(softmin()) // [0.5, 0.5]
 */
export function softmin(axis = -1): SameShapeLayer {
  const label = `softmin(${axis === -1 ? '' : axis})`
  return (x) => apply(softminRecord, [denseNode(x, label)], { axis }, { label })
}

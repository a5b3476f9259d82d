import { apply, denseNode, type Node, parameter, type Slot } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { checkOptions, constant, formatShape, sameShape, type Shape, ShapeError, sizeOf, zeros } from '@eddy/tensor'
import { checkList } from './check-list.ts'
import { checkNumbers } from './check-values.ts'
import { initialOf, type Start, uniqueName, type Values } from './layer.ts'
import { defineRecord, edgeLengths } from './record.ts'

export interface LayerNormRecordOptions {
  /** The trailing axes that are normalised. */
  readonly shape: Shape
  readonly epsilon: number
}

export const layerNormRecord = /* @__PURE__ */ defineRecord<LayerNormRecordOptions, { readonly statistics: Slot }>({
  name: 'layerNorm',
  docs: {
    summary: 'Shifts and scales each row to mean 0 and variance 1, then by learned weights.',
    formula: 'y = (x - mean) / sqrt(variance + epsilon) w + b, over the trailing axes; the variance divides by n',
    gradient: 'with z = (x - mean) r, r = 1 / sqrt(variance + epsilon), g = dy w: dx = r (g - mean(g) - z mean(g z)); '
      + 'dw = dy z, db = dy, summed over rows',
    shapes: 'x [.., ...shape], w and b shape (both or neither) -> the same as x', source: 'Ba et al. 2016',
  },
  shape([x], { shape }) {
    if (shape.length > 0 && sameShape(x!.slice(-shape.length), shape)) return x!
    throw new ShapeError({
      what: 'the trailing axes differ', where: 'layerNorm', got: x!, wanted: `[.., ${shape.join(', ')}]`,
      hint: 'Give layerNorm the trailing axes of what comes in.',
    })
  },
  forward(scope, { inputs: [x, w, b], output, options: { shape, epsilon } }) {
    const n = sizeOf(shape)
    const statistics = scope.temporary(2 * (x!.size / n))
    scope.emit(op.LAYER_NORM, x!, w ?? 0, b ?? 0, output, statistics, x!.size / n, n, { f64: epsilon })
    return { statistics }
  },
  backward(scope, { inputs: [x, w], gradient, inputGradients: [dx, dw, db], options, residual: { statistics } }) {
    const n = sizeOf(options.shape)
    const outer = x!.size / n
    if (dx != null) scope.emit(op.LAYER_NORM_DX, x!, w ?? 0, gradient, statistics, dx, outer, n)
    if (dw != null) scope.emit(op.LAYER_NORM_DW, x!, gradient, statistics, dw, outer, n)
    if (db != null) scope.emit(op.LINEAR_DB, gradient, db, outer, n)
  },
  samples: () => ([
    [[9], [9]], [[2, 5], [5]], [[2, 3, 4], [3, 4]], [[2, 2, 3], [3]], [[0, 3], [3]],
    ...edgeLengths.slice(1).map((n) => [[2, n], [n]] as const),
  ] as readonly (readonly [readonly number[], readonly number[]])[])
    .flatMap(([x, shape]) => [true, false].map((affine) => ({
      options: { shape, epsilon: 1e-5 }, inputs: [{ shape: x }, ...(affine ? [{ shape }, { shape }] : [])],
    }))),
})

export interface LayerNormOptions<S extends Shape = Shape> {
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number
  /** Initial weight, or false for no weight and no bias; default ones. */
  readonly weight?: Start<S> | false
  /** Initial bias; default zeros. */
  readonly bias?: Start<S>
  readonly name?: string
}

/** `X` when its last axis may be `N`, else a compile error at the layer. */
type EndsWith<X extends Shape, N extends number> =
  number extends X['length'] ? X : X extends readonly [...number[], infer Last extends number]
    ? number extends Last ? X : Last extends N ? X : [...number[], N] : [...number[], N]

/**
 * Normalises each row of the trailing axes.
 * Formula: y = (x - mean) / sqrt(variance + epsilon) w + b, over the trailing axes; the variance divides by n.
 * Gradient: with z = (x - mean) r, r = 1 / sqrt(variance + epsilon), g = dy w: dx = r (g - mean(g) - z mean(g z)); dw
 * = dy z, db = dy, summed over rows.
 * Source: Ba et al. 2016.
 * Shapes: layerNorm(n): [.., n] -> the same; layerNorm([h, w]): [.., h, w] -> the same.
 * @throws ShapeError when applied to a node with other trailing axes.
 * @example value([1, 3]).pipe(layerNorm(2, { epsilon: 0 })) // [-1, 1]
 */
export function layerNorm<const N extends number>(
  shape: N | readonly [...number[], N], options: LayerNormOptions = {},
): <S extends Shape>(x: Values<S> & Values<EndsWith<S, N>>) => Node<S> {
  const axes: readonly number[] = typeof shape === 'number' ? [shape] : shape
  checkList(axes, 'layerNorm', 'lengths')
  const label = `layerNorm(${typeof shape === 'number' ? shape : formatShape(axes)})`
  checkOptions(label, options, ['epsilon', 'weight', 'bias', 'name'])
  const { epsilon = 1e-5, weight, bias } = options
  checkNumbers(label, { epsilon }, { least: 0 })
  const parameters = weight === false ? [] : [
    parameter(initialOf(weight, axes, constant(1), label), { role: 'weight' }),
    parameter(initialOf(bias, axes, zeros(), label), { role: 'bias' }),
  ]
  return <S extends Shape>(x: Values<S> & Values<EndsWith<S, N>>): Node<S> => {
    const node = denseNode<S>(x, label)
    const how = { label, name: uniqueName(node, options.name) }
    return apply(layerNormRecord, [node, ...parameters], { shape: axes, epsilon }, how)
  }
}

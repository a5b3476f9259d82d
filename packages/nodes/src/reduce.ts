import { apply, denseNode, type Node, type Operator, type Slot } from '@eddy/graph'
import { reduction } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import { checkOptions, type Shape, sizeOf } from '@eddy/tensor'
import { axisOf, type AxisView, viewAxes } from './axis.ts'
import { checkFlags } from './check-values.ts'
import type { Values } from './layer.ts'
import { defineRule } from './record.ts'
import type { Axes, ReducedShape } from './reduce-types.ts'

export type ReductionName = keyof typeof reduction

export interface ReduceRecordOptions {
  /** Axes to reduce; null for all. */
  readonly axes: readonly number[] | null
  readonly keepDims: boolean
}

/** The reduced axes in ascending order. */
function axesOf(shape: Shape, axes: readonly number[] | null, where: string): number[] {
  if (axes === null) return shape.map((_, axis) => axis)
  return [...new Set(axes.map((axis) => axisOf(shape, axis, where)))].sort((a, b) => a - b)
}

/** One kernel call for each run of neighbouring axes, innermost first. */
function stepsOf(shape: Shape, axes: readonly number[]): AxisView[] {
  if (axes.length === 0) return [{ outer: sizeOf(shape), n: 1, inner: 1 }]
  const steps: AxisView[] = []
  let left = [...shape]
  for (let last = axes.length - 1; last >= 0;) {
    let first = last
    while (first > 0 && axes[first - 1] === axes[first]! - 1) first--
    const [from, to] = [axes[first]!, axes[last]!]
    steps.push(viewAxes(left, from, to))
    left = [...left.slice(0, from), ...left.slice(to + 1)]
    last = first - 1
  }
  return steps
}

/** What each step read and wrote, for the way back. */
interface Residual {
  readonly steps: readonly { readonly view: AxisView; readonly x: Slot; readonly y: Slot }[]
}

/** The operator of a reduction. What people are told about it stands in `reduce-records.ts`. */
export function reduceOperator(name: ReductionName): Operator<ReduceRecordOptions, never> {
  const kind = reduction[name]
  return defineRule<ReduceRecordOptions, Residual>({
    name,
    shape([x], { axes, keepDims }) {
      const gone = new Set(axesOf(x!, axes, name))
      return keepDims ? x!.map((size, axis) => (gone.has(axis) ? 1 : size)) : x!.filter((_, axis) => !gone.has(axis))
    },
    forward(scope, { inputs: [input], output, options: { axes } }) {
      const views = stepsOf(input!.shape, axesOf(input!.shape, axes, name))
      let x = input!
      const steps = views.map((view, i) => {
        const step = { view, x, y: i === views.length - 1 ? output : scope.temporary(view.outer * view.inner) }
        scope.emit(op.REDUCE, kind, step.x, step.y, view.outer, view.n, view.inner)
        x = step.y
        return step
      })
      return { steps }
    },
    backward(scope, { gradient, inputGradients: [dInput], residual: { steps } }) {
      if (dInput == null) return
      let dy = gradient
      for (let i = steps.length - 1; i >= 0; i--) {
        const { view, x, y } = steps[i]!
        const dx = i === 0 ? dInput : scope.temporary(x.size)
        scope.emit(op.REDUCE_BACKWARD, kind, x, y, dy, dx, view.outer, view.n, view.inner)
        dy = dx
      }
    },
  })
}

export interface ReduceOptions<A extends Axes | undefined = Axes | undefined, K extends boolean = boolean> {
  /** The axis, or axes, to reduce; negative ones count from the end. Default: all. */
  readonly axis?: A
  /** Keep reduced axes with length 1. Default false. */
  readonly keepDims?: K
}

function reduce<S extends Shape>(name: ReductionName, x: Values<Shape>, options: ReduceOptions): Node<S> {
  checkOptions(name, options, ['axis', 'keepDims'])
  const { axis, keepDims = false } = options
  checkFlags(name, { keepDims })
  const axes = axis === undefined ? null : typeof axis === 'number' ? [axis] : axis
  return apply(reduceOperator(name), [denseNode(x, name)], { axes, keepDims })
}

/**
 * The functions below reduce all elements, or the given axes: `sum(x)`, `x.pipe(sum)`, `sum(x, { axis: 0 })`.
 * Formulas and gradients stand in the table of `reduce-records.ts`.
 * Shapes: any -> [] by default; literal axes give literal shapes.
 * Errors: ShapeError for an axis that is not there; GraphError for what is no node, or sparse.
 */

/**
 * A smooth maximum of all elements or along axes, exact for large values.
 * Formula: y = log(sum of exp(x_i)). Gradient: dx_i = dy softmax(x)_i.
 * Shapes: any -> [], or without the given axes, or with keepDims those axes as 1.
 * @example logSumExp(value([1, 2])) // 2.3132617
 */
export function logSumExp<S extends Shape, const A extends Axes | undefined = undefined, K extends boolean = false>(
  x: Values<S>, options: ReduceOptions<A, K> = {},
): Node<ReducedShape<S, A, K>> {
  return reduce('logSumExp', x, options)
}

/**
 * The largest element of all or along axes.
 * Formula: y = max of x_i. Gradient: dy to the first largest.
 * Shapes: any -> [], or without the given axes, or with keepDims those axes as 1.
 * @example max(value([1, 5, 2])) // 5
 */
export function max<S extends Shape, const A extends Axes | undefined = undefined, K extends boolean = false>(
  x: Values<S>, options: ReduceOptions<A, K> = {},
): Node<ReducedShape<S, A, K>> {
  return reduce('max', x, options)
}

/**
 * The mean of all elements or along axes.
 * Formula: y = (sum of x_i) / n. Gradient: dx_i = dy / n.
 * Shapes: any -> [], or without the given axes, or with keepDims those axes as 1.
 * @example mean(value([[1, 2], [3, 4]]), { axis: 0 }) // [2, 3]
 */
export function mean<S extends Shape, const A extends Axes | undefined = undefined, K extends boolean = false>(
  x: Values<S>, options: ReduceOptions<A, K> = {},
): Node<ReducedShape<S, A, K>> {
  return reduce('mean', x, options)
}

/**
 * The smallest element of all or along axes.
 * Formula: y = min of x_i. Gradient: dy to the first smallest.
 * Shapes: any -> [], or without the given axes, or with keepDims those axes as 1.
 * @example min(value([4, 1, 2])) // 1
 */
export function min<S extends Shape, const A extends Axes | undefined = undefined, K extends boolean = false>(
  x: Values<S>, options: ReduceOptions<A, K> = {},
): Node<ReducedShape<S, A, K>> {
  return reduce('min', x, options)
}

/**
 * The product of all elements or along axes.
 * Formula: y = product of x_i. Gradient: dx_i = dy (product of the others).
 * Shapes: any -> [], or without the given axes, or with keepDims those axes as 1.
 * @example prod(value([2, 3, 4])) // 24
 */
export function prod<S extends Shape, const A extends Axes | undefined = undefined, K extends boolean = false>(
  x: Values<S>, options: ReduceOptions<A, K> = {},
): Node<ReducedShape<S, A, K>> {
  return reduce('prod', x, options)
}

/**
 * The sum of all elements or along axes.
 * Formula: y = sum of x_i. Gradient: dx_i = dy.
 * Shapes: any -> [], or without the given axes, or with keepDims those axes as 1.
 * @example sum(value([1, 2, 3])) // 6
 */
export function sum<S extends Shape, const A extends Axes | undefined = undefined, K extends boolean = false>(
  x: Values<S>, options: ReduceOptions<A, K> = {},
): Node<ReducedShape<S, A, K>> {
  return reduce('sum', x, options)
}

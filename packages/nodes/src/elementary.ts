import { apply, denseNode, type Node, type Operandish } from '@eddy/graph'
import * as unary from '@eddy/kernels/unary'
import type { Shape } from '@eddy/tensor'
import { operandNode, power } from './arithmetic.ts'
import type { Broadcast, Fits, ShapeOf } from './broadcast-types.ts'
import { type Elementwise, elementwiseOperator, parametersOf } from './elementwise.ts'
import type { Values } from './layer.ts'

/**
 * Functions of one node, applied to every element: `square(x)`, or in a pipe `x.pipe(square)`.
 * Formulas stand in the table of `elementwise-records.ts`. Shapes: any, unchanged.
 * Errors: GraphError when applied to what is no node, or to sparse pairs. A value outside the domain (log of -1) is
 * not finite, and the run rejects that event.
 */
function map<S extends Shape>(
  name: Elementwise, f: number, x: Values<S>, ...given: readonly number[]
): Node<S> {
  return apply(elementwiseOperator(name, f), [denseNode(x, name)], parametersOf(name, given))
}

/** @example abs(value([-2, 3])) // [2, 3] */
export function abs<S extends Shape>(x: Values<S>): Node<S> {
  return map('abs', unary.abs, x)
}

/** @example atan(value([0, 1])) // [0, 0.7853982] */
export function atan<S extends Shape>(x: Values<S>): Node<S> {
  return map('atan', unary.atan, x)
}

/** @example cos(value([0, 1])) // [1, 0.5403023] */
export function cos<S extends Shape>(x: Values<S>): Node<S> {
  return map('cos', unary.cos, x)
}

/** The error function. @example erf(value([0, 1])) // [0, 0.8427008] */
export function erf<S extends Shape>(x: Values<S>): Node<S> {
  return map('erf', unary.erf, x)
}

/** @example exp(value([0, 1])) // [1, 2.7182818] */
export function exp<S extends Shape>(x: Values<S>): Node<S> {
  return map('exp', unary.exp, x)
}

/** exp(x) - 1, exact near 0. @example expm1(value([0, 1])) // [0, 1.7182818] */
export function expm1<S extends Shape>(x: Values<S>): Node<S> {
  return map('expm1', unary.expm1, x)
}

/** The natural logarithm. @example log(value([1, 10])) // [0, 2.3025851] */
export function log<S extends Shape>(x: Values<S>): Node<S> {
  return map('log', unary.log, x)
}

/** log(1 + x), exact near 0. @example log1p(value([0, 1])) // [0, 0.6931472] */
export function log1p<S extends Shape>(x: Values<S>): Node<S> {
  return map('log1p', unary.log1p, x)
}

/** @example neg(value([1, -2])) // [-1, 2] */
export function neg<S extends Shape>(x: Values<S>): Node<S> {
  return map('neg', unary.neg, x)
}

/**
 * a to the power of b. A number as exponent is a constant: integers work for negative bases, too.
 * Shapes: broadcast like `add`.
 * @example pow(value([2, -3]), 3) // [8, -27]
 */
export function pow<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  if (typeof b !== 'number') return power(a, b)
  return map('powScalar', unary.powScalar, operandNode(a, 'pow') as Node<Broadcast<ShapeOf<A>, ShapeOf<B>>>, b)
}

/** @example reciprocal(value([2, -4])) // [0.5, -0.25] */
export function reciprocal<S extends Shape>(x: Values<S>): Node<S> {
  return map('reciprocal', unary.reciprocal, x)
}

/** 1 / sqrt(x). @example rsqrt(value([4, 0.25])) // [0.5, 2] */
export function rsqrt<S extends Shape>(x: Values<S>): Node<S> {
  return map('rsqrt', unary.rsqrt, x)
}

/** @example sin(value([0, 1])) // [0, 0.841471] */
export function sin<S extends Shape>(x: Values<S>): Node<S> {
  return map('sin', unary.sin, x)
}

/** @example sqrt(value([4, 9])) // [2, 3] */
export function sqrt<S extends Shape>(x: Values<S>): Node<S> {
  return map('sqrt', unary.sqrt, x)
}

/** @example square(value([2, -3])) // [4, 9] */
export function square<S extends Shape>(x: Values<S>): Node<S> {
  return map('square', unary.square, x)
}

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

/**
 * The magnitude of every element.
 * Formula: y = |x|. Gradient: dx = dy * (sign(x), 0 at 0).
 * Shapes: any -> the same.
 * @example abs(value([-2, 3])) // [2, 3]
 */
export function abs<S extends Shape>(x: Values<S>): Node<S> {
  return map('abs', unary.abs, x)
}

/**
 * The arc tangent of every element, in radians.
 * Formula: y = atan(x). Gradient: dx = dy * (1 / (1 + x^2)).
 * Shapes: any -> the same.
 * @example atan(value([0, 1])) // [0, 0.7853982]
 */
export function atan<S extends Shape>(x: Values<S>): Node<S> {
  return map('atan', unary.atan, x)
}

/**
 * The cosine of every element, in radians.
 * Formula: y = cos(x). Gradient: dx = dy * (-sin(x)).
 * Shapes: any -> the same.
 * @example cos(value([0, 1])) // [1, 0.5403023]
 */
export function cos<S extends Shape>(x: Values<S>): Node<S> {
  return map('cos', unary.cos, x)
}

/**
 * The error function.
 * Formula: y = erf(x). Gradient: dx = dy * (2 / sqrt(pi) exp(-x^2)).
 * Shapes: any -> the same.
 * @example erf(value([0, 1])) // [0, 0.8427008]
 */
export function erf<S extends Shape>(x: Values<S>): Node<S> {
  return map('erf', unary.erf, x)
}

/**
 * e to the power of every element.
 * Formula: y = exp(x). Gradient: dx = dy * (y).
 * Shapes: any -> the same.
 * @example exp(value([0, 1])) // [1, 2.7182818]
 */
export function exp<S extends Shape>(x: Values<S>): Node<S> {
  return map('exp', unary.exp, x)
}

/**
 * exp(x) - 1, exact near 0.
 * Formula: y = exp(x) - 1. Gradient: dx = dy * (y + 1).
 * Shapes: any -> the same.
 * @example expm1(value([0, 1])) // [0, 1.7182818]
 */
export function expm1<S extends Shape>(x: Values<S>): Node<S> {
  return map('expm1', unary.expm1, x)
}

/**
 * The natural logarithm.
 * Formula: y = log(x). Gradient: dx = dy * (1 / x).
 * Shapes: any -> the same.
 * @example log(value([1, 10])) // [0, 2.3025851]
 */
export function log<S extends Shape>(x: Values<S>): Node<S> {
  return map('log', unary.log, x)
}

/**
 * log(1 + x), exact near 0.
 * Formula: y = log(1 + x). Gradient: dx = dy * (1 / (1 + x)).
 * Shapes: any -> the same.
 * @example log1p(value([0, 1])) // [0, 0.6931472]
 */
export function log1p<S extends Shape>(x: Values<S>): Node<S> {
  return map('log1p', unary.log1p, x)
}

/**
 * Every element with the other sign.
 * Formula: y = -x. Gradient: dx = dy * (-1).
 * Shapes: any -> the same.
 * @example neg(value([1, -2])) // [-1, 2]
 */
export function neg<S extends Shape>(x: Values<S>): Node<S> {
  return map('neg', unary.neg, x)
}

/**
 * a to the power of b. A number as exponent is a constant: integers work for negative bases, too.
 * Formula: y = a^b.
 * Gradient: da = dy b a^(b - 1), db = dy y log(a); summed over the axes an operand was stretched along.
 * Shapes: broadcast like `add`.
 * @example pow(value([2, -3]), 3) // [8, -27]
 */
export function pow<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  if (typeof b !== 'number') return power(a, b)
  return map('powScalar', unary.powScalar, operandNode(a, 'pow') as Node<Broadcast<ShapeOf<A>, ShapeOf<B>>>, b)
}

/**
 * One divided by every element.
 * Formula: y = 1 / x. Gradient: dx = dy * (-y^2).
 * Shapes: any -> the same.
 * @example reciprocal(value([2, -4])) // [0.5, -0.25]
 */
export function reciprocal<S extends Shape>(x: Values<S>): Node<S> {
  return map('reciprocal', unary.reciprocal, x)
}

/**
 * 1 / sqrt(x).
 * Formula: y = 1 / sqrt(x). Gradient: dx = dy * (-y / (2 x)).
 * Shapes: any -> the same.
 * @example rsqrt(value([4, 0.25])) // [0.5, 2]
 */
export function rsqrt<S extends Shape>(x: Values<S>): Node<S> {
  return map('rsqrt', unary.rsqrt, x)
}

/**
 * The sine of every element, in radians.
 * Formula: y = sin(x). Gradient: dx = dy * (cos(x)).
 * Shapes: any -> the same.
 * @example sin(value([0, 1])) // [0, 0.841471]
 */
export function sin<S extends Shape>(x: Values<S>): Node<S> {
  return map('sin', unary.sin, x)
}

/**
 * The square root of every element.
 * Formula: y = sqrt(x). Gradient: dx = dy * (1 / (2 y)).
 * Shapes: any -> the same.
 * @example sqrt(value([4, 9])) // [2, 3]
 */
export function sqrt<S extends Shape>(x: Values<S>): Node<S> {
  return map('sqrt', unary.sqrt, x)
}

/**
 * The square of every element.
 * Formula: y = x^2. Gradient: dx = dy * (2 x).
 * Shapes: any -> the same.
 * @example square(value([2, -3])) // [4, 9]
 */
export function square<S extends Shape>(x: Values<S>): Node<S> {
  return map('square', unary.square, x)
}

import { apply, denseNode } from '@eddy/graph'
import * as unary from '@eddy/kernels/unary'
import { checkChoice, checkOptions } from '@eddy/tensor'
import { type Elementwise, elementwiseOperator, parametersOf } from './elementwise.ts'
import type { SameShapeLayer } from './layer.ts'

/** The layer for a row of the elementwise table; parameters by position, defaults from the table. */
function activation(name: Elementwise, f: number, ...given: readonly (number | undefined)[]): SameShapeLayer {
  const options = parametersOf(name, given)
  const label = `${name}(${given.filter((value) => value !== undefined).join(', ')})`
  return (x) => apply(elementwiseOperator(name, f), [denseNode(x, label)], options, { label })
}

/**
 * The layers below apply one function to every element; formulas and sources stand in
 * `elementwise-records.ts`.
 * Shapes: any, unchanged. Errors: GraphError when applied to what is no node, or to sparse pairs.
 */

/** ELU with its slope continuous at zero for every alpha. */
export function celu(alpha?: number): SameShapeLayer {
  return activation('celu', unary.celu, alpha)
}

/**
 * Limits every element to [min, max]: `hardtanh` under its other name, both limits given.
 * @example value([-3, 0.5, 3]).pipe(clamp(0, 1)) // [0, 0.5, 1]
 */
export function clamp(min: number, max: number): SameShapeLayer {
  return activation('hardtanh', unary.hardtanh, min, max)
}

/**
 * Exponential below zero, so that means move towards zero.
 * @example value([-1, 0, 2]).pipe(elu()) // [-0.6321206, 0, 2]
 */
export function elu(alpha?: number): SameShapeLayer {
  return activation('elu', unary.elu, alpha)
}

/**
 * Gaussian error linear unit. `approximate: 'tanh'` uses the tanh formula.
 * @example value([-1, 0, 1]).pipe(gelu()) // [-0.1586553, 0, 0.8413447]
 */
export function gelu(options: { readonly approximate?: 'none' | 'tanh' } = {}): SameShapeLayer {
  checkOptions('gelu', options, ['approximate'])
  checkChoice('gelu', 'approximate', options.approximate ?? 'none', ['none', 'tanh'])
  return options.approximate === 'tanh' ? activation('geluTanh', unary.geluTanh) : activation('gelu', unary.gelu)
}

/** Zero where |x| <= lambda, else unchanged. */
export function hardshrink(lambda?: number): SameShapeLayer {
  return activation('hardshrink', unary.hardshrink, lambda)
}

/** A sigmoid of three straight pieces. */
export function hardsigmoid(): SameShapeLayer {
  return activation('hardsigmoid', unary.hardsigmoid)
}

/** x times hardsigmoid(x). */
export function hardswish(): SameShapeLayer {
  return activation('hardswish', unary.hardswish)
}

/**
 * Limits every element to [min, max]. Its gradient is zero outside.
 * @example value([-3, 0.5, 3]).pipe(hardtanh()) // [-1, 0.5, 1]
 */
export function hardtanh(min?: number, max?: number): SameShapeLayer {
  return activation('hardtanh', unary.hardtanh, min, max)
}

/**
 * ReLU that keeps a small slope below zero, so that no unit dies.
 * @example value([-2, 3]).pipe(leakyRelu(0.1)) // [-0.2, 3]
 */
export function leakyRelu(slope?: number): SameShapeLayer {
  return activation('leakyRelu', unary.leakyRelu, slope)
}

/** The logarithm of the sigmoid, exact where the sigmoid itself would round to 0. */
export function logSigmoid(): SameShapeLayer {
  return activation('logSigmoid', unary.logSigmoid)
}

/** x tanh(softplus(x)). */
export function mish(): SameShapeLayer {
  return activation('mish', unary.mish)
}

/**
 * Rectified linear unit. Its gradient at 0 is 0.
 * @example value([-1, 0, 2]).pipe(relu()) // [0, 0, 2]
 */
export function relu(): SameShapeLayer {
  return activation('relu', unary.relu)
}

/** ReLU with a ceiling of 6. */
export function relu6(): SameShapeLayer {
  return activation('relu6', unary.relu6)
}

/** Self-normalising exponential unit. */
export function selu(): SameShapeLayer {
  return activation('selu', unary.selu)
}

/**
 * The logistic function.
 * @example value([0, 1]).pipe(sigmoid()) // [0.5, 0.7310586]
 */
export function sigmoid(): SameShapeLayer {
  return activation('sigmoid', unary.sigmoid)
}

/** x sigmoid(x), also called swish. */
export function silu(): SameShapeLayer {
  return activation('silu', unary.silu)
}

/**
 * A smooth ReLU.
 * @example value([0, 1]).pipe(softplus()) // [0.6931472, 1.3132617]
 */
export function softplus(beta?: number, threshold?: number): SameShapeLayer {
  return activation('softplus', unary.softplus, beta, threshold)
}

/** Moves every element towards zero by lambda. */
export function softshrink(lambda?: number): SameShapeLayer {
  return activation('softshrink', unary.softshrink, lambda)
}

/** x / (1 + |x|): like tanh, with slower saturation. */
export function softsign(): SameShapeLayer {
  return activation('softsign', unary.softsign)
}

/**
 * Hyperbolic tangent.
 * @example value([0, 1]).pipe(tanh()) // [0, 0.7615942]
 */
export function tanh(): SameShapeLayer {
  return activation('tanh', unary.tanh)
}

/** x - tanh(x). */
export function tanhshrink(): SameShapeLayer {
  return activation('tanhshrink', unary.tanhshrink)
}

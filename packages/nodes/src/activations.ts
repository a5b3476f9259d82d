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

/**
 * ELU with its slope continuous at zero for every alpha.
 * Formula: y = max(x, 0) + min(0, alpha (exp(x / alpha) - 1)).
 * Gradient: dx = dy * (1 where x > 0, else exp(x / alpha)).
 * Shapes: any -> the same.
 * Source: Barron 2017.
 */
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
 * Formula: y = x where x > 0, else alpha (exp(x) - 1). Gradient: dx = dy * (1 where x > 0, else alpha exp(x)).
 * Shapes: any -> the same.
 * Source: Clevert et al. 2016.
 * @example value([-1, 0, 2]).pipe(elu()) // [-0.6321206, 0, 2]
 */
export function elu(alpha?: number): SameShapeLayer {
  return activation('elu', unary.elu, alpha)
}

/**
 * Gaussian error linear unit. `approximate: 'tanh'` uses the tanh formula.
 * Formula: y = x Phi(x), Phi the normal distribution function. Gradient: dx = dy * (Phi(x) + x phi(x)).
 * Shapes: any -> the same.
 * Source: Hendrycks and Gimpel 2016.
 * @example value([-1, 0, 1]).pipe(gelu()) // [-0.1586553, 0, 0.8413447]
 */
export function gelu(options: { readonly approximate?: 'none' | 'tanh' } = {}): SameShapeLayer {
  checkOptions('gelu', options, ['approximate'])
  checkChoice('gelu', 'approximate', options.approximate ?? 'none', ['none', 'tanh'])
  return options.approximate === 'tanh' ? activation('geluTanh', unary.geluTanh) : activation('gelu', unary.gelu)
}

/**
 * Zero where |x| <= lambda, else unchanged.
 * Formula: y = x where |x| > lambda, else 0. Gradient: dx = dy * (1 where |x| > lambda, else 0).
 * Shapes: any -> the same.
 */
export function hardshrink(lambda?: number): SameShapeLayer {
  return activation('hardshrink', unary.hardshrink, lambda)
}

/**
 * A sigmoid of three straight pieces.
 * Formula: y = min(max(x / 6 + 1/2, 0), 1). Gradient: dx = dy * (1/6 where -3 < x < 3, else 0).
 * Shapes: any -> the same.
 */
export function hardsigmoid(): SameShapeLayer {
  return activation('hardsigmoid', unary.hardsigmoid)
}

/**
 * x times hardsigmoid(x).
 * Formula: y = x hardsigmoid(x). Gradient: dx = dy * (0, x / 3 + 1/2 or 1).
 * Shapes: any -> the same.
 * Source: Howard et al. 2019.
 */
export function hardswish(): SameShapeLayer {
  return activation('hardswish', unary.hardswish)
}

/**
 * Limits every element to [min, max]. Its gradient is zero outside.
 * Formula: y = min(max(x, min), max). Gradient: dx = dy * (1 where min < x < max, else 0).
 * Shapes: any -> the same.
 * @example value([-3, 0.5, 3]).pipe(hardtanh()) // [-1, 0.5, 1]
 */
export function hardtanh(min?: number, max?: number): SameShapeLayer {
  return activation('hardtanh', unary.hardtanh, min, max)
}

/**
 * ReLU that keeps a small slope below zero, so that no unit dies.
 * Formula: y = x where x > 0, else slope x. Gradient: dx = dy * (1 where x > 0, else slope).
 * Shapes: any -> the same.
 * @example value([-2, 3]).pipe(leakyRelu(0.1)) // [-0.2, 3]
 */
export function leakyRelu(slope?: number): SameShapeLayer {
  return activation('leakyRelu', unary.leakyRelu, slope)
}

/**
 * The logarithm of the sigmoid, exact where the sigmoid itself would round to 0.
 * Formula: y = log(sigmoid(x)) = -softplus(-x). Gradient: dx = dy * (sigmoid(-x)).
 * Shapes: any -> the same.
 */
export function logSigmoid(): SameShapeLayer {
  return activation('logSigmoid', unary.logSigmoid)
}

/**
 * x tanh(softplus(x)).
 * Formula: y = x tanh(softplus(x)).
 * Shapes: any -> the same.
 * Source: Misra 2019.
 */
export function mish(): SameShapeLayer {
  return activation('mish', unary.mish)
}

/**
 * Rectified linear unit. Its gradient at 0 is 0.
 * Formula: y = max(x, 0). Gradient: dx = dy * (1 where x > 0, else 0).
 * Shapes: any -> the same.
 * @example value([-1, 0, 2]).pipe(relu()) // [0, 0, 2]
 */
export function relu(): SameShapeLayer {
  return activation('relu', unary.relu)
}

/**
 * ReLU with a ceiling of 6.
 * Formula: y = min(max(x, 0), 6). Gradient: dx = dy * (1 where 0 < x < 6, else 0).
 * Shapes: any -> the same.
 */
export function relu6(): SameShapeLayer {
  return activation('relu6', unary.relu6)
}

/**
 * Self-normalising exponential unit.
 * Formula: y = 1.0507... (x where x > 0, else 1.6732... (exp(x) - 1)).
 * Gradient: dx = dy * (1.0507... (1 where x > 0, else 1.6732... exp(x))).
 * Shapes: any -> the same.
 * Source: Klambauer et al. 2017.
 */
export function selu(): SameShapeLayer {
  return activation('selu', unary.selu)
}

/**
 * The logistic function.
 * Formula: y = 1 / (1 + exp(-x)). Gradient: dx = dy * (y (1 - y)).
 * Shapes: any -> the same.
 * @example value([0, 1]).pipe(sigmoid()) // [0.5, 0.7310586]
 */
export function sigmoid(): SameShapeLayer {
  return activation('sigmoid', unary.sigmoid)
}

/**
 * x sigmoid(x), also called swish.
 * Formula: y = x sigmoid(x). Gradient: dx = dy * (sigmoid(x) (1 + x (1 - sigmoid(x)))).
 * Shapes: any -> the same.
 * Source: Elfwing et al. 2017.
 */
export function silu(): SameShapeLayer {
  return activation('silu', unary.silu)
}

/**
 * A smooth ReLU.
 * Formula: y = log(1 + exp(beta x)) / beta; x where beta x > threshold. Gradient: dx = dy * (sigmoid(beta x)).
 * Shapes: any -> the same.
 * @example value([0, 1]).pipe(softplus()) // [0.6931472, 1.3132617]
 */
export function softplus(beta?: number, threshold?: number): SameShapeLayer {
  return activation('softplus', unary.softplus, beta, threshold)
}

/**
 * Moves every element towards zero by lambda.
 * Formula: y = x - lambda where x > lambda, x + lambda where x < -lambda, else 0.
 * Gradient: dx = dy * (1 where |x| > lambda, else 0).
 * Shapes: any -> the same.
 */
export function softshrink(lambda?: number): SameShapeLayer {
  return activation('softshrink', unary.softshrink, lambda)
}

/**
 * x / (1 + |x|): like tanh, with slower saturation.
 * Formula: y = x / (1 + |x|). Gradient: dx = dy * (1 / (1 + |x|)^2).
 * Shapes: any -> the same.
 */
export function softsign(): SameShapeLayer {
  return activation('softsign', unary.softsign)
}

/**
 * Hyperbolic tangent.
 * Formula: y = (exp(2x) - 1) / (exp(2x) + 1). Gradient: dx = dy * (1 - y^2).
 * Shapes: any -> the same.
 * @example value([0, 1]).pipe(tanh()) // [0, 0.7615942]
 */
export function tanh(): SameShapeLayer {
  return activation('tanh', unary.tanh)
}

/**
 * x - tanh(x).
 * Formula: y = x - tanh(x). Gradient: dx = dy * (tanh(x)^2).
 * Shapes: any -> the same.
 */
export function tanhshrink(): SameShapeLayer {
  return activation('tanhshrink', unary.tanhshrink)
}

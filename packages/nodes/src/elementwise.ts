import type { Operator } from '@eddy/graph'
import type { unary } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import { defineRule } from './record.ts'

/** The names of the elementwise functions of one argument. */
export type Elementwise = keyof typeof unary

/** The parameters p and q of an elementwise function; 0 where it has none. */
export interface ElementwiseOptions {
  readonly p: number
  readonly q: number
}

/** Defaults of p and q, under the names that the documentation uses. */
export const parameters: Readonly<Partial<Record<Elementwise, Readonly<Record<string, number>>>>> = {
  leakyRelu: { slope: 0.01 },
  elu: { alpha: 1 },
  celu: { alpha: 1 },
  softplus: { beta: 1, threshold: 20 },
  hardtanh: { min: -1, max: 1 },
  softshrink: { lambda: 0.5 },
  hardshrink: { lambda: 0.5 },
  powScalar: { exponent: 2 },
}

/** Parameters given by position, the table's defaults for the rest. */
export function parametersOf(name: Elementwise, given: readonly (number | undefined)[] = []): ElementwiseOptions {
  const defaults = Object.values(parameters[name] ?? {})
  return { p: given[0] ?? defaults[0] ?? 0, q: given[1] ?? defaults[1] ?? 0 }
}

/** The operator of a function and its number. What people are told about it stands in `elementwise-records.ts`. */
export function elementwiseOperator(name: Elementwise, f: number): Operator<ElementwiseOptions, never> {
  return defineRule<ElementwiseOptions>({
    name,
    shape: ([x]) => x!,
    forward(scope, { inputs: [x], output, options: { p, q } }) {
      scope.emit(op.UNARY, f, x!, output, output.size, { f64: p }, { f64: q })
    },
    backward(scope, { inputs: [x], output, gradient, inputGradients: [dx], options: { p, q } }) {
      if (dx != null) scope.emit(op.UNARY_BACKWARD, f, x!, output, gradient, dx, output.size, { f64: p }, { f64: q })
    },
  })
}

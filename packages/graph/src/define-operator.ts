import { assertShape, type Shape, ShapeError, type Tensor } from '@eddy/tensor'
import type { Observable } from 'rxjs'
import { denseNode } from './dense-node.ts'
import { GraphError } from './errors.ts'
import { type AnyNode, apply, type Node } from './node.ts'
import type { Operator } from './operator.ts'

/** A Float32Array or a Float64Array, as far as both agree. */
export interface Numbers extends Iterable<number> {
  readonly length: number
  [index: number]: number
  fill(value: number, start?: number, end?: number): Numbers
  forEach(visit: (value: number, index: number) => void): void
  reduce(combine: (sum: number, value: number, index: number) => number, initial: number): number
  set(values: ArrayLike<number>, offset?: number): void
}

/** Two pure functions over flat arrays. They must not keep the arrays, nor read clocks or random numbers. */
export interface OperatorDefinition {
  readonly name: string
  /** Writes the output from the inputs: y[i] = ... */
  readonly forward: (inputs: readonly Numbers[], y: Numbers) => void
  /** Writes dL/d(input k) into dx[k], given dL/dy; dx[k] is null where nobody needs it. */
  readonly backward: (dy: Numbers, inputs: readonly Numbers[], y: Numbers, dx: readonly (Numbers | null)[]) => void
  /** The output shape; default: the shape of the first input. */
  readonly shape?: (inputs: readonly Shape[]) => Shape
}

/**
 * A layer of your own from two pure functions. It is one instruction of the tape that calls back into JavaScript, so it
 * fuses like the built-in ones. A throw, or a result that is not finite, rejects the event and nothing else.
 * Dtype: the arrays are Float32Array or Float64Array as the run's dtype says.
 * @throws GraphError when a function is missing; applied to sparse pairs, when it is applied, as ValueError for a shape
 * that is none.
 *
 * @example
 * const sigmoid = (v: number) => 1 / (1 + Math.exp(-v))
 * const swish = defineOperator({
 *   name: 'swish',
 *   forward: ([x], y) => x.forEach((v, i) => { y[i] = v * sigmoid(v) }),
 *   backward: (dy, [x], y, [dx]) => dx?.forEach((_, i) => { dx[i] = dy[i] * (y[i] + sigmoid(x[i]) * (1 - y[i])) }),
 * })
 * const hidden = x.pipe(linear(2, 8), swish())
 */
export function defineOperator(
  definition: OperatorDefinition,
): () => <S extends Shape>(x: Observable<Tensor<S>>) => Node<S> {
  const operator = operatorOf(definition)
  return () => <S extends Shape>(x: Observable<Tensor<S>>) => (
    apply<S>(operator, [denseNode(x, definition.name) as AnyNode], undefined)
  )
}

/** Like `defineOperator`, for a function of several nodes. */
export function defineFunction<S extends Shape = Shape>(
  definition: OperatorDefinition,
): (...inputs: readonly AnyNode[]) => Node<S> {
  const operator = operatorOf(definition)
  const { name } = definition
  return (...inputs) => apply<S>(operator, inputs.map((input) => denseNode(input, name)), undefined)
}

function operatorOf(definition: OperatorDefinition): Operator<never, never> {
  const { name, forward, backward, shape } = definition ?? {}
  if (typeof name !== 'string' || typeof forward !== 'function' || typeof backward !== 'function') {
    throw new GraphError(
      'needs a name and two functions, forward and backward', 'defineOperator',
      'See its example; the backward function writes dx = dy * dy/dx',
    )
  }
  const operator: Operator<undefined, void> = {
    name,
    shape: (inputs) => {
      const own = shape?.(inputs) ?? firstShape(name, inputs)
      assertShape(own, name)
      return own
    },
    forward: (scope, { inputs, output }) => {
      scope.call(() => forward(inputs.map(scope.view), scope.view(output)))
    },
    backward: (scope, { inputs, output, gradient, inputGradients }) => {
      scope.call(() => backward(
        scope.view(gradient), inputs.map(scope.view), scope.view(output),
        inputGradients.map((slot) => (slot === null ? null : scope.view(slot))),
      ))
    },
  }
  return operator as unknown as Operator<never, never>
}

function firstShape(name: string, inputs: readonly Shape[]): Shape {
  if (inputs.length > 0) return inputs[0]!
  throw new ShapeError({
    what: 'there is no input', where: name, got: [], wanted: 'at least one node',
    hint: `Apply it to a node: x.pipe(${name}())`,
  })
}

import { assertShape, scalar, type Shape, type Tensor } from '@eddy/tensor'
import { type AnyNode, Node } from './node.ts'

/** A leaf that is no parameter: the same value in every frame. */
export class Constant<S extends Shape = Shape> extends Node<S> {
  readonly value: Tensor<S>
  constructor(value: Tensor<S>) {
    assertShape(value?.shape, 'constant')
    super({ role: 'constant', shape: value.shape, label: 'constant' })
    this.value = value
  }
}

/** What the arithmetic operators accept: a node, a number or a tensor. */
export type Operandish<S extends Shape = Shape> = Node<S> | Tensor<S> | number

/** A constant node. */
export function constant<S extends Shape>(value: Tensor<S>): Constant<S> {
  return new Constant(value)
}

/** The operand itself when it is a node, else a constant node. */
export function toNode(operand: Operandish): AnyNode {
  if (operand instanceof Node) return operand
  return constant(typeof operand === 'number' ? scalar(operand, 'f64') : operand)
}

import { apply, denseNode, type Layer, type Leaf, parameter, type Slot } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { checkOptions, linearBias, linearWeight, ShapeError, sizeOf } from '@eddy/tensor'
import { initialOf, type Start, uniqueName } from './layer.ts'
import { defineRule } from './record.ts'

/** The operator of a linear layer. What people are told about it stands in `linear-record.ts`. */
export const linearOperator = /* @__PURE__ */ defineRule<null, Slot | null>({
  name: 'linear',
  shape([x, w]) {
    const [outputs, inputs] = w as readonly [number, number]
    if (x!.at(-1) === inputs) return [...x!.slice(0, -1), outputs]
    throw new ShapeError({
      what: 'the number of inputs differs', where: 'linear', got: x!, wanted: `[.., ${inputs}]`,
      hint: x!.length === 0 ? 'Give it a vector.' : `Write linear(${x!.at(-1)}, ${outputs}) to take what comes in.`,
    })
  },
  forward(scope, { inputs: [x, w, b], output }) {
    const [outputs, inputs] = w!.shape as readonly [number, number]
    if (w!.byColumn !== true) {
      scope.emit(op.LINEAR, x!, w!, b ?? 0, output, rowsOf(x!), inputs, outputs)
      return null
    }
    const lists = scope.temporary(inputs + 12)
    const sums = scope.temporary(4 * (outputs + 4))
    scope.emit(op.LINEAR_COLUMNS, x!, w!, b ?? 0, output, inputs, outputs, lists, sums)
    return lists
  },
  backward(scope, { inputs: [x, w], gradient, inputGradients: [dx, dw, db] }) {
    const [outputs, inputs] = w!.shape as readonly [number, number]
    const rows = rowsOf(x!)
    if (dx != null && w!.byColumn === true) scope.emit(op.LINEAR_COLUMNS_DX, gradient, w!, dx, inputs, outputs)
    else if (dx != null) scope.emit(op.LINEAR_DX, gradient, w!, dx, rows, inputs, outputs)
    if (dw != null) scope.emit(op.LINEAR_DW, gradient, x!, dw, rows, inputs, outputs)
    if (db != null) scope.emit(op.LINEAR_DB, gradient, db, rows, outputs)
  },
  structured({ inputs: [x], gradient, residual: lists }, port) {
    if (rowsOf(x!) !== 1) return null
    if (port === 1) return { kind: 'outer', rows: gradient, columns: x!, ...(lists && { lists }) }
    return port === 2 ? { kind: 'same', gradient } : null
  },
  columns: ([x, w], port) => port === 1 && sizeOf(x!) === w![1] && w![0]! >= 8 && w![1]! >= 8,
})

/** Also where a row has no elements. */
function rowsOf({ shape }: Slot): number {
  return sizeOf(shape.slice(0, -1))
}

export interface LinearOptions<I extends number = number, O extends number = number> {
  /** Initial weight [out, in]: a tensor or an initializer; default U(-1/sqrt(in), 1/sqrt(in)). */
  readonly weight?: Start<[O, I]>
  /** Initial bias [out], or false for none; default like the weight. */
  readonly bias?: Start<[O]> | boolean
  /** Name of the node, and first part of its parameters' names: `name.weight`, `name.bias`. */
  readonly name?: string
}

/**
 * A fully connected layer. Its parameters are made here, so applying one layer twice shares them. For one row the
 * weight's gradient stays an outer product and is never written out.
 * Formula: y_i = sum over j of w_ij x_j + b_i.
 * Gradient: dx_j = sum over i of dy_i w_ij; dw_ij = dy_i x_j, summed over leading axes; db_i = dy_i, likewise.
 * Shapes: [in] -> [out]; at run time also [.., in] -> [.., out].
 * Source: initial values as PyTorch's `nn.Linear`.
 * @throws ShapeError when applied to a node whose last axis is not `inputs`, or an initial tensor does not fit;
 * ValueError for unknown options, as every function here that takes some.
 * @example value([1, 2]).pipe(linear(2, 1, { weight: tensor([[3, 4]]), bias: tensor([0.5]) })) // [11.5]
 */
export function linear<const I extends number, const O extends number>(
  inputs: I, outputs: O, options: LinearOptions<NoInfer<I>, NoInfer<O>> = {},
): Layer<[I], [O]> {
  const label = `linear(${inputs}, ${outputs})`
  checkOptions(label, options, ['weight', 'bias', 'name'])
  const weight = parameter(initialOf(options.weight, [outputs, inputs], linearWeight(), label), { role: 'weight' })
  const bias = biasParameter(options.bias, outputs, inputs, label)
  return (x) => {
    const node = denseNode(x, label)
    const ports = bias === null ? [node, weight] : [node, weight, bias]
    return apply(linearOperator, ports, null, { label, name: uniqueName(node, options.name) })
  }
}

/** The bias of a layer with so many inputs, or null when it was declined. */
export function biasParameter<O extends number>(
  given: Start<[O]> | boolean | undefined, outputs: O, inputs: number, label: string,
): Leaf<[O]> | null {
  if (given === false) return null
  const start = given === true ? undefined : given
  return parameter(initialOf(start, [outputs], linearBias(inputs), label), { role: 'bias' })
}

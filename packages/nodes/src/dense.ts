import { type AnyNode, apply, asNode, type Leaf, type Node, parameter } from '@eddy/graph'
import { assertShape, checkOptions, type Initializer, linearWeight, type Shape, ShapeError, zeros } from '@eddy/tensor'
import { atFirstUse, checkInitializer, initialOf, type Start, uniqueName, type Values } from './layer.ts'
import { biasParameter, linearOperator } from './linear.ts'
import { sparseLinearRecord } from './sparse-linear.ts'

export interface DenseOptions<O extends number = number> {
  /** How the weight starts; default U(-b, b) with b = 1 / sqrt(inputs), for pairs b = 1/4. */
  readonly weight?: Initializer
  /** Initial bias [out], or false for none. */
  readonly bias?: Start<[O]> | boolean
  /** Name of the node, and first part of its parameters' names; default `dense`. */
  readonly name?: string
}

/** The shape with its last axis replaced. */
export type WithLast<S extends Shape, O extends number> =
  number extends S['length'] ? Shape
    : S extends readonly [...infer Front extends number[], number] ? [...Front, O] : never

/**
 * Non-zeros of a usual event. Initial weights of a table must depend neither on its length, which grows, nor on what
 * has been seen, or a resumed run would draw new rows differently.
 */
const usualPairs = 16

function parametersFor(
  node: AnyNode, outputs: number, options: DenseOptions, label: string,
): readonly [weight: Leaf, bias: Leaf | null] {
  const inputs = node.shape.at(-1)
  if (inputs === undefined) {
    throw new ShapeError({
      what: 'a scalar has no axis to connect', where: label, got: node.shape, wanted: '[.., in]',
      hint: 'Put reshape([1]) before it.',
    })
  }
  const fanIn = node.pairs > 0 ? usualPairs : inputs
  const initializer = options.weight ?? linearWeight({ fanIn })
  const weight = node.pairs > 0
    ? parameter({ shape: [inputs, outputs], initializer }, { role: 'weight', growing: () => node.shape[0]! })
    : parameter({ shape: [outputs, inputs], initializer }, { role: 'weight' })
  return [weight, biasParameter(options.bias, outputs, fanIn, label)]
}

/**
 * A fully connected layer that takes its input axis from the node: `linear` for dense values, `sparseLinear` for pairs.
 * On a named axis the table grows with it: a new name adds a row with its own initial weights and changes no bit of
 * the others. Applying one layer twice shares its parameters.
 * Shapes: [.., in] -> [.., out]; pairs of [in] -> [out].
 * @throws ValueError for outputs that are no number of them; ShapeError for a scalar, or when applied again to another
 * input axis.
 * @example value([1, 2]).pipe(dense(2, { weight: zeros(), bias: tensor([0.5, 1]) })) // [0.5, 1]
 */
export function dense<const O extends number>(
  outputs: O, options: DenseOptions<NoInfer<O>> = {},
): <S extends Shape>(x: Values<S>) => Node<WithLast<S, O>> {
  const label = `dense(${outputs})`
  checkOptions(label, options, ['weight', 'bias', 'name'])
  assertShape([outputs], label)
  checkInitializer(options.weight, label)
  if (typeof options.bias !== 'boolean') initialOf(options.bias, [outputs], zeros(), label)
  const parametersOf = atFirstUse(label, (shape) => shape.slice(-1), (node) =>
    parametersFor(node, outputs, options as DenseOptions, label))
  return (x) => {
    const node = asNode(x, label)
    const [weight, bias] = parametersOf(node)
    const ports = bias === null ? [node, weight] : [node, weight, bias]
    const how = { label, name: uniqueName(node, options.name ?? 'dense') }
    return node.pairs > 0
      ? apply(sparseLinearRecord, ports, { growing: true }, how)
      : apply(linearOperator, ports, null, how)
  }
}

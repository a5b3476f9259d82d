import { apply, denseNode, type Layer, parameter } from '@eddy/graph'
import { checkOptions, zeros } from '@eddy/tensor'
import { arithmeticOperator } from './arithmetic.ts'
import { initialOf, type Start, uniqueName } from './layer.ts'

export interface BiasOptions<N extends number = number> {
  /** What it starts from: a tensor or an initializer; default zeros. */
  readonly bias?: Start<[N]>
  readonly name?: string
}

/**
 * Adds a learned vector.
 * Formula: y = x + b. Backward: dx = dy, db = dy summed over leading axes.
 * Shapes: [size] -> [size]; at run time also [.., size].
 * @throws ShapeError when applied to a node whose last axis is another.
 * @example value([1, 2]).pipe(bias(2, { bias: tensor([10, 20]) })) // [11, 22]
 */
export function bias<const N extends number>(size: N, options: BiasOptions<NoInfer<N>> = {}): Layer<[N], [N]> {
  checkOptions('bias', options, ['bias', 'name'])
  const label = `bias(${size})`
  const b = parameter(initialOf(options.bias, [size], zeros(), label), { role: 'bias' })
  return (x) => {
    const node = denseNode(x, label)
    return apply(arithmeticOperator('add'), [node, b], null, { label, name: uniqueName(node, options.name ?? 'bias') })
  }
}

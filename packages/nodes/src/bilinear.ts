import { apply, denseNode, type Node, parameter } from '@eddy/graph'
import { checkOptions, linearWeight, type Shape, ShapeError, sizeOf } from '@eddy/tensor'
import { add } from './arithmetic.ts'
import { compositeRecord } from './composite.ts'
import { initialOf, type Start, uniqueName, type Values } from './layer.ts'
import { biasParameter } from './linear.ts'
import { matmul } from './matmul.ts'
import { permute } from './rearrangements.ts'
import { reshape } from './reshape.ts'

export const bilinearRecord = /* @__PURE__ */ compositeRecord<null>({
  name: 'bilinear',
  docs: {
    summary: 'A weighted sum of the products of all pairs of elements of two inputs, plus a bias.',
    formula: 'y_o = sum over i, j of a_i w_oij b_j + bias_o', gradient: 'of the formula',
    shapes: 'a [.., n], b [.., m], w [out, n, m], bias [out] (optional) -> [.., out]',
  },
  build([a, b, w, bias]) {
    const [outputs, n, m] = w!.shape as unknown as [number, number, number]
    const lead = a!.shape.slice(0, -1)
    const fits = a!.shape.at(-1) === n && b!.shape.at(-1) === m && lead.join() === b!.shape.slice(0, -1).join()
    if (!fits || a!.shape.length === 0) {
      throw new ShapeError({
        what: 'the inputs do not fit', where: 'bilinear', got: b!.shape, wanted: `[.., ${n}] and [.., ${m}]`,
        hint: 'Both inputs have the same leading axes.',
      })
    }
    const rows = sizeOf(lead)
    const weights = reshape([n, outputs * m])(permute([1, 0, 2])(w!))
    const half = reshape([rows, outputs, m])(matmul(reshape([rows, n])(a!), weights))
    const y = reshape([...lead, outputs])(matmul(half, reshape([rows, m, 1])(b!)))
    return bias === undefined ? y : add(y, bias)
  },
  samples: () => ([[[1], [1], 1], [[3], [2], 2], [[2, 3], [2, 4], 2], [[0, 2], [0, 3], 1]] as const)
    .flatMap(([a, b, outputs]) => [true, false].map((bias) => ({
      options: null,
      inputs: [
        { shape: a }, { shape: b }, { shape: [outputs, a.at(-1)!, b.at(-1)!] }, ...(bias ? [{ shape: [outputs] }] : []),
      ],
    }))),
})

export interface BilinearOptions {
  /** Initial weight [out, n, m]; default U(-1/sqrt(n), 1/sqrt(n)). */
  readonly weight?: Start<Shape>
  /** Initial bias [out], or false for none; default like the weight. */
  readonly bias?: Start<[number]> | boolean
  readonly name?: string
}

/**
 * A layer of two inputs: weighted products of all pairs.
 * Formula: y_o = sum over i, j of a_i w_oij b_j + bias_o.
 * Shapes: [.., n], [.., m] -> [.., out]. Source: initial values as PyTorch's `nn.Bilinear`.
 * @throws ShapeError when applied to other inputs.
 * @example bilinear(1, 1, 1, { weight: tensor([[[2]]]), bias: false })(value([3]), value([4])) // [24]
 */
export function bilinear(
  n: number, m: number, outputs: number, options: BilinearOptions = {},
): (a: Values<Shape>, b: Values<Shape>) => Node<Shape> {
  checkOptions('bilinear', options, ['weight', 'bias', 'name'])
  const label = `bilinear(${n}, ${m}, ${outputs})`
  const shape: Shape = [outputs, n, m]
  const weight = parameter(initialOf(options.weight, shape, linearWeight({ fanIn: n }), label), { role: 'weight' })
  const bias = biasParameter(options.bias, outputs, n, label)
  return (a, b) => {
    const inputs = [denseNode(a, label), denseNode(b, label)] as const
    const ports = [...inputs, weight, ...(bias === null ? [] : [bias])]
    return apply(bilinearRecord, ports, null, { label, name: uniqueName(inputs[0], options.name) })
  }
}

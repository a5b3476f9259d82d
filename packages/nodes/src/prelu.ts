import { apply, denseNode, type Node, parameter } from '@eddy/graph'
import { checkOptions, constant, type Shape, ShapeError } from '@eddy/tensor'
import { mul, sub } from './arithmetic.ts'
import { relu } from './activations.ts'
import { compositeRecord } from './composite.ts'
import { neg } from './elementary.ts'
import { initialOf, type SameShapeLayer, type Start, uniqueName } from './layer.ts'
import { reshape } from './reshape.ts'

export const preluRecord = /* @__PURE__ */ compositeRecord<null>({
  name: 'prelu',
  docs: {
    summary: 'ReLU with a learned slope below zero, one for all elements or one for each channel.',
    formula: 'y = max(x, 0) - w max(-x, 0)',
    gradient: 'dx = dy where x > 0, else w dy; dw = the sum of x dy where x < 0',
    shapes: 'x [n, c, ..] or [c], w [c] or [1] -> the same as x', source: 'He et al. 2015',
  },
  build([x, w]) {
    const { shape } = x!
    const axis = shape.length < 2 ? 0 : 1
    const slopes = w!.shape[0]!
    if (slopes !== 1 && slopes !== shape[axis]) {
      throw new ShapeError({
        what: 'there must be one slope for each channel', where: 'prelu', got: shape,
        wanted: `${slopes} at axis ${axis}`,
        hint: 'Use prelu() for one slope for all.',
      })
    }
    const perChannel = reshape([slopes, ...shape.slice(axis + 1).map(() => 1)])(w!)
    return sub(relu()(x!), mul(slopes === 1 ? reshape([])(w!) : perChannel, relu()(neg(x!) as Node<Shape>)))
  },
  samples: () => ([[[], 1], [[1], 1], [[5], 5], [[19], 1], [[2, 3], 3], [[2, 3, 4], 3], [[0, 2], 2]] as const)
    .map(([shape, slopes]) => ({ options: null, inputs: [{ shape, away: [0] }, { shape: [slopes] }] })),
})

export interface PreluOptions {
  /** Initial slopes [channels]; default 0.25. */
  readonly weight?: Start<[number]>
  readonly name?: string
}

/**
 * ReLU with learned slopes below zero, by default one for all.
 * Formula: y = max(x, 0) - w max(-x, 0). Gradient: dx = dy where x > 0, else w dy; dw = the sum of x dy where x < 0.
 * Shapes: x [n, c, ..] or [c], w [c] or [1] -> the same as x.
 * Source: He et al. 2015.
 * @throws ShapeError when applied to other channels.
 * @example value([-2, 3]).pipe(prelu()) // [-0.5, 3]
 */
export function prelu(channels = 1, options: PreluOptions = {}): SameShapeLayer {
  const label = `prelu(${channels})`
  checkOptions(label, options, ['weight', 'name'])
  const weight = parameter(initialOf(options.weight, [channels], constant(0.25), label), { role: 'weight' })
  return (x) => {
    const node = denseNode(x, label)
    return apply(preluRecord, [node, weight], null, { label, name: uniqueName(node, options.name) })
  }
}

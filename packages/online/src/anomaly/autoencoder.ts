import { type AnyNode, asNode, type Node } from '@eddy/graph'
import { dense, div, maximum, mul, reshape, square, squaredError, sub, sum, tanh, type Values } from '@eddy/nodes'
import { checkNumber } from '@eddy/optim'
import { type Shape, ShapeError, zeros } from '@eddy/tensor'
import { judgedSlots, slotPresence, slotValues } from './slot-values.ts'

export interface AutoencoderOptions {
  /**
   * Widths of the layers down to the bottleneck, the last one; the way back up mirrors them. Default 4. Fewer than
   * there are independent quantities, or it learns to copy.
   */
  readonly hidden?: number | readonly number[]
  /** Of pairs along an axis that grows: how many slots there will be at most. Not for dense values. */
  readonly width?: number
}

/** The nodes of an autoencoder, to be tapped, or to be learned from with `minimize`. */
export interface Autoencoder {
  /** The bottleneck. */
  readonly code: Node<[number]>
  /** What the code says the values were. */
  readonly decoded: Node<[number]>
  /** Mean square of what was lost. */
  readonly error: Node<[]>
}

/**
 * Squeezes values through a bottleneck and back: what it cannot reproduce is unlike what it has learned from.
 * Formula: code = tanh(.. tanh(W x + b) ..), decoded = V (.. tanh(..)) + c; error = mean (x - decoded)^2 for dense x.
 * For pairs the mean is over the numbers that the event has: error = sum_i m_i (x_i - decoded_i)^2 / max(1, pairs),
 * where m_i = 0 for numbers that are standardised and missing, else 1. V and c of the last layer start at 0, so that
 * slots that nobody has met are 0, cost nothing and change no bit of the others.
 * Shapes: x [n], or pairs of [n <= width] -> code [hidden], decoded [n or width], error [].
 * Gradient: into all weights, and for dense x into x; put `stopGradient()` before when x is itself learned.
 * Source: Hinton and Salakhutdinov 2006; the error as a score: Sakurada and Yairi 2014.
 * @throws GraphError for what is no node; ShapeError when dense values are no vector; ValueError when a width is no
 * count.
 *
 * @example
 * const x = input(events$, { shape: [8], select: (event) => event.readings }).pipe(standardize())
 * const { code, error } = autoencoder(x, { hidden: [6, 2] })
 * error.subscribe((score) => console.log(score.item()))
 * error.pipe(minimize(adam({ learningRate: 0.01 }))).subscribe()
 */
export function autoencoder<S extends Shape>(
  x: Values<S>, { hidden = 4, width }: AutoencoderOptions = {},
): Autoencoder {
  const node: AnyNode = asNode(x as Values<Shape>, 'autoencoder')
  const widths = typeof hidden === 'number' ? [hidden] : [...hidden]
  const isCount = { least: 1, most: 65_536, integer: true } as const
  for (const each of widths) checkNumber('autoencoder', 'hidden', each, isCount, 'It is a width, or a list of them.')
  if (widths.length === 0) checkNumber('autoencoder', 'hidden', NaN, isCount, 'Name one width at least.')
  const slots = node.pairs > 0 ? width : node.shape[0]
  checkNumber('autoencoder', 'width', slots, isCount, 'Pairs need it: as many slots as there will be at most.')
  if (node.shape.length !== 1 || (node.pairs === 0 && width !== undefined && width !== slots)) {
    throw new ShapeError({
      what: 'the values do not fit', where: 'autoencoder', got: node.shape, wanted: `[${width ?? 'n'}]`,
      hint: 'Put reshape([n]) before it, and leave width out for dense values.',
    })
  }
  const code = widths.reduce<AnyNode>((below, each) => below.pipe(dense(each), tanh()) as AnyNode, node)
  const up = [...widths].reverse().slice(1)
  const wide = up.reduce<AnyNode>((below, each) => below.pipe(dense(each), tanh()) as AnyNode, code)
  const decoded = wide.pipe(dense(slots!, { weight: zeros(), bias: zeros() })) as unknown as Node<[number]>
  const error = node.pairs > 0 ? errorOfPairs(node, decoded, slots!)
    : squaredError(decoded, node as unknown as Node<[number]>)
  return Object.freeze({ code: code as Node<[number]>, decoded, error })
}

function errorOfPairs(x: AnyNode, decoded: Node<[number]>, width: number): Node<[]> {
  const presence = slotPresence(x, width)
  const judged = judgedSlots(presence, statisticsOf(x))
  const squares = square(sub(slotValues(x, width), decoded)) as Node<[number]>
  const all = sum(judged === null ? squares : mul(judged, squares) as Node<[number]>)
  const count = maximum(sum(presence), 1)
  return reshape([])(div(all, count) as Node<[]>) as Node<[]>
}

/** The statistics that pairs were standardised by; null when they were not. */
function statisticsOf(x: AnyNode): AnyNode | null {
  return x.inputs.find(({ role, shape }) => role === 'buffer' && shape.length === 2 && shape[1] === 4) ?? null
}

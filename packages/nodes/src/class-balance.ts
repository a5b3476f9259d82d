import { type AnyNode, buffer, denseNode, type Node } from '@eddy/graph'
import { checkOptions, type Shape, ShapeError, sizeOf, ValueError, zeros } from '@eddy/tensor'
import { add, div, maximum, minimum, mul, sub } from './arithmetic.ts'
import { concat } from './concat.ts'
import { oneHotRows } from './label-losses.ts'
import { uniqueName, type Values } from './layer.ts'
import { less, where } from './masks.ts'
import { sum } from './reduce.ts'
import { remember } from './remember.ts'
import { reshape } from './reshape.ts'

/** Counts are halved from here on: below, f32 counts every event exactly. */
const countMax = 2 ** 22
/** Far below every count that is used: its class is not that of the event. */
const least = 1e-6

/** Options of `classBalance`. */
export interface ClassBalanceOptions {
  /** How many classes there may be. */
  readonly classes: number
  /** What is left of every count after an event, above 0 to 1; default 1, nothing is forgotten. */
  readonly fading?: number
  /** Most that an event may weigh, from 1; default 10, since the first event of a late class would weigh a lot. */
  readonly limit?: number
  readonly name?: string
}

/**
 * How much an event weighs when all classes are to weigh the same: the inverse frequency of its class. Multiply a loss
 * by it: `mul(classBalance(y, { classes: 3 }), crossEntropy(logits, y))`.
 * Formula: w = min(limit, N / (K n_label)); N events so far, n_c those of class c, this one included, K classes met.
 * Without a limit, once frequencies stand, the events of each class weigh N / K together, so 1 on average.
 * Of two classes the label may be a probability t: it counts t for class 1 and 1 - t for class 0, and w is the mean.
 * With fading f, N and n_c are sums of f^age. From 4,194,304 events on, counts are halved now and then.
 * Shapes: label [] or [1] -> []. No gradient.
 * State/cost: one buffer [classes], kept when the event commits; a rejected event is not counted.
 * @throws ValueError for options out of range, ShapeError for more labels than one. An event whose label is no class is
 * rejected.
 * @example classBalance(value([1]), { classes: 3 }) // 1
 */
export function classBalance(label: Values<Shape>, options: ClassBalanceOptions): Node<[]> {
  const where_ = 'classBalance'
  checkOptions(where_, options ?? {}, ['classes', 'fading', 'limit', 'name'])
  const { classes, fading = 1, limit = 10 } = options ?? {}
  check(Number.isInteger(classes) && classes > 1, 'the number of classes', classes, 'an integer from 2')
  check(fading > 0 && fading <= 1, 'fading', fading, 'a number above 0, at most 1')
  check(limit >= 1, 'limit', limit, 'a number from 1; Infinity for none')
  const node = denseNode(label, where_)
  if (sizeOf(node.shape) !== 1) {
    throw new ShapeError({
      what: 'there must be one label', where: where_, got: node.shape, wanted: '[] or [1]',
      hint: 'Several labels of one event have no single weight: weigh each loss with reduction none.',
    })
  }
  const own = ownership(node, classes)
  const name = uniqueName(node, options.name ?? where_)
  const counts = buffer({ shape: [classes], initializer: zeros() }, {
    role: 'counts', precision: 'run', ...(name === undefined ? {} : { name: `${name}.counts` }),
  })
  const kept = mul(where(less(sum(counts), countMax), fading, fading / 2), counts) as AnyNode
  const now = add(kept, own) as AnyNode
  const share = div(sum(now), sum(less(0, now))) as AnyNode
  const weights = minimum(div(share, maximum(now, least)), Math.min(limit, 1e30)) as AnyNode
  return remember(sum(mul(own, weights)) as Node<[]>, [[now, counts]], where_)
}

/** How much of the event belongs to each class. */
function ownership(label: AnyNode, classes: number): AnyNode {
  if (classes > 2) return reshape([classes])(oneHotRows(label, classes, null))
  const yes = reshape([1])(label) as AnyNode
  return concat([sub(1, yes) as AnyNode, yes]) as AnyNode
}

function check(holds: boolean, what: string, got: unknown, wanted: string): void {
  if (holds) return
  throw new ValueError({
    what: `${what} is out of range`, where: 'classBalance', got, wanted,
    hint: 'Leave fading and limit out for 1 and 10.',
  })
}

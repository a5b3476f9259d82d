import { buffer, GraphError, type Node } from '@eddy/graph'
import { checkOptions, type Shape, type Tensor, zeros } from '@eddy/tensor'
import { initialOf } from './layer.ts'
import { remember } from './remember.ts'

export interface DelayOptions<S extends Shape> {
  /** What `previous` is at the first event; default zeros. */
  readonly initial?: Tensor<S>
  readonly name?: string
}

/**
 * State from one event to the next, and the only legal cycle: `step` gets what it returned at the last event that was
 * learned from. No gradient flows back in time; see `recurrent` for that.
 *
 * The state is a buffer: saved, restored and undone with the training, unchanged by predictions and rejected events.
 * Formula: h_t = step(h_(t-1)).
 * @throws ShapeError when `step` returns another shape; GraphError when it is no function.
 *
 * @example
 * const level = delay([1], (previous) => add(mul(previous, 0.9), mul(x, 0.1)) as Node<[1]>)
 */
export function delay<const S extends readonly number[] | []>(
  shape: S, step: (previous: Node<S>) => Node<S>, options: DelayOptions<S> = {},
): Node<S> {
  checkOptions('delay', options, ['initial', 'name'])
  const state = buffer(initialOf(options.initial, shape, zeros(), 'delay'), { role: 'state', precision: 'run' })
  if (typeof step !== 'function') {
    throw new GraphError(`got ${typeof step}, wanted what makes the next value of the last`, 'delay', 'See its example')
  }
  const next = step(state as Node<S>)
  return remember(next, [[next, state]] as never, options.name ?? 'delay')
}

import { EventError, GraphError, input, type Node } from '@eddy/graph'
import { formatValue } from '@eddy/tensor'
import type { Observable } from 'rxjs'

/** Largest weight of one event. */
const weightMax = 1e6

/**
 * The weight of an event as a node [].
 * @throws GraphError when it is no function. An event whose weight is no number from 0 to 1e6 is rejected.
 */
export function eventWeightNode<E, J extends { readonly event: E }>(
  weight: (event: E) => number, source: Observable<J>,
): Node<[]> {
  if (typeof weight !== 'function') {
    throw new GraphError(
      `got ${formatValue(weight)} for the weight of an event, wanted a function of it`, 'learner',
      'For example weight: (visit) => 1 / visit.propensity',
    )
  }
  return input(source, {
    name: 'eventWeight', shape: [],
    select({ event }) {
      const value: unknown = weight(event)
      if (typeof value === 'number' && value >= 0 && value <= weightMax) return value
      throw new EventError(
        `${formatValue(value)} as the weight of an event`, `a number from 0 to ${weightMax}`, '1 is the usual weight',
      )
    },
  })
}

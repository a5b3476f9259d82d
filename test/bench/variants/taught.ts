import { minimize, type Node, type Optimizer, type RunOptions, type Training } from '@eddy/graph'
import { Subject } from 'rxjs'
import type { Variant } from '../variant.ts'
import { stepwise } from './stepwise.ts'

/** Something that watches a training, and takes the losses on the way. */
export type Watch = (training: Training, loss: Node<[]>) => void

interface Taught<E> {
  readonly events: () => readonly E[]
  readonly graph: (source: Subject<E>) => Node<[]>
  readonly optimizer: () => Optimizer
  readonly options?: RunOptions
  /** Called once the training has a subscriber. */
  readonly watch?: Watch
}

/** A graph that learns one event at a time through the public API, with one subscriber that consumes every loss. */
export function taught<E>(name: string, { events, graph, optimizer, options = {}, watch }: Taught<E>): Variant {
  return stepwise<E>(name, events, () => {
    const source = new Subject<E>()
    const loss = graph(source)
    const training = loss.pipe(minimize(optimizer(), options))
    let last = NaN
    const subscription = training.subscribe((step) => {
      last = step.loss
    })
    watch?.(training, loss)
    return {
      step(event) {
        source.next(event)
        return last
      },
      close: () => subscription.unsubscribe(),
    }
  })
}

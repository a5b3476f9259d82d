import { type Learner, RejectedError, type Rejection } from 'eddy'
import { type Observable, Subject } from 'rxjs'
import type { Fields } from '../forms.ts'
import { type Model, plain, predictor } from './model.ts'

/** How many requests later a label comes. */
export const delay = 2

/**
 * A model whose labels come later, by key: each event asks, and brings the label of the one two before it, so that all
 * that waits for a label is in the model.
 */
export function later(given: object): Model {
  const self = given as Learner<Fields, unknown>
  const [requests, labels] = [new Subject<Fields>(), new Subject<Fields>()]
  let rejection: Rejection | null = null
  let seen: unknown[] = []
  ;(self.rejected$ as Observable<Rejection>).subscribe((rejected) => void (rejection = rejected))
  requests.pipe(self.predict({ key: (event: Fields) => event['id'] as number }))
    .subscribe(({ prediction }) => void seen.push(plain(prediction)))
  labels.pipe(self.learn({
    key: (event: Fields) => (event['id'] as number) - delay, label: (event: Fields) => event['y'], capacity: 30,
  })).subscribe(({ prediction, loss }) => void seen.push(plain(prediction), loss))
  const sent = (stream: Subject<Fields>, event: Fields): void => {
    rejection = null
    stream.next(event)
    if (rejection !== null) throw new RejectedError(rejection)
  }
  return {
    ...predictor(self),
    known() {
      const { delayed: _, ...rest } = self.snapshot()
      return rest
    },
    learn(event) {
      seen = []
      sent(requests, event)
      sent(labels, event)
      return seen
    },
  }
}

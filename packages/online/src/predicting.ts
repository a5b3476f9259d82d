import { EventError, type Rejection } from '@eddy/graph'
import { filter, map, type OperatorFunction } from 'rxjs'
import { refusalOf } from './delayed/delayed-labels.ts'

/** What a model says of an event, or why it says nothing. */
export type Answer<Q, P> =
  | { readonly rejection: null; readonly prediction: P }
  | { readonly rejection: Rejection<Q>; readonly prediction: null }

/** Emits what is made of each request; nothing for one that cannot be used, of which `refuse` is told. */
export function predicting<R, Q, O extends { readonly prediction: unknown }>(
  predict: (request: R) => O | Rejection<Q>, refuse: (rejection: Rejection<Q>) => void,
): OperatorFunction<R, O> {
  const emitted = (request: R): O | null => {
    try {
      const made = predict(request)
      if ('prediction' in made) return made
      refuse(made)
    } catch (error) {
      if (!(error instanceof EventError)) throw error
      refuse(refusalOf(error, request) as Rejection<Q>)
    }
    return null
  }
  return (source) => source.pipe(map(emitted), filter((predicted) => predicted !== null))
}

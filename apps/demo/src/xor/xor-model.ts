import type { Subject } from 'rxjs'
import { binaryCrossEntropyWithLogits, input, linear, minimize, sgd, sigmoid, tanh } from 'eddy'

/** One row of the truth table. */
export interface Example {
  readonly x: readonly [number, number]
  readonly wanted: 0 | 1
}

export const truthTable: readonly Example[] = [
  { x: [0, 0], wanted: 0 }, { x: [0, 1], wanted: 1 }, { x: [1, 0], wanted: 1 }, { x: [1, 1], wanted: 0 },
]

/** A 2-4-1 network over a stream of examples. Every node is a stream of values, with a stream of gradients back. */
export function xorModel(examples$: Subject<Example>, seed: number) {
  const x = input(examples$, { shape: [2], select: (example) => example.x, name: 'x' })
  const wanted = input(examples$, { shape: [1], select: (example) => example.wanted, name: 'wanted' })
  const hidden = x.pipe(linear(2, 4, { name: 'hidden' }), tanh())
  const logit = hidden.pipe(linear(4, 1, { name: 'logit' }))
  const loss = binaryCrossEntropyWithLogits(logit, wanted)
  const training = loss.pipe(minimize(sgd({ learningRate: 0.3 }), { seed }))
  return { x, hidden, logit, probability: logit.pipe(sigmoid()), loss, training }
}

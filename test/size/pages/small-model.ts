/** What a person's first page does: a small model learns from events, and its state is kept. */
import { input, minimize } from '@eddy/graph'
import { binaryCrossEntropyWithLogits, linear, tanh } from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { Subject } from 'rxjs'

interface Event {
  readonly x: readonly [number, number]
  readonly y: readonly [number]
}

const corners: readonly Event[] = [
  { x: [0, 0], y: [0] }, { x: [0, 1], y: [1] }, { x: [1, 0], y: [1] }, { x: [1, 1], y: [0] },
]

/** Learns XOR for so many rounds. Returns the mean loss of the first and of the last round, and the steps taken. */
export function learn(rounds: number): { readonly first: number; readonly last: number; readonly steps: number } {
  const events = new Subject<Event>()
  const x = input(events, { shape: [2], select: (event: Event) => event.x })
  const y = input(events, { shape: [1], select: (event: Event) => event.y })
  const loss = binaryCrossEntropyWithLogits(x.pipe(linear(2, 8), tanh(), linear(8, 1)), y)
  const training = loss.pipe(minimize(adam({ learningRate: 0.05 }), { seed: 1 }))
  const losses: number[] = []
  const subscription = training.subscribe((step) => losses.push(step.loss))
  for (let round = 0; round < rounds; round++) for (const event of corners) events.next(event)
  const steps = training.snapshot().step
  subscription.unsubscribe()
  const mean = (part: readonly number[]): number => part.reduce((sum, each) => sum + each, 0) / part.length
  return { first: mean(losses.slice(0, corners.length)), last: mean(losses.slice(-corners.length)), steps }
}

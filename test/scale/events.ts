import { Subject } from 'rxjs'
import {
  adagrad, adam, dense, features, input, learner, linear, minimize, numeric, type Optimizer, sgd, squaredError, tanh,
} from 'eddy'
import { nanosecondsEach } from './clock.ts'
import type { Section } from './section.ts'

const steps = [0, 1e4, 1e6, 1e8, 1e12]

/** A small graph as it is after `step` events. */
function ofGraph(optimizer: Optimizer, step: number): number {
  const source = new Subject<Float32Array>()
  const x = input(source, { shape: [4] })
  const y = input(source, { shape: [1], select: (event) => event[0]! })
  const training = squaredError(x.pipe(linear(4, 8), tanh(), linear(8, 1)), y).pipe(minimize(optimizer))
  training.subscribe()
  const events = Array.from({ length: 1024 }, (_, k) => Float32Array.of(Math.sin(k), Math.cos(k), 1, 0.5))
  source.next(events[0]!)
  training.restore({ ...training.snapshot(), step })
  return nanosecondsEach(100_000, (k) => source.next(events[k & 1023]!))
}

function ofLearner(step: number): number {
  const model = learner({
    features: features({ a: numeric(), b: numeric() }), target: (event: { a: number; b: number }) => event.a,
    model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: adagrad({ learningRate: 0.01 }),
  })
  const events = Array.from({ length: 1024 }, (_, k) => ({ a: Math.sin(k), b: Math.cos(k) }))
  model.learnOne(events[0]!)
  const { training, ...rest } = model.snapshot()
  model.restore({ ...rest, training: { ...training, step } })
  return nanosecondsEach(50_000, (k) => model.learnOne(events[k & 1023]!))
}

export const events: Section = {
  name: 'events',
  title: 'Events seen: ns of CPU an event, 4-8-1 with three optimizers, and a learner with two features',
  columns: ['', 'sgd', 'adagrad', 'adam', 'learner'],
  * rows() {
    for (const step of steps) {
      const makers = [sgd({ learningRate: 1e-3 }), adagrad({ learningRate: 1e-3 }), adam({ learningRate: 1e-3 })]
      yield [`${step.toLocaleString('en-US')} events`, ...makers.map((made) => ofGraph(made, step)), ofLearner(step)]
    }
  },
}

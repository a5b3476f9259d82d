import { input, type Leaf, minimize, type Optimizer, predictor, Run } from '@eddy/graph'
import { mean, sparseLinear, square, squaredError } from '@eddy/nodes'
import {
  accumulate, adadelta, adagrad, adam, adamax, chain, clipByGlobalNorm, cocob, digest, ftrl, rmsprop,
  sgd,
} from '@eddy/optim'
import { rng } from '@eddy/tensor'
import fc from 'fast-check'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { lawParameters } from '../support/law-parameters.ts'
import { watchedRun } from '../support/watched-run.ts'

const optimizers: readonly (() => Optimizer)[] = [
  () => adagrad({ learningRate: 0.05 }), () => sgd({ learningRate: 0.05, momentum: 0.9 }),
  () => adam({ learningRate: 0.01 }), () => adam({ learningRate: 0.01, weightDecay: 0.1, amsgrad: true }),
  () => rmsprop({ learningRate: 0.01, centered: true }), () => ftrl({ alpha: 0.1, l1: 0.01 }),
  () => adadelta(), () => adamax(), () => cocob(),
  () => chain(clipByGlobalNorm(0.5), adam({ learningRate: 0.01 })),
  // These write all rows, or keep nothing beside them.
  () => chain(accumulate(3), adagrad({ learningRate: 0.05 })), () => sgd({ learningRate: 0.05 }),
]
const between = 10

interface Event {
  readonly x: { readonly indices: Int32Array; readonly values: Float64Array }
  readonly y: Float64Array
}

const models = fc.record({
  seed: fc.nat(1_000_000), inputs: fc.integer({ min: 1, max: 40 }), outputs: fc.integer({ min: 1, max: 6 }),
  optimizer: fc.nat(optimizers.length - 1), dtype: fc.constantFrom<('f32' | 'f64')[]>('f32', 'f64'),
  watched: fc.boolean(), bursts: fc.boolean(), fused: fc.boolean(), bad: fc.boolean(),
})
type Model = typeof models extends fc.Arbitrary<infer T> ? T : never

/** Up to six pairs an event, some of them for the same row; with `bad` one event whose prediction is not finite. */
function eventsOf({ seed, inputs, outputs, bad }: Model): Event[] {
  const random = rng(seed, 'events')
  let drawn = 0
  const next = (): number => random.uniform(drawn++)
  return Array.from({ length: 24 }, (_, k) => {
    const count = Math.floor(7 * next())
    const values = Float64Array.from({ length: count }, () => (bad && k === 15 ? 3e38 : 2 * next() - 1))
    return {
      x: { indices: Int32Array.from(values, () => Math.floor(inputs * next())), values },
      y: Float64Array.from({ length: outputs }, next),
    }
  })
}

/** Everything that can be seen of a run: losses, taps, predictions, states; and whether other things stand between. */
function outcome(model: Model, weights: 'auto' | 'rows'): { log: unknown[]; apart: boolean } {
  const { inputs, outputs, seed, watched, bursts, fused, dtype } = model
  const source = new Subject<Event>()
  const x = input(source, { shape: [inputs], pairs: 6, select: (e) => e.x })
  const y = input(source, { shape: [outputs], select: (e) => e.y })
  const out = x.pipe(sparseLinear(inputs, outputs))
  const options = { seed, weights, dtype, fusion: fused ? 'on' : 'off' } as const
  const training = mean(squaredError(out, y)).pipe(minimize(optimizers[model.optimizer]!(), options))
  const ask = predictor(out)
  const table = out.inputs[1] as Leaf
  const streams = watched ? [table, table.gradient$, square(table)] : []
  const { log, feed, stop } = watchedRun(training, source, streams, bursts)
  const events = eventsOf(model)
  feed(events.slice(0, 12))
  const middle = training.snapshot()
  log.push(ask(events[3]!).toArray(), digest(middle))
  feed(events.slice(12))
  log.push(digest(training.snapshot()), training.counters)
  training.restore(middle)
  feed(events.slice(12))
  log.push(digest(training.snapshot()), table.value!.toArray())
  const apart = Run.of(source).storeOf([training.loss], options).slotOf(table).apart !== undefined
  stop()
  return { log, apart }
}

describe('where the optimizer state of a table stands', () => {
  it('between its rows or elsewhere: no bit of losses, gradients, states and predictions is another', () => {
    fc.assert(fc.property(models, (model) => {
      const [auto, rows] = [outcome(model, 'auto'), outcome(model, 'rows')]
      expect(auto.log).toEqual(rows.log)
      expect([auto.apart, rows.apart]).toEqual([model.optimizer < between, false])
    }), { ...lawParameters, numRuns: Math.min(300, lawParameters.numRuns ?? 300) })
  })
})

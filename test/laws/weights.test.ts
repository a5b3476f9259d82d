import { type Leaf, input, minimize, predictor, Run } from '@eddy/graph'
import { add, crossEntropy, dense, linear, mean, relu, square, squaredError } from '@eddy/nodes'
import { adagrad, adam, chain, clipByGlobalNorm, digest, sgd } from '@eddy/optim'
import { rng } from '@eddy/tensor'
import fc from 'fast-check'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { lawParameters } from '../support/law-parameters.ts'
import { watchedRun } from '../support/watched-run.ts'

const optimizers = [
  () => sgd({ learningRate: 0.05 }), () => sgd({ learningRate: 0.05, momentum: 0.9 }),
  () => adam({ learningRate: 0.01 }),
  () => adagrad({ learningRate: 0.05 }), () => chain(clipByGlobalNorm(0.5), adam({ learningRate: 0.01 })),
]

interface Event {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly label: number
}

const models = fc.record({
  seed: fc.nat(1_000_000), inputs: fc.integer({ min: 8, max: 40 }), outputs: fc.integer({ min: 8, max: 40 }),
  zeros: fc.constantFrom(0, 0.5, 0.9, 1), optimizer: fc.nat(optimizers.length - 1),
  watched: fc.boolean(), bursts: fc.boolean(),
})
type Model = typeof models extends fc.Arbitrary<infer T> ? T : never

function eventsOf({ seed, inputs, outputs, zeros }: Model): Event[] {
  const random = rng(seed, 'events')
  let drawn = 0
  const next = (): number => random.uniform(drawn++)
  return Array.from({ length: 24 }, () => ({
    x: Float64Array.from({ length: inputs }, () => (next() < zeros ? 0 : 2 * next() - 1)),
    y: Float64Array.from({ length: outputs }, next), label: Math.floor(8 * next()),
  }))
}

/** Everything that can be seen of a run: losses, taps, predictions, states. */
function outcome(model: Model, weights: 'rows' | 'columns'): unknown {
  const { inputs, outputs, seed, watched, bursts } = model
  const source = new Subject<Event>()
  const x = input(source, { shape: [inputs], select: (e) => e.x })
  const y = input(source, { shape: [outputs], select: (e) => e.y })
  const label = input(source, { shape: [], select: (e) => e.label })
  const layer = linear(inputs, outputs)
  const hidden = x.pipe(layer)
  const logits = hidden.pipe(relu(), dense(8))
  const training = add(mean(squaredError(hidden, y)), crossEntropy(logits, label)).pipe(minimize(
    optimizers[model.optimizer]!(), { seed, weights },
  ))
  const ask = predictor(hidden)
  const weight = hidden.inputs[1]!
  const streams = watched ? [weight, weight.gradient$, x.gradient$, square(weight)] : []
  const { log, feed, stop } = watchedRun(training, source, streams, bursts)
  const events = eventsOf(model)
  feed(events.slice(0, 12))
  const middle = training.snapshot()
  log.push(ask(events[3]!).toArray(), digest(middle))
  feed(events.slice(12))
  log.push(digest(training.snapshot()))
  training.restore(middle)
  feed(events.slice(12))
  log.push(digest(training.snapshot()), (weight as Leaf).value!.toArray())
  stop()
  return log
}

describe('how weights are stored', () => {
  it('changes no bit of losses, gradients, parameters, optimizer slots and predictions', () => {
    fc.assert(fc.property(models, (model) => {
      expect(outcome(model, 'columns')).toEqual(outcome(model, 'rows'))
    }), { ...lawParameters, numRuns: Math.min(200, lawParameters.numRuns ?? 200) })
  })

  it('follows the zeros of the inputs, there and back, without a trace', () => {
    const run = (weights: 'auto' | 'rows'): { log: unknown[]; layouts: boolean[] } => {
      const source = new Subject<{ x: Float32Array; y: Float32Array }>()
      const random = rng(3, 'x')
      const x = input(source, { shape: [96], select: (e) => e.x })
      const y = input(source, { shape: [48], select: (e) => e.y })
      const hidden = x.pipe(linear(96, 48))
      const training = mean(squaredError(hidden, y)).pipe(minimize(sgd({ learningRate: 0.1 }), { weights }))
      const log: unknown[] = []
      const layouts: boolean[] = []
      const subscription = training.subscribe((step) => log.push(step.loss))
      for (let k = 0; k < 3000; k++) {
        const at = (i: number): number => random.uniform(144 * k + i)
        source.next({
          x: Float32Array.from({ length: 96 }, (_, i) => (k < 1500 && at(i) < 0.8 ? 0 : at(i))),
          y: Float32Array.from({ length: 48 }, (_, i) => at(96 + i)),
        })
        const slot = Run.of(source).storeOf([training.loss], {}).slotOf(hidden.inputs[1] as Leaf)
        if (k % 500 === 499) layouts.push(slot.byColumn === true)
      }
      log.push(digest(training.snapshot()))
      subscription.unsubscribe()
      return { log, layouts }
    }
    const [auto, rows] = [run('auto'), run('rows')]
    expect(auto.layouts).toEqual([false, true, true, true, false, false])
    expect(rows.layouts).not.toContain(true)
    expect(auto.log).toEqual(rows.log)
  })
})

import {
  adam, dense, ensemble, features, grid, keyedLearner, learner, type MetricFactory, numeric, Prequential, relu, rng,
  squaredError, standardNormal,
} from 'eddy'
import { durationOf, nanosecondsEach } from './clock.ts'
import type { Section } from './section.ts'

interface Event {
  readonly key: number
  readonly a: number
  readonly b: number
  readonly c: number
  readonly y: number
}

/** A 3-8-1 network with Adam and standardised inputs: 41 parameters, 82 moments, 3 statistics. */
const options = {
  features: features({ a: numeric(), b: numeric(), c: numeric() }), target: (event: Event) => event.y,
  model: (m: Parameters<Parameters<typeof learner>[0]['model']>[0]) => m.pipe(dense(8), relu(), dense(1)),
  loss: squaredError(), optimizer: adam({ learningRate: 0.01 }), seed: 1,
  // No metrics: what is measured is the models.
  metrics: () => new Prequential<number, 'none'>({} as { none: MetricFactory<number> }),
}

function* eventsOf(keys: number): Generator<Event, never, void> {
  const random = rng(1, 'events')
  const made = Array.from({ length: 65_536 }, (_, k): Event => {
    const [a, b, c] = [0, 1, 2].map((i) => standardNormal(random, 5 * k + i)) as [number, number, number]
    return { key: random.integer(5 * k + 3, keys), a, b, c, y: a - b + c * standardNormal(random, 5 * k + 4) }
  })
  for (let k = 0; ; k++) yield made[k & 65_535]!
}

const collect = (globalThis as { gc?: () => void }).gc ?? (() => {})

function heapNow(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function ofKeys(keys: number): readonly (number | string)[] {
  const users = keyedLearner({ ...options, key: (event: Event) => event.key, capacity: keys })
  const events = eventsOf(keys)
  users.learnOne({ ...events.next().value, key: 0 })
  const heap = heapNow()
  const creation = durationOf(() => {
    for (let key = 0; key < keys; key++) users.learnOne({ ...events.next().value, key })
  })
  const heapBytes = Math.max(0, heapNow() - heap) / keys
  const random = nanosecondsEach(50_000, () => users.learnOne(events.next().value))
  const same = nanosecondsEach(50_000, () => users.learnOne({ ...events.next().value, key: 1 }))
  const crowded = keyedLearner({ ...options, key: (event: Event) => event.key, capacity: Math.ceil(keys / 10) })
  const evicting = nanosecondsEach(50_000, () => crowded.learnOne(events.next().value))
  return [
    `${keys.toLocaleString('en-US')} keys`, creation * 1e6 / keys, users.bytes / keys, heapBytes, same, random,
    evicting,
  ]
}

/** A learner for itself, the measure of the others. */
function ofOne(): readonly (number | string)[] {
  const creation = durationOf(() => {
    for (let k = 0; k < 100; k++) learner(options).learnOne({ key: 0, a: 1, b: 2, c: 3, y: 4 })
  })
  const one = learner(options)
  const events = eventsOf(1)
  const each = nanosecondsEach(50_000, () => one.learnOne(events.next().value))
  return ['a learner', creation * 1e6 / 100, '', '', each, '', '']
}

export const manyModels: Section = {
  name: 'many-models',
  title: 'One model per key, 3-8-1 with Adam: ns of CPU to create, bytes per key, ns of CPU an event',
  columns: ['', 'to create', 'bytes', 'heap bytes', 'same key', 'random key', 'and evicting'],
  * rows() {
    yield ofOne()
    for (const keys of [100, 10_000, 100_000]) yield ofKeys(keys)
  },
}

/** A thousand learning rates over one stream. */
export const grids: Section = {
  name: 'grids',
  title: 'Learning rates over one stream, 3-8-1 with Adam: ms to create, ns of CPU an event and model',
  columns: ['', 'to create', 'an event'],
  * rows() {
    for (const count of [1, 10, 100, 1000]) {
      const rates = Array.from({ length: count }, (_, k) => 1e-4 * 1.01 ** k)
      const members = grid({ rate: rates }, ({ rate }) => ({ optimizer: adam({ learningRate: rate }) }))
      let all = ensemble({ ...options, members })
      const creation = durationOf(() => void (all = ensemble({ ...options, members })))
      const events = eventsOf(1)
      const each = nanosecondsEach(Math.ceil(50_000 / count), () => all.learnOne(events.next().value)) / count
      yield [`${count} rates`, creation, each]
    }
  },
}

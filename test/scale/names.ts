import { PerformanceObserver } from 'node:perf_hooks'
import { adagrad, categorical, dense, features, learner, numeric, relu, rng, squaredError } from 'eddy'
import { median } from '../bench/statistics.ts'
import { durationOf, nanosecondsEach } from './clock.ts'
import type { Section } from './section.ts'

type Event = Record<string, number | string>

/** What brings new names: fields that were never seen, or values of one field. */
const kinds = {
  fields: {
    declared: features({}, { unknown: numeric(), ignore: ['y'] }), width: 1,
    eventOf: (names: readonly number[]): Event => (
      Object.fromEntries([['y', 1], ...names.map((name) => [`name ${name}`, 1])])
    ),
  },
  categories: {
    declared: features(Object.fromEntries(Array.from({ length: 10 }, (_, k) => [`field${k}`, categorical()]))),
    width: 32,
    eventOf: (names: readonly number[]): Event => (
      Object.fromEntries([['y', 1], ...names.map((name, k) => [`field${k}`, `name ${k === 0 ? name : name % 100}`])])
    ),
  },
}

interface Pause {
  readonly start: number
  readonly end: number
}

const known = [1e3, 1e4, 1e5, 1e6]
const random = rng(1, 'names')

/** Ten names, the first one `first`, the others any of those below it. */
function namesOf(first: number): number[] {
  return Array.from({ length: 10 }, (_, k) => (k === 0 ? first : Math.floor(first * random.uniform(10 * first + k))))
}

/** Feeds one new name an event until a million are known. */
async function* rowsOf(kind: keyof typeof kinds): AsyncGenerator<readonly (string | number)[]> {
  const { declared, width, eventOf } = kinds[kind]
  const collections: Pause[] = []
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      collections.push({ start: startTime, end: startTime + duration })
    }
  }).observe({ entryTypes: ['gc'] })
  const model = learner({
    features: declared, target: (event: Event) => event['y'] as number, loss: squaredError(),
    optimizer: adagrad({ learningRate: 0.01 }),
    model: (m) => (width === 1 ? m.pipe(dense(1)) : m.pipe(dense(width), relu(), dense(1))),
  })
  let next = 0
  for (const count of known) {
    const own: number[] = []
    const collected: number[] = []
    const walls: number[] = []
    for (; next < count; next += 1000) {
      const first = next
      const batch = Array.from({ length: 1000 }, (_, k) => eventOf(namesOf(first + k)))
      const times = batch.map((event) => {
        const start = performance.now()
        const took = durationOf(() => model.learnOne(event))
        return { start, end: performance.now(), took }
      })
      // Collections are reported when the stack is empty.
      await new Promise((resolve) => setTimeout(resolve, 0))
      for (const { start, end, took } of times) {
        walls.push(end - start)
        const pauses = collections.filter((pause) => pause.start >= start - 0.1 && pause.start <= end)
        if (pauses.length > 0) collected.push(took)
        else own.push(took)
      }
      collections.length = 0
    }
    const events = Array.from({ length: 4096 }, (_, k) => eventOf(namesOf(Math.floor(count * random.uniform(k)))))
    const learn = nanosecondsEach(5000, (k) => model.learnOne(events[k & 4095]!))
    const predict = nanosecondsEach(5000, (k) => model.predictOne(events[k & 4095]!))
    own.sort((a, b) => b - a)
    yield [
      `${count.toLocaleString('en-US')} ${kind}`, learn, predict, 1e6 * median(walls), own[0]!, own[1]!,
      Math.max(0, ...collected),
    ]
  }
}

export const names: Section = {
  name: 'names',
  title: 'Names known: ns of CPU to learn, and to predict, an event of ten of them; ns to learn one that brings a new '
    + 'name; the two longest pauses of those, ms, and the longest one in which the engine collected garbage',
  columns: ['', 'learn', 'predict', 'new name', 'longest', 'second', 'with GC'],
  async* rows() {
    for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) yield* rowsOf(kind)
  },
}

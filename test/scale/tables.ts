import { Subject } from 'rxjs'
import { adagrad, binaryCrossEntropyWithLogits, input, minimize, type Optimizer, rng, sgd, sparseLinear } from 'eddy'
import { durationOf, nanosecondsEach } from './clock.ts'
import type { Section } from './section.ts'

interface Event {
  readonly indices: Int32Array
  readonly values: Float32Array
  readonly label: number
}

const pairs = 30
const sizes = [10, 12, 14, 16, 18, 20, 22, 24]

/** Events with one index in each thirtieth of the first `rows` rows. */
function eventsOver(rows: number): Event[] {
  const random = rng(1, 'scale', rows)
  const index = (e: number, k: number): number => Math.floor(rows * (k + random.uniform(e * pairs + k)) / pairs)
  return Array.from({ length: 4096 }, (_, e): Event => ({
    indices: Int32Array.from({ length: pairs }, (_, k) => index(e, k)),
    values: new Float32Array(pairs).fill(1), label: e % 2,
  }))
}

function rowOf(bits: number, optimizer: Optimizer): readonly (string | number)[] {
  const source = new Subject<Event>()
  const x = input(source, { shape: [2 ** bits], pairs, select: (event) => event })
  const y = input(source, { shape: [1], select: (event) => event.label })
  const loss = binaryCrossEntropyWithLogits(x.pipe(sparseLinear(2 ** bits, 1)), y)
  const [hot, spread] = [eventsOver(2 ** 10), eventsOver(2 ** bits)]
  const made = durationOf(() => {
    loss.pipe(minimize(optimizer)).subscribe()
    source.next(hot[0]!)
  })
  const [same, any] = [hot, spread].map((events) => nanosecondsEach(40_000, (k) => source.next(events[k & 4095]!)))
  source.complete()
  return [`2^${bits} rows, ${optimizer.name}`, same!, any!, made]
}

export const tables: Section = {
  name: 'tables',
  title: `Size of a table: sparseLinear(rows, 1), ${pairs} pairs an event. ns of CPU an event, in 1,024 rows of it (in `
    + 'the cache) and spread over all; ms to make it, all initial values drawn, and learn the first event',
  columns: ['', 'in 1,024 rows', 'over all', 'to make, ms'],
  * rows() {
    for (const make of [() => sgd({ learningRate: 0.01 }), () => adagrad({ learningRate: 0.01 })]) {
      for (const bits of sizes) yield rowOf(bits, make())
    }
  },
}

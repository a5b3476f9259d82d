import { Subject } from 'rxjs'
import {
  accumulate, adagrad, chain, digest, embedding, input, type Layer, minimize, mul, type Node, type Optimizer,
  type RunOptions, sgd, sparseLinear, squaredError, standardize, zeros,
} from 'eddy'
import { describe, expect, it } from 'vitest'

interface Event {
  readonly index: number
  readonly value: number
}

type Model = (source: Subject<Event>) => Node<[1]>

const rows = 1000

/** The digest of what was learned from events, and the phases in which some were rejected. */
function learned(
  model: Model, optimizer: Optimizer, options: RunOptions, events: readonly Event[],
): { readonly digest: string; readonly rejected: readonly string[] } {
  const source = new Subject<Event>()
  const y = input(source, { shape: [1], select: () => 1 })
  const training = squaredError(model(source), y).pipe(minimize(optimizer, options))
  const rejected: string[] = []
  training.rejected$.subscribe(({ phase }) => rejected.push(phase))
  training.subscribe()
  for (const event of events) source.next(event)
  return { digest: digest(training.snapshot()), rejected }
}

/** The row of the event, the next one, and the first once more. */
const pairsOf = ({ index, value }: Event): { indices: number[]; values: number[] } => (
  { indices: [index, index + 1, index], values: [value, value / 2, value] }
)
const table = (): Layer<[number], [1]> => sparseLinear<number, 1>(rows, 1, { weight: zeros(), bias: false })
const linear: Model = (source) => (
  input(source, { shape: [rows as number], pairs: 3, select: pairsOf }).pipe(table())
)
const standardized: Model = (source) => (
  input(source, { shape: [rows as number], pairs: 3, select: pairsOf }).pipe(standardize(), table())
)
const looked: Model = (source) => {
  const index = input(source, { shape: [], select: (event) => event.index })
  const value = input(source, { shape: [1], select: (event) => event.value })
  return mul(index.pipe(embedding(rows, 1, { weight: zeros() })), value)
}

/** Steps of 1e30 are not bounded, so every update is checked. */
const rate = 1e30

describe('an update that overflows', () => {
  const tiny = Array.from({ length: 60 }, (_, k): Event => ({ index: (k * 7) % 40, value: 1e-33 * (1 + (k % 5)) }))
  const fair = tiny.map(({ index, value }) => ({ index, value: value * 1e33 }))
  const far = { index: 500, value: 1e20 }
  const near = { index: 7, value: 1e200 }
  const sum = (): Optimizer => chain(accumulate(2), sgd({ learningRate: rate }))

  it.each([
    ['sparse rows', linear, () => sgd({ learningRate: rate }), {}, tiny, far],
    ['sparse rows with momentum', linear, () => sgd({ learningRate: rate, momentum: 0.5 }), {}, tiny, far],
    ['sparse rows, summed over two events', linear, sum, {}, tiny, far],
    ['looked up rows', looked, () => sgd({ learningRate: rate }), {}, tiny, far],
    ['statistics in f64', standardized, () => adagrad({ learningRate: 0.1 }), { dtype: 'f64' }, fair, near],
  ] as const)('is taken back, and was checked at all: %s', (_, model, make, options, events, bad) => {
    const [first, last] = [events.slice(0, 31), events.slice(31)]
    const plain = learned(model, make(), options, events)
    const disturbed = learned(model, make(), options, [...first, bad, bad, ...last])
    expect([plain.rejected, disturbed.rejected]).toEqual([[], ['update', 'update']])
    expect(disturbed.digest).toBe(plain.digest)
  })
})

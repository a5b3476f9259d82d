import { RejectedError, type Rejection } from '@eddy/graph'
import { memoryMedium, openStore, persist, StoreError } from '@eddy/store'
import { type Observable, type OperatorFunction, Subject } from 'rxjs'
import type { Book } from './hostile-book.ts'
import { hostileValue } from './hostile-events.ts'
import type { Entrance, Visit } from './hostile-entrances.ts'
import { type Anything, automatic, classes, keyed, numbers, several } from './hostile-models.ts'

/** What learns streams of events. */
interface Trained {
  readonly rejected$: Observable<Rejection>
  train(): OperatorFunction<Anything, unknown>
  predict(): OperatorFunction<Anything, unknown>
  snapshot(): unknown
}

const values = ({ from: first, count, dice }: Visit): Anything[] => (
  Array.from({ length: count }, (_, k) => hostileValue(first + k, dice) as Anything)
)

function listen({ rejected$ }: Pick<Trained, 'rejected$'>, book: Book): void {
  rejected$.subscribe(({ reason, node }) => book.refuse(reason, node))
}

/** `train`, and one in five events to `predict` alone. */
function trained(make: () => Trained): Entrance {
  let model: Trained | null = null
  return async (visit) => {
    const { book, dice } = visit
    if (model === null) listen(model = make(), book)
    const [learned$, asked$] = [new Subject<Anything>(), new Subject<Anything>()]
    const error = (thrown: unknown): void => book.violated(`ended by ${String(thrown)}`)
    learned$.pipe(model.train()).subscribe({ next: () => book.end('learned'), error })
    asked$.pipe(model.predict()).subscribe({ next: () => book.end('predicted only'), error })
    for (const value of values(visit)) {
      book.received++
      ;(dice.below(5) === 0 ? asked$ : learned$).next(value)
    }
    learned$.complete()
    asked$.complete()
    book.check(model.snapshot())
  }
}

/** `learnOne` and `predictOne`: what is refused is thrown. */
const oneByOne = (): Entrance => {
  const model = classes()
  return async (visit) => {
    const { book, dice } = visit
    for (const value of values(visit)) {
      book.received++
      try {
        if (dice.below(5) === 0) {
          model.predictOne(value)
          book.end('predicted only')
        } else {
          model.learnOne(value)
          book.end('learned')
        }
      } catch (error) {
        if (error instanceof RejectedError) book.refuse(error.rejection.reason, error.rejection.node)
        else book.violated(`threw ${String(error)}`)
      }
    }
    book.check(model.snapshot())
  }
}

/** How a label can end, in words of the account. */
const fates: Readonly<Record<string, 'learned' | 'duplicate' | 'expired' | 'quarantined'>> = {
  learned: 'learned', revised: 'learned', ignored: 'duplicate', duplicate: 'duplicate', late: 'expired',
  orphaned: 'expired', unknown: 'expired', rejected: 'quarantined', skipped: 'quarantined',
}

/** Requests and labels, each of them hostile: in any order, twice, late, of nothing. */
const delayed = (): Entrance => {
  const model = numbers()
  const [requests, labels] = [new Subject<Anything>(), new Subject<Anything>()]
  let isWired = false
  const wire = (book: Book): void => {
    isWired = true
    const error = (thrown: unknown): void => book.violated(`ended by ${String(thrown)}`)
    requests.pipe(model.predict({ key: 'id', time: 'now' }))
      .subscribe({ next: () => book.end('predicted only'), error })
    labels.pipe(model.learn({
      key: 'id', label: 'demand', time: 'now', within: 500, capacity: 300, revised: 'learn',
    })).subscribe({ error })
    let isLabel = false
    model.rejected$.subscribe(({ reason, node }) => {
      if (!isLabel) book.refuse(reason, node)
    })
    model.labels$.subscribe(({ fate, reason }) => {
      const end = fates[fate]
      if (end === 'quarantined') book.refuse(reason, fate)
      else if (end !== undefined) book.end(end)
    })
    labels.subscribe(() => void (isLabel = false))
    before = () => void (isLabel = true)
  }
  let before = (): void => undefined
  let now = 0
  const asked = Array.from({ length: 12 }, () => 0)
  return async (visit) => {
    const { book, dice } = visit
    if (!isWired) wire(book)
    values(visit).forEach((value, k) => {
      book.received++
      const time = dice.below(50) === 0 ? dice.of([NaN, -1, '7', null, -Infinity]) : now++
      const isRecord = typeof value === 'object' && value !== null
      if (isRecord) Object.defineProperty(value, 'now', { value: time, enumerable: true, configurable: true })
      if (dice.below(2) === 0) {
        asked[k % asked.length] = visit.from + k
        return requests.next(value)
      }
      const one = dice.of(asked)
      const label = dice.below(4) === 0 ? value : { id: `e${one}`, demand: one % 40 + dice.below(2), now: time }
      before()
      labels.next(label as Anything)
    })
    const { labelCounters: c } = model
    if (c.kept !== c.pending + c.learned + c.expired + c.evicted + c.replaced) {
      book.violated(`predictions: ${JSON.stringify(c)}`)
    }
    if (c.pending > 300) book.violated(`${c.pending} predictions wait, wanted at most 300`)
    book.check(model.snapshot())
  }
}

/** Everything goes through a store, with its log and its quarantine. */
const stored = (): Entrance => async (visit) => {
  const { book } = visit
  const model = numbers()
  const kept = persist(model, openStore(memoryMedium()), {
    every: 500, log: true, logEvery: 50, rejectedMax: 200, id: (e: Anything) => e['id'] as string,
  })
  for (const value of values(visit)) {
    book.received++
    try {
      kept.learnOne(value)
      book.end('learned')
    } catch (error) {
      if (error instanceof RejectedError) book.refuse(error.rejection.reason, error.rejection.node)
      else if (error instanceof StoreError) book.violated(`the store: ${error.message}`)
      else book.violated(`threw ${String(error)}`)
    }
  }
  if (kept.counters.operations !== visit.count) book.violated(`${kept.counters.operations} operations`)
  const rows = kept.rejected
  if (rows.length > 200 || rows.some(({ reason, bytes }) => reason.length < 8 || bytes.length > 4096)) {
    book.violated(`the quarantine has ${rows.length} rows, wanted at most 200, each with a reason and bounded bytes`)
  }
  await kept.close()
  book.check(model.snapshot())
}

/** Everything in this program that takes events. */
export const inside: Readonly<Record<string, () => Entrance>> = {
  'learner.train': () => trained(numbers as never),
  'learner.learnOne': oneByOne,
  'keyedLearner': () => trained(keyed as never),
  'ensemble': () => trained(several as never),
  'autoModel': () => trained(automatic as never),
  'delayed labels': delayed,
  'persist': stored,
}

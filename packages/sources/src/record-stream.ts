import { isObservable, type Observable } from 'rxjs'
import { Batch } from './batch.ts'
import { checkCall } from './check-call.ts'
import { SourceError } from './errors.ts'
import { startPosition } from './position.ts'
import { PushQueue, type PushQueueOptions } from './push/push-queue.ts'
import { RecordSource } from './record-source.ts'
import type { SourceOptions } from './text-source.ts'

export type RecordStreamOptions = SourceOptions & PushQueueOptions

/**
 * A source of records that are made in this program: an iterable, an async iterable such as a Node object stream, or an
 * Observable. Iterables are pulled one record at a time; what an Observable pushes waits in a bounded queue.
 * To continue from a checkpoint, give the same records from the first: as many as it counts are left out.
 * Edge: a record that is not an object, or is an array, is malformed (E_TYPE).
 * @example for await (const event of recordStream([{ price: 1.5 }])) console.log(event.price) // 1.5
 */
export function recordStream<R extends object>(
  records: Iterable<R> | AsyncIterable<R> | Observable<R>, options: RecordStreamOptions = {},
): RecordSource<R> {
  checkCall('recordStream', records, 'records', options, 'records')
  const { name = 'records', from } = options
  const skip = from?.position.records ?? 0
  return new RecordSource<R>(name, {
    batches: async function* (signal, account) {
      let received = 0
      const pulled = isObservable(records)
        ? queued(records as Observable<R>, name, options, signal, () => {
          received++
          account.dropped()
        })
        : records as Iterable<R> | AsyncIterable<R>
      for await (const record of pulled) {
        if (++received <= skip) continue
        const batch = new Batch<R>(startPosition)
        if (typeof record === 'object' && record !== null && !Array.isArray(record)) batch.add(record, received)
        else {
          const reason = `it is ${wordOf(record)}, wanted an object with named values`
          batch.note({
            kind: 'malformed',
            malformed: {
              source: name, record: received, line: 0, byte: 0, code: 'E_TYPE', reason, length: 0,
              raw: new Uint8Array(0),
            },
          })
        }
        batch.end = { records: received, bytes: 0, lines: 0 }
        yield batch
      }
    },
  }, from)
}

function wordOf(record: unknown): string {
  return record === null ? 'null' : Array.isArray(record) ? 'an array' : `a ${typeof record}`
}

async function* queued<R>(
  records: Observable<R>, name: string, options: PushQueueOptions, signal: AbortSignal, dropped: () => void,
): AsyncGenerator<R> {
  if (options.overflow === 'pause') {
    throw new SourceError({
      code: 'E_OPTION', what: "overflow is 'pause', but an Observable cannot be paused", source: name,
      hint: "Choose 'error', 'drop-oldest' or 'drop-newest'.",
    })
  }
  const queue = new PushQueue<R>(name, options, { pause: () => undefined, resume: () => undefined, dropped })
  const subscription = records.subscribe({
    next: (record) => queue.push(record), error: (error) => queue.fail(error), complete: () => queue.end(),
  })
  signal.addEventListener('abort', () => queue.end())
  try {
    for (let items = await queue.takeAll(); items.length > 0; items = await queue.takeAll()) yield* items
  } finally {
    subscription.unsubscribe()
  }
}

import { afterEach, describe, expect, it } from 'vitest'
import { config, from, map, type Observable, Subject, take, tap } from 'rxjs'
import { digest } from '@eddy/optim'
import { openStore } from '../journal/store.ts'
import { memoryMedium } from '../medium/memory-medium.ts'
import { models, type Sale, type SaleModel, sales } from '../testing/models.ts'
import { type DurableLearner } from './durable-learner.ts'
import type { PersistOptions } from './persist-options.ts'
import { persist } from './persist.ts'

const make = models['two classes, FTRL']!
const events = sales(60).filter(({ sold }) => !Number.isNaN(sold)).slice(0, 40)
const forms: readonly (readonly [string, PersistOptions<SaleModel>])[] = [
  ['plain', {}], ['with a log', { log: true }], ['with names', { log: true, dedup: 9, id: ({ id }) => id }],
]

/** The state of a learner that was never kept, after some of the events. */
function learned(list: readonly Sale[]): string {
  const model = make()
  for (const event of list) model.learnOne(event)
  return digest(model.snapshot() as object)
}

const digestOf = ({ learner }: DurableLearner<SaleModel>): string => digest(learner.snapshot() as object)

afterEach(() => {
  config.onUnhandledError = null
})

describe.each(forms)('inside a result of what is kept, %s', (_, options) => {
  const keep = (medium = memoryMedium(), more: PersistOptions<SaleModel> = {}): DurableLearner<SaleModel> => (
    persist(make(), openStore(medium), { ...options, ...more })
  )

  it('flush() resolves when the event in flight is durable', async () => {
    const kept = keep()
    const durable: Promise<number>[] = []
    from(events.slice(0, 3)).pipe(kept.train()).subscribe(() => (
      void durable.push(kept.flush().then(({ sequence }) => sequence))
    ))
    expect(await Promise.all(durable)).toEqual([3, 3, 3])
  })

  it('close() keeps the event in flight; those after it are refused, aloud', async () => {
    const medium = memoryMedium()
    const kept = keep(medium)
    const seen: unknown[] = []
    let closed = Promise.resolve()
    from(events).pipe(kept.train()).subscribe({
      next: () => {
        seen.push(kept.sequence)
        if (kept.sequence === 2) closed = kept.close()
      },
      error: ({ code }: { readonly code: string }) => void seen.push(code),
    })
    await closed
    expect(seen).toEqual([1, 2, 'E_CLOSED'])
    const again = keep(memoryMedium(medium.files))
    expect([again.sequence, digestOf(again)]).toEqual([2, learned(events.slice(0, 2))])
  })

  it('pushed events wait their turn, through any of several streams; completing meanwhile waits for them', () => {
    const kept = keep()
    const [a, b] = [new Subject<Sale>(), new Subject<Sale>()]
    const seen: string[] = []
    const listen = (name: string) => ({
      next: () => void seen.push(`${name}${kept.sequence}`), complete: () => void seen.push(`${name} is over`),
    })
    b.pipe(kept.train()).subscribe(listen('b'))
    a.pipe(kept.train()).subscribe({
      ...listen('a'),
      next: () => {
        seen.push(`a${kept.sequence}`)
        if (kept.sequence > 1) return
        b.next(events[1]!)
        a.next(events[2]!)
        b.next(events[3]!)
        a.complete()
        expect(kept.sequence).toBe(1)
      },
    })
    a.next(events[0]!)
    expect(seen).toEqual(['a1', 'b2', 'a3', 'a is over', 'b4'])
    expect(digestOf(kept)).toBe(learned(events.slice(0, 4)))
  })

  it('unsubscribing ends a synchronous source, and drops what waits', () => {
    const kept = keep()
    from(events).pipe(kept.train(), take(3)).subscribe()
    expect(kept.sequence).toBe(3)
    const source = new Subject<Sale>()
    const subscription = source.pipe(kept.train()).subscribe(() => {
      source.next(events[4]!)
      subscription.unsubscribe()
    })
    source.next(events[3]!)
    expect([kept.sequence, source.observed]).toEqual([4, false])
    kept.learnOne(events[4]!)
    expect(digestOf(kept)).toBe(learned(events.slice(0, 5)))
  })

  it('a subscriber that throws is told of by RxJS, an operator ends its stream; learning goes on', async () => {
    const kept = keep()
    const unhandled: unknown[] = []
    config.onUnhandledError = (error) => void unhandled.push(error)
    const source = new Subject<Sale>()
    source.pipe(kept.train()).subscribe(() => {
      throw new Error('mine')
    })
    source.next(events[0]!)
    source.next(events[1]!)
    const ends: unknown[] = []
    const failing = map(() => {
      throw new Error('theirs')
    })
    from(events.slice(2)).pipe(kept.train(), failing).subscribe({ error: (error) => void ends.push(error) })
    kept.learnOne(events[3]!)
    await new Promise((soon) => setTimeout(soon, 5))
    expect([unhandled, ends].map((list) => list.map((error) => (error as Error).message)))
      .toEqual([['mine', 'mine'], ['theirs']])
    expect([kept.sequence, digestOf(kept)]).toEqual([4, learned(events.slice(0, 4))])
  })

  it('what is asked for and fails ends the stream, which is told; learning goes on', () => {
    const kept = keep()
    const told: unknown[] = []
    from(events).pipe(kept.train()).subscribe({
      next: () => kept.tick(7), error: (error: Error) => void told.push(error.message),
    })
    expect(told).toEqual([expect.stringContaining('Give delayed: { requests, labels }')])
    kept.learnOne(events[1]!)
    expect(digestOf(kept)).toBe(learned(events.slice(0, 2)))
  })

  it('and cannot be done is not in the log, where it could not be done again', async () => {
    const medium = memoryMedium()
    const kept = keep(medium)
    kept.learnOne(events[0]!)
    expect(() => kept.tick(7)).toThrow(/Give delayed/)
    from([{ label: 1 }]).pipe(kept.learn()).subscribe({ error: () => {} })
    expect(kept.sequence).toBe(1)
    await kept.store.flush()
    await kept.close()
    expect(digestOf(keep(memoryMedium(medium.files)))).toBe(learned(events.slice(0, 1)))
    await kept.close()
  })

  it('and fails when nobody listens any more is told of by RxJS', async () => {
    const kept = keep()
    const unhandled: unknown[] = []
    config.onUnhandledError = (error) => void unhandled.push(error.message)
    const source = new Subject<Sale>()
    source.pipe(kept.train(), tap(() => kept.tick(7)), take(1)).subscribe()
    expect(() => source.next(events[0]!)).not.toThrow()
    await new Promise((soon) => setTimeout(soon, 5))
    expect([kept.sequence, unhandled]).toEqual([1, [expect.stringContaining('Give delayed')]])
  })
})

describe.each(forms)('a learner that fails by itself, %s', (_, options) => {
  it('has learned nothing: the event is no operation, and can be given again, also after a restart', async () => {
    let isDead = false
    const failing = (): SaleModel => {
      const model = make()
      return {
        learnOne: (event) => {
          if (isDead) throw new Error('dead')
          return model.learnOne(event)
        },
        snapshot: () => model.snapshot(), restore: (state) => model.restore(state),
      }
    }
    const medium = memoryMedium()
    const kept = persist(failing(), openStore(medium), options)
    const told: string[] = []
    kept.learnOne(events[0]!)
    isDead = true
    expect(() => kept.learnOne(events[1]!)).toThrow('dead')
    from(events.slice(1)).pipe(kept.train()).subscribe({ error: ({ message }: Error) => void told.push(message) })
    expect([kept.sequence, kept.counters.duplicates, told]).toEqual([1, 0, ['dead']])
    isDead = false
    from(events.slice(1, 4)).pipe(kept.train()).subscribe()
    await kept.close()
    const again = persist(failing(), openStore(memoryMedium(medium.files)), options)
    expect([again.sequence, digestOf(again)]).toEqual([4, learned(events.slice(0, 4))])
  })
})

describe('kept.close()', () => {
  it('completes all that it tells', async () => {
    const kept = persist(make(), openStore(memoryMedium()))
    const ended: string[] = []
    const { durable$, history$, alarm$, store: { failure$ } } = kept
    for (const [name, told$] of Object.entries({ durable$, history$, alarm$, failure$ })) {
      (told$ as Observable<unknown>).subscribe({ complete: () => void ended.push(name) })
    }
    await kept.close()
    expect(ended.sort()).toEqual(['alarm$', 'durable$', 'failure$', 'history$'])
  })
})

describe('a source that cannot say where it is', () => {
  it('ends the stream at a checkpoint; the event was learned, and closing gives the store back', async () => {
    const medium = memoryMedium()
    const source = (): never => {
      throw new Error('no position')
    }
    const kept = persist(make(), openStore(medium), { every: 2, source })
    const seen: unknown[] = []
    from(events).pipe(kept.train()).subscribe({
      next: () => void seen.push(kept.sequence), error: (error: Error) => void seen.push(error.message),
    })
    expect(seen).toEqual([1, 'no position'])
    kept.learnOne(events[2]!)
    expect(digestOf(kept)).toBe(learned(events.slice(0, 3)))
    await expect(kept.close()).rejects.toThrow('no position')
    expect(() => openStore(medium)).not.toThrow()
    await kept.close()
  })
})

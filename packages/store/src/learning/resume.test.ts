import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest } from '@eddy/optim'
import { from, skip } from 'rxjs'
import { openStore } from '../journal/store.ts'
import { memoryMedium } from '../medium/memory-medium.ts'
import { models, type SaleModel, sales } from '../testing/models.ts'
import { persist } from './persist.ts'

const events = sales(260)
const runs = Number(process.env['EDDY_LAW_RUNS'] ?? 8)

/** The state after all events, and every prediction, without a store. */
function uninterrupted(make: () => SaleModel): { digest: string; predictions: readonly unknown[] } {
  const model = make()
  const predictions = events.map((event) => {
    try {
      return model.learnOne(event).prediction
    } catch {
      return null
    }
  })
  return { digest: digest(model.snapshot() as object), predictions }
}

describe.each(Object.entries(models))('resume law: %s', (_, make) => {
  const whole = uninterrupted(make)

  it('stopped anywhere, at any byte, and started again: as if never stopped', () => {
    const stops = fc.array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.nat(4000)), { minLength: 1, maxLength: 4 })
    fc.assert(fc.property(stops, fc.boolean(), fc.integer({ min: 1, max: 70 }), (ends, log, every) => {
      let files = memoryMedium().files
      const learned: unknown[] = []
      for (const [count, cut] of [...ends, [Infinity, 0] as const]) {
        const medium = memoryMedium(files)
        const kept = persist(make(), openStore(medium), { every, log, logEvery: 7 })
        learned.length = kept.sequence
        const rest = events.slice(kept.sequence, kept.sequence + count)
        for (const event of rest) {
          const before = kept.sequence
          learned[before] = null
          from([event]).pipe(kept.train()).subscribe(({ prediction }) => {
            learned[before] = prediction
          })
        }
        // What the last writes have left of their file may be anything.
        files = medium.files
        const last = [...files.keys()].sort((a, b) => number(a) - number(b)).at(-1)!
        const bytes = files.get(last)!
        if (cut > 0 && number(last) > 2) files.set(last, bytes.slice(0, Math.max(0, bytes.length - cut)))
        if (count === Infinity) {
          expect(kept.sequence).toBe(events.length)
          expect(digest(kept.learner.snapshot() as object)).toBe(whole.digest)
        }
      }
      expect(learned).toEqual(whole.predictions)
    }), { numRuns: runs })
  })
})

const number = (name: string): number => Number(/\d+/.exec(name)![0])

describe('persist(learner, store)', () => {
  const make = models['all encoders, Adam']!

  it('gives the position of the source that belongs to the state', async () => {
    const medium = memoryMedium()
    let at = 0
    const source = (): number => at
    const kept = persist(make(), openStore(medium), { every: 10, source })
    from(events.slice(0, 57)).pipe(kept.train()).subscribe()
    expect(kept.position).toBe(0)
    for (const event of events.slice(57, 99)) {
      at++
      from([event]).pipe(kept.train()).subscribe()
    }
    const again = persist(make(), openStore(memoryMedium(medium.files)), { every: 10, source })
    expect([again.sequence, again.position]).toEqual([90, 33])
    await kept.close()
    const last = persist(make(), openStore(memoryMedium(medium.files)), { source })
    expect([last.sequence, last.position]).toEqual([99, 42])
    from(events).pipe(skip(last.sequence), last.train()).subscribe()
    expect(digest(last.learner.snapshot() as object)).toBe(uninterrupted(make).digest)
  })

  it('refuses the state of another model and leaves the learner as it was', () => {
    const medium = memoryMedium()
    from(events).pipe(persist(make(), openStore(medium), { every: 50 }).train()).subscribe()
    const other = models['two classes, FTRL']!()
    const before = digest(other.snapshot() as object)
    expect(() => persist(other, openStore(memoryMedium(medium.files)))).toThrow(/no state of these metrics/)
    expect(digest(other.snapshot() as object)).toBe(before)
  })
})

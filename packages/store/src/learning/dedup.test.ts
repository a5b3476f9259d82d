import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest } from '@eddy/optim'
import { from } from 'rxjs'
import { openStore } from '../journal/store.ts'
import { memoryMedium } from '../medium/memory-medium.ts'
import { models, type Sale, sales } from '../testing/models.ts'
import { persist } from './persist.ts'

const make = models['all encoders, Adam']!
const all = sales(120).map((sale, k) => ({ ...sale, id: `s${k}` }))
type Named = Sale & { readonly id: string }

const digestOf = (model: { snapshot(): unknown }): string => digest(model.snapshot() as object)

function kept(medium: ReturnType<typeof memoryMedium>, dedup = 200) {
  return persist(make(), openStore(medium), { every: 11, dedup, id: (event) => (event as unknown as Named).id })
}

describe('persist(learner, store, { id, dedup })', () => {
  const whole = persist(make(), openStore(memoryMedium()))
  from(all).pipe(whole.train()).subscribe()
  const wanted = digestOf(whole.learner)

  it('learns each event once, whatever suffixes are delivered again, restarts between them included', () => {
    const breaks = fc.array(fc.tuple(fc.nat(119), fc.nat(119), fc.boolean()), { maxLength: 6 })
    fc.assert(fc.property(breaks, (list) => {
      let medium = memoryMedium()
      let model = kept(medium)
      let reached = 0
      let delivered = 0
      for (const [back, further, isStopped] of [...list, [0, 119, false] as const, [119, 0, true] as const]) {
        const start = Math.max(0, reached - back)
        const end = Math.min(all.length, reached + further)
        const given = all.slice(start, end)
        let emitted = 0
        from(given).pipe(model.train()).subscribe(() => void emitted++)
        delivered += given.length
        expect(emitted).toBeLessThanOrEqual(Math.max(0, end - reached))
        reached = Math.max(reached, end)
        expect(model.sequence).toBe(reached)
        if (!isStopped) continue
        // Stopped between two checkpoints: what came after the last one is delivered again.
        medium = memoryMedium(medium.files)
        model = kept(medium)
        reached = model.sequence
      }
      from(all).pipe(model.train()).subscribe()
      expect(delivered).toBeGreaterThanOrEqual(all.length)
      expect([model.sequence, digestOf(model.learner)]).toEqual([all.length, wanted])
      expect(model.rejected.length).toBe(whole.rejected.length)
    }), { numRuns: 25 })
  })

  it('counts what was delivered again; learnOne throws, and nothing has changed', () => {
    const model = kept(memoryMedium())
    from([...all.slice(0, 20), ...all.slice(5, 20)]).pipe(model.train()).subscribe()
    expect(model.counters).toMatchObject({ operations: 20, duplicates: 15 })
    const before = digestOf(model.learner)
    expect(() => model.learnOne(all[7] as never)).toThrow(/learnOne: this event was learned before/)
    expect(digestOf(model.learner)).toBe(before)
  })

  it('knows the last ones only, as many as asked for, also out of the log', () => {
    const medium = memoryMedium()
    const options = { every: 1000, log: true, dedup: 10, id: (event: unknown) => (event as Named).id }
    from(all.slice(0, 40)).pipe(persist(make(), openStore(medium), { ...options, logEvery: 1 }).train()).subscribe()
    const model = persist(make(), openStore(memoryMedium(medium.files)), options)
    expect(model.sequence).toBe(40)
    from(all.slice(30, 40)).pipe(model.train()).subscribe()
    expect(model.counters.duplicates).toBe(10)
    from([all[29]!]).pipe(model.train()).subscribe()
    expect(model.sequence).toBe(41)
  })

  it('takes a source on, whose last records were all delivered again', async () => {
    const medium = memoryMedium()
    let at = 0
    const options = { dedup: 50, id: (event: unknown) => (event as Named).id, source: () => at }
    const model = persist(make(), openStore(medium), options)
    for (const event of [...all.slice(0, 10), ...all.slice(0, 10)]) {
      at++
      from([event]).pipe(model.train()).subscribe()
    }
    expect([model.sequence, model.position]).toEqual([10, 20])
    await model.close()
    expect(persist(make(), openStore(memoryMedium(medium.files)), options).position).toBe(20)
  })

  it('knows large whole numbers again after a restart, and refuses what cannot be known again', async () => {
    const medium = memoryMedium()
    const open = (files = medium) => persist(make(), openStore(files), {
      log: true, dedup: 50, id: (event) => BigInt((event as unknown as Named).id.slice(1)) as never,
    })
    const first = open()
    from([...all.slice(0, 10), ...all.slice(0, 10)]).pipe(first.train()).subscribe()
    await first.close()
    const again = open(memoryMedium(medium.files))
    from(all.slice(0, 12)).pipe(again.train()).subscribe()
    expect([first.sequence, again.sequence, again.counters.duplicates]).toEqual([10, 12, 10])
    expect(await again.forget(11n as never)).toBe(1)
    const bad = persist(make(), openStore(memoryMedium()), { dedup: 50, id: (event) => ({ event }) as never })
    expect(() => bad.learnOne(all[0] as never)).toThrow(/id gave an object, by which no event can be found again/)
    from(all.slice(1, 3)).pipe(bad.train()).subscribe()
    expect([bad.rejected.map(({ node }) => node), bad.sequence]).toEqual([['id', 'id', 'id'], 3])
  })

  it('wants to know what events are called', () => {
    expect(() => persist(make(), openStore(memoryMedium()), { dedup: 10 })).toThrow(/without id no event/)
  })
})

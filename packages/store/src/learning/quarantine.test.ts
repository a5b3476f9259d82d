import { describe, expect, it } from 'vitest'
import { digest } from '@eddy/optim'
import { from } from 'rxjs'
import { openStore } from '../journal/store.ts'
import { memoryMedium } from '../medium/memory-medium.ts'
import { models, type Sale, type SaleModel, sales } from '../testing/models.ts'
import type { PersistOptions } from './persist-options.ts'
import { persist } from './persist.ts'
import type { Alarm, Rejected } from './quarantine.ts'

const events = sales(200)
const make = models['all encoders, Adam']!
const isBad = ({ sold }: Sale): boolean => Number.isNaN(sold)
const bad = events.filter(isBad)

function keptOn(medium = memoryMedium(), options: PersistOptions<SaleModel> = {}) {
  return persist<SaleModel>(make(), openStore(medium), { every: 20, log: true, id: ({ id }) => id, ...options })
}

describe('rejected events', () => {
  it('are kept with reason, node, phase and their bytes, each once, also after restarts', () => {
    const medium = memoryMedium()
    const kept = keptOn(medium)
    from(events.slice(0, 130)).pipe(kept.train()).subscribe()
    const again = keptOn(memoryMedium(medium.files))
    expect(again.sequence).toBe(120)
    from(events.slice(120)).pipe(again.train()).subscribe()
    expect(again.rejected.map(({ id }) => id)).toEqual(bad.map(({ id }) => id))
    expect(again.rejected[0]).toMatchObject({ kind: 'event', phase: 'input', sequence: events.indexOf(bad[0]!) + 1 })
    expect(again.rejected[0]!.reason.length).toBeGreaterThan(10)
    expect(again.counters.operations).toBe(200)
  })

  it('are learned after a fix, once, however often it is tried and whenever it is stopped', async () => {
    const medium = memoryMedium()
    const kept = keptOn(medium)
    from(events).pipe(kept.train()).subscribe()
    expect(await kept.retryRejected()).toBe(0)
    const fix = (event: Sale): Sale => ({ ...event, price: 3, sold: 5 })
    expect(await kept.retryRejected((event) => (event.id === bad[0]!.id ? fix(event) : undefined))).toBe(1)
    const again = keptOn(memoryMedium(medium.files))
    expect(await again.retryRejected(fix)).toBe(bad.length - 1)
    expect(await again.retryRejected(fix)).toBe(0)
    expect(again.rejected).toEqual([])
    const plain = make()
    for (const event of [...events.filter((event) => !isBad(event)), ...bad.map(fix)]) plain.learnOne(event)
    expect(digest(again.learner.snapshot() as object)).toBe(digest(plain.snapshot() as object))
  })

  it('are learned once, also when it ends right after any of them', async () => {
    const medium = memoryMedium()
    const kept = keptOn(medium, { every: 1, log: false })
    from(events).pipe(kept.train()).subscribe()
    const rows = kept.rejected.length
    const ends: ReturnType<typeof memoryMedium>['files'][] = []
    await kept.retryRejected((event) => {
      ends.push(medium.files)
      return { ...event, price: 3, sold: 5 }
    })
    expect(rows).toBeGreaterThan(2)
    for (const [k, files] of ends.entries()) {
      const again = keptOn(memoryMedium(files), { every: 1, log: false })
      expect([again.sequence, again.rejected.length]).toEqual([events.length + k, rows - k])
    }
  })

  it('come out of the log when they are large; without one they stay', async () => {
    const large = events.slice(0, 30).map((event, k) => ({ ...event, note: `${'word '.repeat(1000)}${k}` }))
    const fix = (event: Sale): Sale => ({ ...event, price: 3, sold: 5 })
    const isLarge = large.filter(isBad)
    for (const log of [true, false]) {
      const kept = keptOn(undefined, { log })
      from(large).pipe(kept.train()).subscribe()
      const given: string[] = []
      const count = await kept.retryRejected((event) => {
        given.push(event.note!)
        return fix(event)
      })
      expect([count, given]).toEqual(log ? [isLarge.length, isLarge.map(({ note }) => note)] : [0, []])
      expect(kept.rejected).toHaveLength(log ? 0 : isLarge.length)
    }
    expect(isLarge.length).toBeGreaterThan(0)
  })

  it('that are taken back are gone for good, with what was learned of them later; by name or by number', async () => {
    const fix = (event: Sale): Sale => ({ ...event, price: 3, sold: 5 })
    const [first, second] = [0, 1].map((k) => events.indexOf(bad[k]!) + 1)
    for (const byName of [true, false]) {
      const medium = memoryMedium()
      const options = byName ? {} : { id: undefined as never }
      const kept = keptOn(medium, options)
      from(events).pipe(kept.train()).subscribe()
      expect(await kept.retryRejected((event, { sequence }) => (sequence === first ? fix(event) : undefined))).toBe(1)
      const name = (k: number): string | number => (byName ? bad[k]!.id : [first!, second!][k]!)
      expect(await kept.forget(name(0))).toBe(2)
      expect(await kept.forget(name(1))).toBe(1)
      for (const model of [kept, keptOn(memoryMedium(medium.files), options)]) {
        expect(model.rejected.map(({ sequence }) => sequence)).not.toContain(first)
        const retry = (event: Sale, row: Rejected) => (row.sequence === second ? fix(event) : undefined)
        expect(await model.retryRejected(retry)).toBe(0)
        const plain = make()
        for (const event of events.filter((each) => !isBad(each))) plain.learnOne(event)
        expect(digest(model.learner.snapshot() as object)).toBe(digest(plain.snapshot() as object))
      }
      for (const none of [1.5, null, '__proto__']) expect(await kept.forget(none as never)).toBe(0)
    }
  })

  it('cannot fill the store: bytes of an event, and rows, are bounded', () => {
    const kept = keptOn(undefined, { rejectedMax: 5 })
    from(events.map((event) => ({ ...event, note: 'x'.repeat(9000), sold: NaN }))).pipe(kept.train()).subscribe()
    expect(kept.rejected).toHaveLength(5)
    expect(kept.rejected.every(({ bytes, length }) => bytes.length === 4096 && length > 9000)).toBe(true)
    expect(kept.counters.rejected).toBe(200)
  })

  it('nor the disk: files of which no row is left are removed, those with other notes are not', () => {
    const medium = memoryMedium()
    const ofQuarantine = (): readonly string[] => medium.list().filter((name) => name.startsWith('rejected'))
    const kept = keptOn(medium, { rejectedMax: 20 })
    kept.store.noteRejected({ begins: true })
    const [first] = ofQuarantine()
    // Some 4 kB a row: more than a megabyte, after which a new file begins, five times over.
    for (let k = 0; k < 1500; k++) kept.quarantine(`${k} ${'x'.repeat(9000)}`, 'too long')
    expect(kept.counters.rejected).toBe(1500)
    expect(ofQuarantine().length).toBeLessThanOrEqual(3)
    expect(ofQuarantine()).toContain(first)
    const again = keptOn(memoryMedium(medium.files), { rejectedMax: 20 })
    expect(again.rejected.map(({ sequence }) => sequence)).toEqual(kept.rejected.map(({ sequence }) => sequence))
  })

  it('an event that cannot be kept is rejected, not half learned', () => {
    const kept = keptOn()
    const before = digest(kept.learner.snapshot() as object)
    const strange = { ...events[0]!, note: (() => 'text') as never }
    expect(() => kept.learnOne(strange)).toThrow(/rejected at log.*note.*function/)
    expect(digest(kept.learner.snapshot() as object)).toBe(before)
    expect(kept.sequence).toBe(1)
  })

  it('of a source stand beside them', () => {
    const kept = keptOn()
    kept.quarantine('1;2;;"', 'a quote is not closed')
    expect(kept.rejected[0]).toMatchObject({ reason: 'a quote is not closed', node: 'source', sequence: 1 })
  })

  it('raise an alarm once when there are too many, and again after it was quiet', () => {
    const kept = keptOn(undefined, { alarm: { share: 0.3, window: 10 } })
    const alarms: Alarm[] = []
    kept.alarm$.subscribe((alarm) => void alarms.push(alarm))
    const good = events.filter((event) => !isBad(event))
    const burst = Array.from({ length: 6 }, () => bad[0]!)
    from([...good.slice(0, 20), ...burst, ...good.slice(0, 20), ...burst]).pipe(kept.train()).subscribe()
    expect(alarms).toEqual([
      { sequence: 24, rejected: 4, window: 10 }, { sequence: 50, rejected: 4, window: 10 },
    ])
  })
})

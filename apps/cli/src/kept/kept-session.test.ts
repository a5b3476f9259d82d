import fc from 'fast-check'
import { digest } from 'eddy'
import { memoryMedium, openStore, persist, replay } from '@eddy/store'
import type { SourceRecord } from '@eddy/sources'
import { describe, expect, it } from 'vitest'
import type { Happening } from './happening.ts'
import { KeptSession } from './kept-session.ts'
import { RejectedNotes, rejectedRows } from './rejected-row.ts'
import type { Setting } from './setting.ts'

const base: Setting = {
  target: 'y', task: 'regression', model: { kind: 'linear' }, loss: 'squared', optimizer: null, ignore: [],
  text: [], dates: [], seed: 1, isDelayed: false, classes: [], isOpen: false, time: null, delay: null, id: 'id',
  mayNest: true, isSettled: false, numbered: null,
}
const settings: readonly Setting[] = [
  base, { ...base, model: { kind: 'mlp', hidden: [3] }, isDelayed: true, delay: { unit: 'records', by: 3 } },
  { ...base, task: 'binary', loss: 'log', model: { kind: 'auto' }, classes: ['0', '1'] },
]

/** Some records are fine, some have a label that is none, or no label, or a number that is too large. */
const record = fc.record({
  a: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -5, max: 5 }) }, { weight: 1, arbitrary: fc.constant(1e31) }),
  b: fc.constantFrom('u', 'v', null),
  y: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 1 }) }, fc.constant(null), fc.constant('oops')),
})
const malformed = {
  source: 'test', record: 1, line: 1, byte: 0, code: 'E_CSV', reason: 'broken', length: 3, raw: Uint8Array.of(1, 2, 3),
} as const
const stream = fc.tuple(fc.constantFrom(...settings), fc.array(fc.option(record), { minLength: 1, maxLength: 40 }))
  .map(([setting, rows]): readonly Happening[] => [
    { begin: setting, warm: null },
    ...rows.map((row, k) => (row === null
      ? { number: k + 1, malformed } : { number: k + 1, record: { id: `e${k}`, ...row } as SourceRecord })),
    { ended: true },
  ])

function run(happenings: readonly Happening[]): KeptSession {
  const kept = new KeptSession()
  for (const happening of happenings) kept.learnOne(happening)
  return kept
}

const told = ({ session }: KeptSession): object => ({
  digest: digest(session!.model.snapshot()), tally: session!.tally.state, waiting: session!.waiting,
  metrics: session!.tally.learned > 0 ? session!.metrics : null,
})

describe('KeptSession', () => {
  it('stopped anywhere and made anew from checkpoint and log is as if never stopped', () => {
    const every = fc.integer({ min: 1, max: 9 })
    fc.assert(fc.property(stream, fc.nat(), every, fc.boolean(), (happenings, cut, every, log) => {
      const medium = memoryMedium()
      const kept = persist(new KeptSession(), openStore(medium), { every, log, logEvery: 2 })
      const stop = cut % happenings.length
      for (const happening of happenings.slice(0, stop)) kept.learnOne(happening)
      // Nobody closes it: this is the end of a process.
      medium.unlock()
      const again = persist(new KeptSession(), openStore(medium), { every, log })
      expect(stop - again.sequence).toBeLessThan(log ? 2 : every)
      for (const happening of happenings.slice(again.sequence)) again.learnOne(happening)
      expect(told(again.learner)).toEqual(told(run(happenings)))
    }), { numRuns: 25 })
  })

  it('replayed without some events is as if they had never come', () => {
    fc.assert(fc.property(stream, fc.array(fc.nat(), { maxLength: 4 }), (happenings, picks) => {
      const events = happenings.slice(1, -1).length
      const gone = new Set(picks.map((pick) => 2 + pick % events))
      const store = openStore(memoryMedium())
      const kept = persist(new KeptSession(), store, { every: 7, log: true })
      for (const happening of happenings) kept.learnOne(happening)
      kept.checkpoint()
      const clean = new KeptSession()
      replay(store, clean, { without: [...gone] })
      expect(told(clean)).toEqual(told(run(happenings.filter((_, k) => !gone.has(k + 1)))))
    }), { numRuns: 25 })
  })

  it('notes down each rejected record once, whatever was done again, with its name', () => {
    fc.assert(fc.property(stream, fc.nat(), (happenings, cut) => {
      const medium = memoryMedium()
      let notes: RejectedNotes | null = null
      const make = (): KeptSession => new KeptSession({ notes: () => notes })
      const open = () => {
        const store = openStore(medium)
        notes = new RejectedNotes(store)
        return persist(make(), store, { every: 5, log: true, logEvery: 1 })
      }
      const kept = open()
      for (const happening of happenings.slice(0, cut % happenings.length)) kept.learnOne(happening)
      medium.unlock()
      const again = open()
      for (const happening of happenings.slice(again.sequence)) again.learnOne(happening)
      const rows = rejectedRows(again.store, [])
      expect(rows).toHaveLength(again.learner.session!.tally.rejected)
      for (const { name, number, isText } of rows) expect(name).toBe(isText ? String(number) : `e${number - 1}`)
    }), { numRuns: 25 })
  })

  it('gives a rejected record another chance without counting it twice', () => {
    const bad = { id: 'e1', a: 1, b: 'u', y: 'oops' }
    const kept = run([{ begin: base, warm: null }, { number: 1, record: bad }])
    expect(kept.session!.tally).toMatchObject({ received: 1, learned: 0, rejected: 1 })
    kept.learnOne({ number: 1, record: { ...bad, y: 'still' }, again: 'E_LABEL' })
    expect([kept.session!.tally.received, kept.session!.tally.rejected, kept.retried]).toEqual([1, 1, []])
    kept.learnOne({ number: 1, record: { ...bad, y: 2 }, again: 'E_LABEL' })
    expect(kept.session!.tally).toMatchObject({ received: 1, learned: 1, rejected: 0 })
    expect(kept.retried).toEqual([1])
  })
})

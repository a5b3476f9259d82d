import { describe, expect, it } from 'vitest'
import { ValueError } from '@eddy/tensor'
import { from } from 'rxjs'
import { openStore } from '../journal/store.ts'
import { indexedDb } from '../medium/indexed-db.ts'
import { memoryMedium } from '../medium/memory-medium.ts'
import { nodeFiles } from '../medium/node-files.ts'
import { models, sales } from '../testing/models.ts'
import { difference } from './difference.ts'
import { keeping, persist } from './persist.ts'
import { replay } from './replay.ts'

const make = models['two classes, FTRL']!
const events = sales(40).filter(({ sold }) => !Number.isNaN(sold))

describe('persist(learner, store, options)', () => {
  it.each([
    [{ evry: 10 }, /no such option, in persist: got "evry", wanted one of every, share, log/],
    [{ id: 'id' }, /id is no function, in persist: got "id", wanted id: \(event\) => event\.id/],
    [{ source: {} }, /source is no function, .*rows\.checkpoint\(\)/],
    [{ make: 5 }, /make is no function/],
    [{ log: 'yes' }, /whether there is a log, .*got "yes"/],
    [{ logEvery: NaN }, /logEvery is out of range.*an integer >= 1/],
    [{ rejectedMax: -1 }, /rejectedMax is out of range.*an integer >= 0/],
    [{ waitingBytesMax: 'many' }, /waitingBytesMax is out of range/],
    [{ retryAfter: Infinity }, /retryAfter is out of range/],
    [{ alarm: 5 }, /in persist\(\{ alarm \}\): got 5/],
    [{ alarm: { widow: 5 } }, /got "widow", wanted one of share, window/],
    [{ alarm: { window: -1 } }, /window is out of range, in persist\(\{ alarm \}\): got -1/],
    [{ alarm: { share: 2 } }, /share is out of range, in persist\(\{ alarm \}\): got 2/],
    [{ delayed: { labels: {} } }, /in persist\(\{ delayed \}\): got undefined, wanted requests: /],
    [{ delayed: { requests: {}, labels: {}, clock: 1 } }, /got "clock"/],
    [null, /the options are not an object, in persist: got null/],
    [1000, /the options are not an object, in persist: got 1000/],
  ])('refuses %j, and nothing is written', (options, message) => {
    const medium = memoryMedium()
    const store = openStore(medium)
    expect(() => persist(make(), store, options as object)).toThrow(message)
    expect(() => persist(make(), store, options as object)).toThrow(ValueError)
    expect(() => keeping(store, options as object).keep(make() as never)).toThrow(ValueError)
    expect(medium.list()).toEqual([])
    expect(persist(make(), store).sequence).toBe(0)
  })

  it('keeps one learner in a store, and none in one that was opened to look', async () => {
    const medium = memoryMedium()
    const store = openStore(medium)
    const kept = persist(make(), store)
    from(events).pipe(kept.train()).subscribe()
    expect(() => persist(make(), store)).toThrow(/keeps a learner already\. Open a store for each learner/)
    await kept.close()
    expect(() => persist(make(), store)).toThrow(/the store is closed/)
    const looking = openStore(medium, { readOnly: true })
    expect(() => persist(make(), looking)).toThrow(/opened to look only.*replay\(store, learner\) only looks/)
    expect(replay(looking, make()).sequence).toBe(events.length)
  })

  it('refuses labels that come later for what cannot wait for them, and questions to what has no answers', () => {
    const delayed = { requests: { key: 'id' }, labels: { key: 'id', label: 'sold', within: 9 } }
    const store = openStore(memoryMedium())
    expect(() => persist(models['one for each key']!(), store, { delayed } as never)).toThrow(
      /no learner of labels that come later, in persist\(\{ delayed \}\).*others learn when/,
    )
    const kept = persist(models['an anomaly detector']!(), store)
    expect(() => kept.predict()).toThrow(/this has no predictions, in persist: /)
    expect(() => kept.predictOne({} as never)).toThrow(/this has no predictions, in persist: /)
  })

  it('refuses learners of one\'s own whose state cannot be written, or that learn after they have returned', () => {
    const own = { learnOne: () => 1, snapshot: () => ({ seen: new Map() }), restore: () => {} }
    const medium = memoryMedium()
    expect(() => persist(own, openStore(medium))).toThrow(/^value\.seen: an object of Map cannot be kept\. Keep/)
    expect(medium.list()).toEqual([])
    const late = { ...own, learnOne: async () => 1 }
    expect(() => persist(late, openStore(memoryMedium()))).toThrow(/wanted a learnOne that has learned when it returns/)
  })

  it('refuses what names no event, and promises of mended ones', async () => {
    const kept = persist(make(), openStore(memoryMedium()), { log: true, id: (event) => (event as { id: string }).id })
    kept.quarantine({ id: 'e1' }, 'odd')
    for (const id of [undefined, true, {}]) {
      await expect(kept.forget(id as never)).rejects.toThrow(/^no event is called this, in forget: got .* Give what id/)
    }
    await expect(kept.retryRejected((async (event: object) => event) as never)).rejects.toThrow(
      /^this is no event, in retryRejected: got .*, wanted the mended event, at once\. Look up what is needed before/,
    )
    expect([kept.sequence, kept.rejected.length, await kept.forget('e1'), kept.rejected.length]).toEqual([1, 1, 1, 0])
  })

  it('says how a bandit can be kept', () => {
    const bandit = { choose: () => null, learn: () => null, snapshot: () => null, restore: () => {} }
    expect(() => persist(bandit as never, openStore(memoryMedium()))).toThrow(/A bandit is kept by an object whose/)
  })
})

describe('replay(store, learner, options)', () => {
  it.each([
    [{ whitout: [1] }, /got "whitout", wanted one of without, until, from, delayed/],
    [{ without: 5 }, /no numbers of operations, in replay: got 5, wanted a list/],
    [{ without: ['e5'] }, /numbersOf\(id\)/],
    [{ until: '3' }, /until is out of range, in replay/],
    [{ from: -1 }, /from is out of range, in replay/],
  ])('refuses %j', (options, message) => {
    const store = openStore(memoryMedium())
    persist(make(), store, { log: true })
    expect(() => replay(store, make(), options as object)).toThrow(message)
  })

  it('refuses what is no store, and what is no learner', () => {
    expect(() => replay(5 as never, make())).toThrow(/this is no store, in replay: got 5/)
    expect(() => replay(openStore(memoryMedium()), 5 as never)).toThrow(/this is no learner, in replay: got 5/)
  })
})

describe('difference(before, after)', () => {
  it.each([[null], [5], [[1]]])('refuses %j, which is no state', (wrong) => {
    const state = make().snapshot() as object
    expect(() => difference(state, wrong as never)).toThrow(/no record, in difference: .*wanted a state\. Give what/)
    expect(() => difference(wrong as never, state)).toThrow(ValueError)
  })
})

describe('kept.at(sequence)', () => {
  it('says what is missing', () => {
    const [logged, other] = [true, false].map((log) => persist(make(), openStore(memoryMedium()), { log }))
    for (const kept of [logged!, other!]) from(events.slice(0, 5)).pipe(kept.train()).subscribe()
    expect(() => logged!.at(99)).toThrow(/5 operations are in reach\. Ask for fewer/)
    expect(() => other!.at(3)).toThrow(/0 operations are in reach\. .*give log: true from the start/)
    for (const wrong of [-1, 1.5, '3', NaN]) {
      expect(() => logged!.at(wrong as never)).toThrow(/sequence is out of range/)
    }
  })
})

describe('media', () => {
  it('are refused for what they cannot be', async () => {
    for (const wrong of [undefined, 5, '', new URL('file:///trips.store')]) {
      expect(() => nodeFiles(wrong as never)).toThrow(/this is no folder, in nodeFiles: .*fileURLToPath/)
    }
    expect(() => nodeFiles('trips.store', { sync: true } as object)).toThrow(/got "sync", wanted one of fs/)
    for (const wrong of [{}, 'x', new Map([['a', 5]])]) {
      expect(() => memoryMedium(wrong as never)).toThrow(/these are no files, in memoryMedium/)
    }
    await expect(indexedDb(5 as never)).rejects.toThrow(/this is no name, in indexedDb: got 5/)
    await expect(indexedDb('trips', { lock: null } as object)).rejects.toThrow(/got "lock"/)
  })
})

import { describe, expect, it } from 'vitest'
import { digest } from '@eddy/optim'
import { input, Run } from '@eddy/graph'
import { dense } from '@eddy/nodes'
import { Tensor } from '@eddy/tensor'
import { Subject } from 'rxjs'
import { features } from '../features.ts'
import { autoModel } from './make-auto-model.ts'

/** Numbers and names in a state, wherever they stand. */
function sizeOf(value: unknown): number {
  if (value instanceof Tensor) return value.size
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, part) => sum + sizeOf(part), 0)
}

const news = (k: number): object => (
  { a: k % 5, [`number${k}`]: k, [`word${k}`]: `w${k}`, [`list${k}`]: [k, 1], y: k % 11 }
)

describe('autoModel: what it knows is bounded by namesMax', () => {
  it('fields, columns and keys that come when all names are taken are not kept, and it still learns', () => {
    const model = autoModel({ target: 'y', features: features({}, { unknown: 'auto', namesMax: 40 }) })
    const sizes = [0, 700, 800, 900].map((from, i, all) => {
      for (let k = from; k < (all[i + 1] ?? 1000); k++) model.learnOne(news(k))
      return sizeOf(model.snapshot().experts)
    })
    // The median keeps labels that differ, of which there are 11.
    expect(sizes[3]! - sizes[1]!).toBe(0)
    expect(model.counters).toMatchObject({ learned: 1000, rejected: 0, names: 40 })
    expect(model.counters.overflow).toBeGreaterThan(1000)
  })

  it('an event of far too many names is rejected, and leaves no trace', () => {
    const model = autoModel({ target: 'y' })
    model.learnOne({ a: 1, y: 1 })
    const before = digest(model.snapshot())
    const many = Object.fromEntries(Array.from({ length: 20_001 }, (_, k) => [`n${k}`, 1]))
    expect(() => model.learnOne({ ...many, y: 2 })).toThrow('20002 names')
    expect(digest(model.snapshot())).toBe(before)
  })

  it('restored with all names taken, it goes on with the same bits', () => {
    const make = (seed: number) => autoModel({
      target: 'y', features: features({}, { unknown: 'auto', namesMax: 40 }), seed,
    })
    const [model, copy] = [make(1), make(2)]
    for (let k = 0; k < 60; k++) model.learnOne(news(k))
    copy.restore(model.snapshot())
    for (let k = 60; k < 90; k++) expect(copy.learnOne(news(k)).prediction).toBe(model.learnOne(news(k)).prediction)
    expect(digest(copy.snapshot())).toBe(digest(model.snapshot()))
  })
})

describe('AutoModel#restore, into one of another seed', () => {
  it.each([0, 1, 3])('after %i events: what is drawn later is as where the state is from', (events) => {
    const [model, copy] = [1, 2].map((seed) => autoModel({ target: 'kind', seed }))
    const row = (k: number): object => ({ a: k % 3, kind: `k${k % 9}` })
    for (let k = 0; k < events; k++) model!.learnOne(row(k))
    copy!.restore(model!.snapshot())
    // Ever more classes: the graph is made anew with more room.
    for (let k = events; k < 30; k++) for (const each of [model!, copy!]) each.learnOne(row(k))
    expect(digest(copy!.snapshot())).toBe(digest(model!.snapshot()))
  })
})

/** Bytes of the memory that all models of the process share. */
function memory(): number {
  const source = new Subject<number>()
  const node = input(source, { shape: [1], select: (x) => x }).pipe(dense(1))
  return Run.of(source).storeOf([node], {}).arena.u8.byteLength
}

describe('AutoModel#restore, again and again', () => {
  it.each(['y', 'kind'])('gives back what it leaves behind at once, target %s', (target) => {
    const model = autoModel({ target })
    for (let k = 0; k < 20; k++) model.learnOne({ a: k % 3, kind: `k${k % 3}`, y: k })
    const state = model.snapshot()
    for (let k = 0; k < 10; k++) model.restore(state)
    const before = memory()
    for (let k = 0; k < 80; k++) model.restore(state)
    expect(memory()).toBe(before)
    expect(digest(model.snapshot())).toBe(digest(state))
  })
})

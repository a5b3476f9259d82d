import { digest } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { of, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Task } from '../task.ts'
import type { AutoModel } from './auto-model.ts'
import { autoModel } from './make-auto-model.ts'

interface Row {
  readonly id: number
  readonly a: number
  readonly c: string
}

/** Rows, and what turns out for each. */
function rows(count: number): { row: Row; y: number; k: string; b: boolean }[] {
  const random = rng(8, 'delayed')
  return Array.from({ length: count }, (_, id) => {
    const [a, c] = [standardNormal(random, 4 * id), random.integer(4 * id + 1, 3)]
    const y = 2 * a + c + 0.1 * standardNormal(random, 4 * id + 2)
    return { row: { id, a, c: `c${c}` }, y, k: `k${Math.max(0, Math.min(4, Math.floor(y + 2)))}`, b: y > 1 }
  })
}

const tasks = { regression: 'y', multiclass: 'k', binary: 'b' } as const satisfies Record<Task, string>
const modelOf = (task: Task): AutoModel<object> => (
  autoModel<object>({ target: tasks[task], task, seed: 5 }) as AutoModel<object>
)
const bits = (model: AutoModel<object>): string => digest(model.snapshot())

describe.each(['regression', 'multiclass', 'binary'] as const)('AutoModel#learn(options) for %s', (task) => {
  const all = rows(200)
  const labelOf = (i: number): unknown => all[i]![tasks[task]]
  /** A model whose labels come `delay` requests later; asks for rows `from` to `to`. */
  const play = (model: AutoModel<object>, from: number, to: number, delay: number): void => {
    const asks = new Subject<Row>()
    const labels = new Subject<{ id: number; label: unknown }>()
    asks.pipe(model.predict({ key: 'id' })).subscribe()
    labels.pipe(model.learn({ key: 'id', label: 'label', capacity: 100 })).subscribe()
    for (let i = from; i < to; i++) {
      asks.next(all[i]!.row)
      if (i >= delay) labels.next({ id: i - delay, label: labelOf(i - delay) })
    }
  }

  it('is request and learnOne by hand, bit for bit, and scores what was predicted then', () => {
    const [one, two] = [modelOf(task), modelOf(task)]
    const waiting: ReturnType<typeof two.request>[] = []
    const asks = new Subject<Row>()
    const labels = new Subject<{ id: number; label: unknown }>()
    const said: unknown[] = []
    asks.pipe(one.predict({ key: 'id' })).subscribe(({ prediction }) => said.push(prediction))
    const learned: unknown[] = []
    labels.pipe(one.learn({ key: 'id', label: 'label' })).subscribe((result) => {
      learned.push(result.key)
      expect(result.prediction).toBe(said[result.key as number])
      expect(result.isRevision).toBe(false)
    })
    all.forEach(({ row }, i) => {
      asks.next(row)
      waiting.push(two.request(row))
      expect(waiting[i]!.prediction).toEqual(said[i])
      if (i < 30) return
      labels.next({ id: i - 30, label: labelOf(i - 30) })
      two.learnOne({ ...all[i - 30]!.row, [tasks[task]]: labelOf(i - 30) }, waiting[i - 30])
    })
    const { delayed, metrics, ...rest } = one.snapshot()
    const { metrics: others, ...other } = two.snapshot()
    expect(digest(rest)).toBe(digest(other))
    expect(digest(metrics.model)).toBe(digest(others.model))
    expect(delayed!.pending.length).toBe(30)
    expect(learned.length).toBe(170)
    expect(one.labelCounters).toMatchObject({ kept: 200, learned: 170, pending: 30, received: 170, waiting: 0 })
  })

  it('what waits is part of the state: restored elsewhere, it goes on with the same bits', () => {
    const model = modelOf(task)
    play(model, 0, 60, 20)
    const state = model.snapshot()
    const copy = modelOf(task)
    copy.restore(state)
    expect(bits(copy)).toBe(digest(state))
    for (const each of [model, copy]) play(each, 60, 120, 20)
    expect(bits(copy)).toBe(bits(model))
    expect(copy.labelCounters).toEqual(model.labelCounters)
  })

  it('a label of no use changes nothing but its count, and the prediction waits on', () => {
    const model = modelOf(task)
    play(model, 0, 40, 5)
    const before = digest({ ...model.snapshot(), delayed: undefined })
    const fates: unknown[] = []
    model.labels$.subscribe(({ fate, key, prediction }) => fates.push([fate, key, prediction !== null]))
    const rejected: unknown[] = []
    model.rejected$.subscribe(({ event }) => rejected.push(event))
    const labels = new Subject<{ id: number; label: unknown }>()
    labels.pipe(model.learn({ key: 'id', label: 'label', capacity: 100 })).subscribe()
    labels.next({ id: 36, label: null })
    labels.next({ id: 999, label: labelOf(0) })
    labels.next({ id: 3, label: labelOf(3) })
    expect(digest({ ...model.snapshot(), delayed: undefined })).toBe(before)
    expect(rejected).toEqual([all[36]!.row])
    labels.next({ id: 36, label: labelOf(36) })
    expect(fates).toEqual([
      ['rejected', 36, true], ['unknown', 999, false], ['duplicate', 3, false], ['learned', 36, true],
    ])
    expect(model.labelCounters).toMatchObject({ rejected: 1, unknown: 1, duplicate: 1, learned: 36 })
    expect(model.counters.learned).toBe(36)
  })
})

describe('AutoModel#learn(options)', () => {
  it('a revised label is learned again if that is wanted, and scored once', () => {
    const model = modelOf('regression')
    const labels = new Subject<{ id: number; y: number }>()
    const revisions: boolean[] = []
    labels.pipe(model.learn({ key: 'id', label: 'y', revised: 'learn' })).subscribe(({ isRevision }) => {
      revisions.push(isRevision)
    })
    of(...rows(10).map(({ row }) => row)).pipe(model.predict({ key: 'id' })).subscribe()
    labels.next({ id: 4, y: 1 })
    const { mae } = model.metrics
    labels.next({ id: 4, y: 2 })
    expect(revisions).toEqual([false, true])
    expect(model.metrics.mae).toBe(mae)
    expect(model.counters.learned).toBe(2)
  })

  it('predictions that are too old, or too many, make room and are counted', () => {
    const model = modelOf('binary')
    const labels = new Subject<{ id: number; b: boolean }>()
    labels.pipe(model.learn({ key: 'id', label: 'b', within: 20, capacity: 10 })).subscribe()
    of(...rows(50).map(({ row }) => row)).pipe(model.predict({ key: 'id' })).subscribe()
    labels.next({ id: 35, b: true })
    expect(model.labelCounters).toMatchObject({ kept: 50, pending: 10, orphaned: 1 })
    expect(model.labelCounters.evicted + model.labelCounters.expired).toBe(40)
  })

  it('needs the task, and refuses a state of another one', () => {
    const model = autoModel<object>({ target: 'y' })
    const reasons: string[] = []
    model.rejected$.subscribe(({ reason }) => reasons.push(reason))
    of({ id: 1, a: 2 }).pipe(model.predict({ key: 'id' })).subscribe(() => expect.unreachable())
    expect(reasons).toEqual([expect.stringMatching(/has no task yet/)])
    const [one, two] = [modelOf('regression'), modelOf('binary')]
    for (const each of [one, two]) of({ id: 1, a: 2 }).pipe(each.predict({ key: 'id' })).subscribe()
    expect(() => one.restore({ ...one.snapshot(), delayed: two.snapshot().delayed! })).toThrow(/none of this model/)
  })
})

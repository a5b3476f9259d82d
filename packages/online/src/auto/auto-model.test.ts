import fc from 'fast-check'
import { RejectedError } from '@eddy/graph'
import { digest } from '@eddy/optim'
import { rng, standardNormal, Tensor } from '@eddy/tensor'
import { from, lastValueFrom, of, Subject, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { features } from '../features.ts'
import { numeric } from '../encoders/numeric.ts'
import type { AutoModel } from './auto-model.ts'
import { autoModel } from './make-auto-model.ts'

type Row = Readonly<Record<string, unknown>>

/** Rows with numbers, categories, dates, text and gaps; y is a number, k one of up to nine classes, b true or false. */
function rows(count: number, seed = 1): Row[] {
  const random = rng(seed, 'auto')
  return Array.from({ length: count }, (_, i) => {
    const at = 16 * i
    const [a, c] = [standardNormal(random, at), random.integer(at + 1, 4)]
    const day = String(1 + random.integer(at + 2, 28)).padStart(2, '0')
    const y = 2 * a + c + 0.1 * standardNormal(random, at + 3)
    return {
      ...(random.uniform(at + 4) < 0.1 ? {} : { a }), c: `c${c}`, day: `2026-03-${day}T0${c}:30:00`,
      note: random.uniform(at + 5) < 0.5 ? 'a mail that sells five cheap things' : 'see you in the garden at noon',
      big: i % 50 === 0 ? 1e6 * random.uniform(at + 6) : 0, y,
      k: `k${Math.max(0, Math.min(8, Math.floor(y + 2 + (i > 60 ? 3 : 0))))}`, b: y > 1.5,
    }
  })
}

const without = (row: Row, ...names: string[]): Row => (
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
)
const targets = { regression: ['y', ['k', 'b']], multiclass: ['k', ['y', 'b']], binary: ['b', ['y', 'k']] } as const
type Kind = keyof typeof targets
const kinds = Object.keys(targets) as Kind[]
const modelOf = (kind: Kind, seed = 3): AutoModel<object> => autoModel({ target: targets[kind][0], seed })
const rowsOf = (kind: Kind, count: number, seed = 1): Row[] => (
  rows(count, seed).map((row) => without(row, ...targets[kind][1]))
)
const bits = (model: AutoModel<object>): string => digest(model.snapshot())
const numbersOf = (prediction: unknown): number[] => (
  typeof prediction === 'number' ? [prediction]
    : Array.from((prediction as { probabilities: ArrayLike<number> }).probabilities)
)

describe.each(kinds)('autoModel() for %s', (kind) => {
  it('sees the task from the first label, and beats its baselines', () => {
    const model = modelOf(kind)
    expect(model.task).toBe(null)
    for (const row of rowsOf(kind, 400)) model.learnOne(row)
    expect(model.task).toBe(kind)
    const { baselines, ...metrics } = model.metrics as unknown as Record<string, number> & {
      baselines: Record<string, Record<string, number>>
    }
    const [name, sign] = kind === 'regression' ? ['mae', -1] : ['accuracy', 1]
    for (const own of Object.values(baselines)) expect(sign * metrics[name]!).toBeGreaterThan(sign * own[name]!)
    expect(model.counters).toMatchObject({ learned: 400, rejected: 0 })
  })

  it('restore(snapshot()) elsewhere, amid growth: further results have the same bits', () => {
    for (const cut of [1, 65]) {
      const model = modelOf(kind)
      const all = rowsOf(kind, 90)
      for (const row of all.slice(0, cut)) model.learnOne(row)
      const state = model.snapshot()
      const before = digest(state)
      const copy = modelOf(kind, 99)
      for (const row of rowsOf(kind, 30, 7)) copy.learnOne(row)
      copy.restore(state)
      expect(bits(copy)).toBe(before)
      for (const row of all.slice(cut)) {
        expect(numbersOf(copy.learnOne(row).prediction)).toEqual(numbersOf(model.learnOne(row).prediction))
      }
      expect(bits(copy)).toBe(bits(model))
      expect(digest(state)).toBe(before)
    }
  })

  it('a rejected event changes no bit, whatever is wrong with it', () => {
    const model = modelOf(kind)
    const all = rowsOf(kind, 30)
    for (const row of all) model.learnOne(row)
    const before = bits(model)
    const [target] = targets[kind]
    const bad: unknown[] = [
      { ...all[0], a: NaN }, { ...all[0], fresh: 'ghost', a: 1e31 }, { ...all[0], z: {} }, { ...all[0], z: [[1]] },
      { ...all[0], [target]: null }, without(all[0]!, target), null, 5, [],
      { ...all[0], [target]: kind === 'regression' ? 'x' : NaN },
    ]
    const reasons: string[] = []
    model.rejected$.subscribe(({ reason }) => reasons.push(reason))
    for (const event of bad) {
      expect(() => model.learnOne(event as object)).toThrow(RejectedError)
      expect(bits(model)).toBe(before)
    }
    expect(reasons.length).toBe(bad.length)
    expect(model.counters).toMatchObject({ learned: 30, rejected: bad.length })
  })

  it('predicting changes no bit, and the order of keys none either', () => {
    const [one, two] = [modelOf(kind), modelOf(kind)]
    fc.assert(fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
      for (const row of rowsOf(kind, 5)) {
        const keys = Object.keys(row).map((name) => [numbers.next().value as number, name] as const)
        const shuffled = keys.sort((a, b) => a[0] - b[0]).map(([, name]) => [name, row[name]])
        one.learnOne(row)
        two.learnOne(Object.fromEntries(shuffled))
        const before = bits(two)
        one.predictOne(without(row, targets[kind][0], 'a'))
        numbersOf(two.predictOne({ ...row, unheard: 'of', c: 'of' })).forEach((x) => expect(x).toBeTypeOf('number'))
        expect(bits(two)).toBe(before)
      }
      expect(bits(one)).toBe(bits(two))
    }), { numRuns: 4 })
  })

  it('stays finite, and learns on, through any numbers', () => {
    const number = fc.oneof(fc.double({ min: -1e30, max: 1e30, noNaN: true }), fc.constantFrom(0, -0, 1, 5e-324, 1e-30))
    const label = kind === 'regression' ? number : kind === 'binary' ? fc.boolean() : fc.constantFrom('p', 'q', 'r')
    const wild = fc.array(fc.record({ u: number, v: number, [targets[kind][0]]: label }), { maxLength: 30 })
    fc.assert(fc.property(wild, (events) => {
      const model = modelOf(kind)
      for (const event of events) {
        const { prediction, loss } = model.learnOne(event)
        for (const x of [...numbersOf(prediction), loss]) expect(Number.isFinite(x)).toBe(true)
      }
      expect(model.counters.learned).toBe(events.length)
      expect(isFinite(model.snapshot())).toBe(true)
    }), { numRuns: 12 })
  })

  it('says which experts carry it, and how good each one is', () => {
    const model = modelOf(kind)
    expect(model.experts).toEqual([])
    for (const row of rowsOf(kind, 200)) model.learnOne(row)
    const { experts } = model
    expect(experts.length).toBeGreaterThan(10)
    expect(experts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9)
    for (const { weight, loss } of experts) expect(weight >= 0 && Number.isFinite(loss)).toBe(true)
    expect(new Set(experts.map(({ name }) => name)).size).toBe(experts.length)
  })
})

function isFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (value instanceof Tensor) return value.data.every((x: number) => Number.isFinite(x))
  return typeof value !== 'object' || value === null || Object.values(value).every(isFinite)
}

describe('AutoModel#train()', () => {
  it('equals learnOne, completes, and lets events from inside results wait their turn', async () => {
    const all = rowsOf('regression', 60)
    const [one, two] = [modelOf('regression'), modelOf('regression')]
    for (const row of all) one.learnOne(row)
    const learned = await lastValueFrom(from(all).pipe(two.train(), toArray()))
    expect(learned.map(({ event }) => event)).toEqual(all)
    expect(bits(two)).toBe(bits(one))

    const events$ = new Subject<Row>()
    const order: unknown[] = []
    const three = modelOf('regression')
    events$.pipe(three.train()).subscribe(({ event }) => {
      order.push(event)
      if (event === all[0]) events$.next(all[1]!)
      expect(() => three.learnOne(all[2]!)).toThrow(/called while another event/)
    })
    events$.next(all[0]!)
    events$.complete()
    expect(order).toEqual([all[0], all[1]])
  })

  it('emits nothing for rejected events, in learning and in predicting', () => {
    const model = modelOf('regression')
    const seen: unknown[] = []
    const rejected: unknown[] = []
    model.rejected$.subscribe(({ event }) => rejected.push(event))
    of({ a: NaN, y: 1 }, { a: 1, y: 1 }).pipe(model.train()).subscribe(({ event }) => seen.push(event))
    of({ a: 2 }, { a: Infinity }).pipe(model.predict()).subscribe(({ event }) => seen.push(event))
    expect(seen).toEqual([{ a: 1, y: 1 }, { a: 2 }])
    expect(rejected).toEqual([{ a: NaN, y: 1 }, { a: Infinity }])
  })
})

describe('classes', () => {
  it('come as they are met: one by one, beyond any room, with a chance of yet another one', () => {
    const model = autoModel({ target: 'k' })
    const first = model.learnOne({ a: 1, k: 'c0' })
    expect(first.prediction).toEqual({ label: null, probabilities: Float64Array.of(1) })
    expect(first.loss).toBe(0)
    expect(model.metrics).toMatchObject({
      accuracy: 0, logLoss: expect.closeTo(0, 12), baselines: { noChange: { accuracy: 0 } },
    })
    for (let i = 1; i < 300; i++) {
      const k = `c${Math.min(i % 40, Math.floor(i / 5))}`
      const { prediction } = model.learnOne({ a: i % 40, k })
      const probabilities = numbersOf(prediction)
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9)
      expect(probabilities.at(-1)).toBeLessThan(Math.max(...probabilities))
    }
    expect(model.classes).toEqual(Array.from({ length: 40 }, (_, i) => `c${i}`))
    expect(model.counters.rejected).toBe(0)
  })

  it('before any has been met, none is named, unless they were given', () => {
    const open = autoModel({ target: 'k', task: 'multiclass' })
    expect(open.predictOne({ a: 1 })).toEqual({ label: null, probabilities: Float64Array.of(1) })
    open.learnOne({ a: 1, k: 7 })
    expect(open.predictOne({ a: 1 }).label).toBe(7)
    const given = autoModel({ target: 'k', task: 'multiclass', classes: ['x', 'y', 'z'] })
    expect(given.predictOne({ a: 1 }).label).not.toBeNull()
    expect(given.learnOne({ a: 1, k: 'y' }).prediction.probabilities).toHaveLength(3)
  })

  it('that were met after a prediction was made had what it left for such', () => {
    const model = autoModel({ target: 'k', task: 'multiclass' })
    const early = ['a', 'b', 'c'].map((k) => [model.request({ x: 1 }), k] as const)
    const first = early.map(([request, k]) => model.learnOne({ x: 1, k }, request))
    expect(first.map(({ prediction, loss }) => [prediction.label, loss])).toEqual([[null, 0], [null, 0], [null, 0]])
    expect(model.metrics).toMatchObject({ accuracy: 0, logLoss: expect.closeTo(0, 12) })
    const late = ['d', 'e'].map((k) => [model.request({ x: 2 }), k] as const)
    const rest = late.map(([request, k]) => model.learnOne({ x: 2, k }, request))
    for (const { prediction, loss } of rest) expect(loss).toBeCloseTo(-Math.log(prediction.probabilities[3]!), 12)
    expect(model.metrics.logLoss).toBeCloseTo((rest[0]!.loss + rest[1]!.loss) / 5, 12)
  })

  it('of two: 0 and 1, false and true, or two names; a third one is refused', () => {
    const numbers = autoModel({ target: 'k', task: 'binary' })
    for (let i = 0; i < 200; i++) numbers.learnOne({ a: i % 3, k: i % 3 === 0 ? 1 : 0 })
    expect(numbers.predictOne({ a: 0 })).toBeGreaterThan(0.9)
    const named = autoModel({ target: 'k', task: 'binary', classes: ['no', 'yes'] })
    for (let i = 0; i < 200; i++) named.learnOne({ a: i % 3, k: i % 3 === 0 ? 'yes' : 'no' })
    expect(named.predictOne({ a: 0 })).toBeGreaterThan(0.9)
    expect(named.classes).toEqual(['no', 'yes'])
    expect(() => named.learnOne({ a: 1, k: 'maybe' })).toThrow(/one of 2 classes.*'multiclass' for more than two/)
    for (const k of [undefined, null, NaN, {}]) {
      expect(() => named.learnOne({ a: 1, k })).toThrow(/wanted text, a finite number or .* Filter out events without/)
    }
    expect(named.counters.refusedClasses).toBe(1)
    expect(() => numbers.learnOne({ a: 1, k: 2 })).toThrow(RejectedError)
  })
})

describe('autoModel(options)', () => {
  it('reads fields as features({ ... }) says, and ignores what it says', () => {
    const spec = features({ a: numeric({ missing: 0 }) }, { unknown: 'auto', ignore: ['id'] })
    const [one, two] = [1, 2].map(() => autoModel<object>({ target: 'y', features: spec }))
    for (let i = 0; i < 20; i++) {
      one!.learnOne({ a: i, y: i })
      two!.learnOne({ a: i, id: Math.sin(i), y: i })
    }
    expect(bits(two!)).toBe(bits(one!))
  })

  it('refuses what cannot be meant', () => {
    expect(() => autoModel({ target: 5 as never })).toThrow(/Name its field/)
    expect(() => autoModel({ target: 'a', features: features({ a: numeric() }) })).toThrow(/is a feature, too/)
    expect(() => autoModel({ target: (e: { y: number }) => e.y })).toThrow(/label might be among them/)
    expect(() => autoModel({ target: 'k', classes: ['a', 'b'] })).toThrow(/without a task/)
    expect(() => autoModel({ target: 'k', task: 'binary', classes: ['a', 'a'] })).toThrow(/2 different ones/)
    expect(() => autoModel({ target: 'k', task: 'guess' as never })).toThrow(/regression.*binary.*multiclass/)
  })

  it('a state of another task, or of none, is refused and changes nothing', () => {
    const model = autoModel<object>({ target: 'y', task: 'regression' })
    model.learnOne({ a: 1, y: 2 })
    const before = bits(model)
    const other = autoModel<object>({ target: 'y', task: 'binary' }).snapshot()
    expect(() => model.restore(other)).toThrow(/state is one of binary/)
    expect(() => model.restore({ ...other, task: 'regression' })).toThrow()
    expect(() => model.restore({ ...model.snapshot(), experts: null })).toThrow(/is missing/)
    expect(bits(model)).toBe(before)
  })
})

describe.each(kinds)('AutoModel#request(event) for %s', (kind) => {
  it('with a label that comes at once, and no new names, learning is that of learnOne, bit for bit', () => {
    const [one, two] = [kind, kind].map((task) => autoModel<object>({ target: targets[task][0], task, seed: 3 }))
    const all = rowsOf(kind, 40)
    for (const model of [one!, two!]) for (const row of all) model.learnOne(row)
    for (const row of all) {
      const request = two!.request(without(row, targets[kind][0]))
      expect(request.prediction).toEqual(one!.predictOne(row))
      const learned = two!.learnOne(row, request)
      expect(numbersOf(learned.prediction)).toEqual(numbersOf(one!.learnOne(row).prediction))
    }
    expect(digest(two!.snapshot().training)).toBe(digest(one!.snapshot().training))
  })

  it('with labels that come 30 events later, what is judged is what was said, and it still learns', () => {
    const model = autoModel<object>({ target: targets[kind][0], task: kind })
    const all = rowsOf(kind, 500)
    const waiting: ReturnType<typeof model.request>[] = []
    let [hits, count] = [0, 0]
    all.forEach((row, i) => {
      waiting.push(model.request(without(row, targets[kind][0])))
      if (i < 30) return
      const { prediction } = waiting[i - 30]!
      expect(model.learnOne(all[i - 30]!, waiting[i - 30]!).prediction).toBe(prediction)
      if (i < 300) return
      const truth = all[i - 30]![targets[kind][0]]
      const answer = typeof prediction === 'number' ? prediction : prediction.label
      const isRight = kind === 'regression' ? Math.abs(Number(answer) - Number(truth)) < 1
        : kind === 'binary' ? (Number(answer) > 0.5) === truth : answer === truth
      hits += Number(isRight)
      count++
    })
    expect(hits / count).toBeGreaterThan(kind === 'multiclass' ? 0.45 : 0.6)
  })
})

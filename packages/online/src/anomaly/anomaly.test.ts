import { RejectedError } from '@eddy/graph'
import { sgd } from '@eddy/optim'
import fc from 'fast-check'
import { from, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { categorical } from '../encoders/categorical.ts'
import { hashed } from '../encoders/hashed.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { bitsOf } from '../testing/streams.ts'
import type { AnomalyDetector } from './anomaly-detector.ts'
import type { AnomalyOptions, AnomalyState, Influence } from './anomaly-options.ts'
import { anomaly } from './anomaly.ts'
import { gaussianScorer, halfSpaceTrees } from './testing/baselines.ts'
import { type Fault, readings, rocAucOf } from './testing/machines.ts'

const six = features(Object.fromEntries(Array.from({ length: 6 }, (_, j) => [`s${j}`, numeric()])))
const make = (options: Partial<AnomalyOptions> = {}): AnomalyDetector<object> => (
  anomaly({ features: six, hidden: 2, rate: 0.02, seed: 1, ...options })
)
const bits = ({ model, errors, ...rest }: AnomalyState): string => (
  `${bitsOf(model)}\n${[...errors.data]}\n${JSON.stringify(rest)}`
)
const influences: readonly Influence[] = ['bounded', 'full', 'skip']

describe('quality on six sensors that hang together', () => {
  const judged = (scores: readonly number[], stream: ReturnType<typeof readings>): number => (
    rocAucOf(scores.slice(1000), stream.slice(1000).map(({ isBad }) => isBad))
  )
  const seeds = [1, 2, 3]
  const mean = (score: (seed: number) => number): number => (
    seeds.reduce((sum, seed) => sum + score(seed), 0) / seeds.length
  )
  const own = (fault: Fault, options: Partial<AnomalyOptions> = {}): number => mean((seed) => {
    const stream = readings(4000, seed, fault)
    const detector = make({ seed, ...options })
    return judged(stream.map(({ event }) => detector.learnOne(event).score), stream)
  })
  const other = (fault: Fault, scorer: () => (values: readonly number[]) => number): number => mean((seed) => {
    const stream = readings(4000, seed, fault)
    const score = scorer()
    return judged(stream.map(({ event }) => score(Object.values(event))), stream)
  })

  it('finds readings that do not fit together, which a Gaussian and half-space trees hardly see', () => {
    const found = own('together')
    expect(found).toBeGreaterThan(0.9)
    expect(found).toBeGreaterThan(other('together', gaussianScorer) + 0.25)
    expect(found).toBeGreaterThan(other('together', halfSpaceTrees) + 0.15)
  })

  it('finds single readings that are far off, no worse than they do', () => {
    const found = own('far')
    expect(found).toBeGreaterThan(0.99)
    expect(found).toBeGreaterThan(other('far', gaussianScorer) - 0.005)
    expect(found).toBeGreaterThan(other('far', halfSpaceTrees) - 0.005)
  })

  it.each(influences)('%s: calls about as many anomalies as it was told, most of them rightly', (influence) => {
    const stream = readings(6000, 4, 'far')
    const detector = make({ influence })
    const called = stream.map(({ event }) => detector.learnOne(event).isAnomaly)
    const [late, truth] = [called.slice(1500), stream.slice(1500).map(({ isBad }) => isBad)]
    const count = late.filter(Boolean).length
    expect(count / late.length).toBeGreaterThan(0.01)
    expect(count / late.length).toBeLessThan(0.03)
    expect(late.filter((each, k) => each && truth[k]).length / count).toBeGreaterThan(0.7)
  })

  it('a sensor that fails is not held against the others: errors stay in size', () => {
    const stream = readings(4000, 2, 'far').filter(({ isBad }) => !isBad)
    const detector = make()
    for (const { event } of stream.slice(0, 3000)) detector.learnOne(event)
    const meanOf = (change: (event: object) => object): number => (
      stream.slice(3000).reduce((sum, { event }) => sum + detector.scoreOne(change(event)).error, 0)
      / (stream.length - 3000)
    )
    const [whole, without] = [meanOf((event) => event), meanOf((event) => ({ ...event, s2: undefined }))]
    expect(without).toBeLessThan(3 * whole)
    expect(meanOf((event) => ({ ...event, s2: 1e4 }))).toBeGreaterThan(20 * whole)
  })
})

describe('categories', () => {
  it('that always go together and once do not are found, without a single number', () => {
    const detector = make({ features: features({ site: categorical(), unit: categorical() }), hidden: 3, width: 8 })
    const pairs = [['p', 'x'], ['q', 'y'], ['r', 'z'], ['s', 'w']] as const
    for (let k = 0; k < 4000; k++) detector.learnOne({ site: pairs[(k * 7) % 4]![0], unit: pairs[(k * 7) % 4]![1] })
    const usual = pairs.map(([site, unit]) => detector.scoreOne({ site, unit }))
    const mixed = pairs.map(([site], k) => detector.scoreOne({ site, unit: pairs[(k + 1) % 4]![1] }))
    expect(mixed.every(({ isAnomaly }) => isAnomaly)).toBe(true)
    expect(Math.min(...mixed.map(({ error }) => error))).toBeGreaterThan(5 * Math.max(...usual.map((one) => one.error)))
  })

  it('that are new are unusual, where they are learned', () => {
    const detector = make({ features: features({ site: categorical() }), hidden: 2 })
    for (let k = 0; k < 500; k++) detector.learnOne({ site: 'p' })
    const known = detector.learnOne({ site: 'p' })
    const novel = detector.learnOne({ site: 'elsewhere' })
    expect(novel).toMatchObject({ isAnomaly: true })
    expect(novel.error).toBeGreaterThan(known.error + 0.9)
  })
})

describe('influence', () => {
  it.each(['bounded', 'full'] as const)('%s: the pull of an event as the loss says', (influence) => {
    const detector = make({ influence, dtype: 'f64' })
    const seen: number[][] = []
    detector.nodes.error.gradient$.subscribe((pull) => seen.push([pull.data[0]!]))
    const errors = readings(50, 1, 'far').map(({ event }) => detector.learnOne(event).error)
    errors.forEach((error, k) => expect(seen[k]![0]).toBeCloseTo(influence === 'full' ? 1 : 1 / (1 + error), 12))
  })

  it('skip: anomalies are not learned; when the normal moves for good, it is learned again', () => {
    const detector = make({ influence: 'skip', window: 200 })
    const stream = readings(3000, 3, 'far')
    const before = stream.slice(0, 1500).map(({ event }) => detector.learnOne(event))
    expect(before.every(({ isAnomaly, isLearned }) => isAnomaly !== isLearned)).toBe(true)
    const moved = stream.slice(1500).map(({ event }) => detector.learnOne({ ...event, s0: event['s0']! + 40 }))
    expect(moved.slice(0, 3).some(({ isLearned }) => isLearned)).toBe(false)
    expect(moved.slice(-500).filter(({ isLearned }) => isLearned).length).toBeGreaterThan(450)
    const { seen, learned, anomalies } = detector.counters
    expect([seen, learned + anomalies]).toEqual([3000, 3000])
  })
})

describe('train(), score(), learnOne(), scoreOne()', () => {
  it('what is scored was not learned from yet; scoring changes nothing', () => {
    const [detector, other] = [make(), make()]
    for (const { event } of readings(60, 1, 'far')) {
      const asked = detector.scoreOne(event)
      expect({ ...asked, isLearned: true }).toEqual(detector.learnOne(event))
      other.learnOne(event)
    }
    expect(bits(detector.snapshot())).toBe(bits(other.snapshot()))
  })

  it('streams: results in order, completion, errors passed on, what cannot be used is reported', () => {
    const detector = make()
    const seen: string[] = []
    detector.rejected$.subscribe(({ event }) => seen.push(`rejected ${JSON.stringify(event)}`))
    const events = [{ s0: 1 }, { s0: NaN, s1: 2 }, { s1: 3 }]
    from(events).pipe(detector.train()).subscribe({
      next: ({ event }) => seen.push(JSON.stringify(event)), complete: () => seen.push('end'),
    })
    const failing$ = new Subject<object>()
    failing$.pipe(detector.score()).subscribe({ error: (error) => seen.push(String(error)) })
    failing$.next({ s0: 'hot' })
    failing$.error('gone')
    expect(seen).toEqual([
      '{"s0":1}', 'rejected {"s0":null,"s1":2}', '{"s1":3}', 'end', 'rejected {"s0":"hot"}', 'gone',
    ])
    expect(detector.counters).toMatchObject({ seen: 2, rejected: 2, names: 2 })
  })

  it.each(influences)('%s: an event that cannot be used changes no bit', (influence) => {
    const detector = make({ influence })
    for (const { event } of readings(150, 1, 'far')) detector.learnOne(event)
    const before = bits(detector.snapshot())
    for (const event of [{ s0: NaN }, { s0: '1' }, { s1: 1e31 }, 5 as never]) {
      expect(() => detector.learnOne(event)).toThrow(RejectedError)
      expect(() => detector.scoreOne(event)).toThrow(RejectedError)
    }
    expect(bits(detector.snapshot())).toBe(before)
  })

  it('nothing is an anomaly while there is too little to compare with', () => {
    const detector = make({ rate: 0.1, warmUp: 30 })
    const results = readings(60, 1, 'far').map(({ event }) => detector.learnOne(event))
    expect(results.slice(0, 30).every(({ threshold, isAnomaly }) => threshold === Infinity && !isAnomaly)).toBe(true)
    expect(results.slice(30).every(({ threshold }) => threshold < Infinity)).toBe(true)
  })
})

describe('the resume law of anomaly detectors', () => {
  const wide = features({ x: numeric(), y: numeric(), kind: categorical(), tag: hashed({ bits: 3 }) })
  const event = fc.record({
    x: fc.constantFrom(undefined, 1, 5, -3, NaN), y: fc.constantFrom(undefined, 0, 2, 1e6),
    kind: fc.constantFrom('a', 'b', 'c', undefined), tag: fc.constantFrom('p', 'q'),
  })

  it.each(influences)('%s: stopped anywhere, restored and gone on, as if never stopped', (influence) => {
    const build = (): AnomalyDetector<object> => make({ features: wide, influence, rate: 0.2, window: 10, warmUp: 5 })
    const play = (detector: AnomalyDetector<object>, events: readonly object[]): unknown[] => events.map((each) => {
      try {
        return detector.learnOne(each)
      } catch (error) {
        return String(error)
      }
    })
    fc.assert(fc.property(fc.array(event, { minLength: 2, maxLength: 40 }), fc.nat(39), (events, at) => {
      const [whole, first, second] = [build(), build(), build()]
      const expected = play(whole, events)
      const begun = play(first, events.slice(0, at))
      second.restore(first.snapshot())
      expect([...begun, ...play(second, events.slice(at))]).toEqual(expected)
      expect(bits(second.snapshot())).toBe(bits(whole.snapshot()))
    }), { numRuns: 25 })
  })

  it('refuses the state of another detector, and has not changed', () => {
    const [detector, other] = [make(), make({ features: wide })]
    for (const one of [detector, other]) for (let k = 0; k < 20; k++) one.learnOne({ s0: k, x: k })
    const before = bits(detector.snapshot())
    const state = other.snapshot()
    expect(() => make({ hidden: 3 }).restore(state)).toThrow()
    for (const wrong of [{ errors: undefined as never }, { seen: 0.5 }, { model: undefined as never }]) {
      expect(() => detector.restore({ ...detector.snapshot(), ...wrong })).toThrow(/no state of an anomaly/)
    }
    expect(() => detector.restore(undefined as never)).toThrow(/no state of an anomaly/)
    expect(bits(detector.snapshot())).toBe(before)
  })
})

describe('anomaly(options)', () => {
  it.each([
    [{ rate: 0 }, /rate is out of range, in anomaly: got 0/], [{ rate: 1 }, /rate is out of range/],
    [{ window: 5 }, /window is out of range/], [{ warmUp: -1 }, /warmUp is out of range/],
    [{ width: 0 }, /width is out of range/], [{ hidden: 0 }, /hidden is out of range, in autoencoder/],
    [{ hidden: [] }, /hidden is out of range/], [{ influence: 'none' as never }, /influence is out of range/],
    [{ features: undefined as never }, /anomaly: got undefined for features, wanted what features\(\.\.\) makes/],
    [{ features: { s0: numeric() } as never }, /anomaly: got an object for features/],
    [{ features: features({ word: hashed({ bits: 8 }) }) }, /hash tables have 256 slots, and there are 64 in all/],
  ] satisfies [Partial<AnomalyOptions>, RegExp][])('%# says what does not fit', (options, message) => {
    expect(() => make(options)).toThrow(message)
  })

  it('leaves out, and counts, names beyond its width; learns from any names when told to', () => {
    const any = features({}, { unknown: 'auto' })
    const detector = make({ features: any, width: 3, optimizer: sgd({ learningRate: 0.1 }) })
    for (let k = 0; k < 5; k++) detector.learnOne({ a: k, b: 'x', c: k % 2 === 0, d: k, e: k })
    expect(detector.counters).toMatchObject({ seen: 5, names: 3 })
    expect(detector.counters.overflow).toBeGreaterThan(0)
  })
})

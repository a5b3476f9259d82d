import { from, last, lastValueFrom, map, Subject, take, throwError, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { lastClass } from './baselines/last-class.ts'
import { evaluate } from './evaluate.ts'
import { accuracy } from './metrics/accuracy.ts'
import { confusionMatrix } from './metrics/confusion-matrix.ts'
import { fading } from './metrics/fading.ts'
import { kappaTemporal } from './metrics/kappa-temporal.ts'
import { logLoss } from './metrics/log-loss.ts'
import { mae } from './metrics/mae.ts'
import { meanOf } from './metrics/mean-of.ts'
import { rolling } from './metrics/rolling.ts'
import { OpenClassPrediction } from './prediction.ts'

interface Pair {
  readonly p: number
  readonly y: number
}
interface Said {
  readonly said: string
  readonly was: string
}
const pairs: readonly Pair[] = [{ p: 1, y: 2 }, { p: 2, y: 4 }, { p: 3, y: 9 }]
const reading = { prediction: ({ p }: Pair) => p, label: ({ y }: Pair) => y }

describe('evaluate({ prediction, label, metrics })', () => {
  it('emits the metrics over their windows after every event, of the model and of each baseline', async () => {
    const metrics = { mae, lately: rolling(2, mae()), faded: fading(0.5, mae()) }
    const all = await lastValueFrom(from(pairs).pipe(evaluate({ ...reading, metrics }), toArray()))
    expect(all.map(({ count, event }) => [count, event])).toEqual(pairs.map((pair, k) => [k + 1, pair]))
    const close = (x: number): number => expect.closeTo(x, 14) as number
    // Errors: 1, 2, 6; no change said 0, 2, 4: 2, 2, 5; the mean was 0, 2, 3: 2, 2, 6; the median 0, 2, 2: 2, 2, 7.
    const of = (a: number, b: number, c: number): object => ({
      mae: close((a + b + c) / 3), lately: (b + c) / 2, faded: close((a / 4 + b / 2 + c) / 1.75),
    })
    expect(all[2]!.metrics).toEqual({
      ...of(1, 2, 6), baselines: { noChange: of(2, 2, 5), mean: of(2, 2, 6), median: of(2, 2, 7) },
    })
    expect(all[0]!.metrics.lately).toBe(1)
  })

  it('takes the names of fields, as target does', async () => {
    const metrics = { mae }
    const [byName, byHand] = await Promise.all([
      lastValueFrom(from(pairs).pipe(evaluate({ prediction: 'p', label: 'y', metrics }))),
      lastValueFrom(from(pairs).pipe(evaluate({ ...reading, metrics }))),
    ])
    expect(byName.metrics).toEqual(byHand.metrics)
    await expect(lastValueFrom(from(pairs).pipe(evaluate({ prediction: 'q', label: 'y', metrics }))))
      .rejects.toThrow(/this prediction cannot be judged.*got undefined/)
    await expect(lastValueFrom(from(pairs).pipe(evaluate({ prediction: 'toString', label: 'y', metrics }))))
      .rejects.toThrow(/this prediction cannot be judged.*got undefined/)
  })

  it('a prediction before any class is known names none, and is not right', async () => {
    const said = [
      null, { label: null, probabilities: [] }, { label: null, probabilities: [1] }, new OpenClassPrediction([], []),
    ]
    for (const first of said) {
      const { metrics } = await lastValueFrom(from([first, 'red']).pipe(evaluate({
        prediction: (guess) => guess, label: () => 'red', metrics: { accuracy },
      }), last()))
      expect(metrics).toMatchObject({ accuracy: 1 / 2, baselines: { noChange: { accuracy: 1 / 2 } } })
    }
  })

  it('refuses probabilities in another order than the classes, which would make every score wrong', async () => {
    const classes = ['red', 'green', 'blue']
    const said = (label: string): object => (
      { label, probabilities: classes.map((name) => (name === label ? 0.8 : 0.1)) }
    )
    const stream = ['blue', 'blue', 'red', 'green'].map((was) => ({ was, said: said(was) as never }))
    const reading = { prediction: 'said', label: 'was', metrics: { accuracy } }
    await expect(lastValueFrom(from(stream).pipe(evaluate(reading)))).rejects.toThrow(
      /another order than the classes, in evaluate: got "blue", wanted 2, the class in the place.*Give classes/,
    )
    const judged = await lastValueFrom(from(stream).pipe(evaluate({ ...reading, classes })))
    expect(judged.metrics.accuracy).toBe(1)
    // The names in the order in which labels are met, as an automatic model has them.
    const turned = stream.map(({ was }) => (
      { was, said: { label: was, probabilities: was === 'blue' ? [1] : [0, 1] } }
    ))
    expect((await lastValueFrom(from(turned.slice(0, 3)).pipe(evaluate(reading)))).metrics.accuracy).toBe(1)
    await expect(lastValueFrom(from(turned).pipe(evaluate({ ...reading, classes })))).rejects.toThrow(/another order/)
  })

  it('places probabilities by name where a prediction has its classes, also as plain data', async () => {
    const open = new OpenClassPrediction([0.2, 0.8], ['b', 'a'])
    for (const said of [open, structuredClone(open), JSON.parse(JSON.stringify(open)) as typeof open]) {
      const { metrics } = await lastValueFrom(from([said]).pipe(evaluate({
        prediction: (guess) => guess, label: () => 'a', metrics: { accuracy, logLoss }, baselines: {},
      })))
      expect(metrics).toEqual({ accuracy: 1, logLoss: expect.closeTo(-Math.log(0.8), 12) as number, baselines: {} })
    }
  })

  it('every: emits after each n events, and after the last one, once; nothing for an empty source', async () => {
    const counts = async (events: number, every: number): Promise<number[]> => lastValueFrom(
      from(Array.from({ length: events }, () => pairs[0]!)).pipe(
        evaluate({ ...reading, metrics: { mae }, every }), map(({ count }) => count), toArray(),
      ),
    )
    expect([await counts(7, 3), await counts(6, 3), await counts(0, 3)]).toEqual([[3, 6, 7], [3, 6], []])
    expect(() => evaluate({ ...reading, metrics: { mae }, every: 0 })).toThrow(/in evaluate: got 0/)
  })

  it('classes by name may appear later; a prediction may be a name, or not know them all', async () => {
    const stream = from([
      { said: [1], was: 'red' }, { said: [0.8, 0.2], was: 'blue' },
      { said: { label: 'blue', probabilities: [0.1, 0.9] }, was: 'blue' },
      { said: 'green', was: 'green' }, { said: 'red', was: 'green' },
    ])
    const { metrics, state } = await lastValueFrom(stream.pipe(evaluate({
      prediction: ({ said }) => said, label: ({ was }) => was,
      metrics: { accuracy, logLoss, confusion: confusionMatrix(), lately: rolling(2, confusionMatrix()) },
    }), last()))
    expect(state.classes).toEqual(['red', 'blue', 'green'])
    expect(metrics.accuracy).toBe(3 / 5)
    expect(metrics.confusion).toEqual([[1, 0, 0], [1, 1, 0], [1, 0, 1]])
    expect(metrics.lately).toEqual([[0, 0, 0], [0, 0, 0], [1, 0, 1]])
    expect(metrics.logLoss).toBeCloseTo((-Math.log(0.2) - Math.log(0.9) - Math.log(1e-15)) / 5, 12)
    // No change said nothing, red, blue, blue, green.
    expect(metrics.baselines.noChange!.accuracy).toBe(2 / 5)
    expect(metrics.baselines.majority!.confusion.flat().reduce((a, b) => a + b)).toBe(5)
  })

  it('P(positive): booleans, numbers or two names as labels; kappaTemporal is 0 for no change itself', async () => {
    const labels = [true, true, false, true, false, false]
    const metrics = { accuracy, kappaTemporal }
    const from2 = async (label: (was: boolean) => number | string | boolean, classes?: string[]): Promise<unknown> => {
      const options = { prediction: () => 0.7, label, metrics, ...(classes ? { classes } : {}) }
      return (await lastValueFrom(from(labels).pipe(evaluate(options)))).metrics
    }
    const wanted = await from2((was) => was)
    expect(wanted).toEqual({
      accuracy: 1 / 2, kappaTemporal: expect.closeTo((1 / 2 - 2 / 6) / (4 / 6), 14),
      baselines: { noChange: { accuracy: 2 / 6, kappaTemporal: 0 }, majority: expect.anything() },
    })
    expect(await from2(Number)).toEqual(wanted)
    expect(await from2((was) => (was ? 'spam' : 'ham'), ['ham', 'spam'])).toEqual(wanted)
    // Which of two names is the positive one is not the order in which they come.
    await expect(from2((was) => (was ? 'spam' : 'ham'))).rejects.toThrow(/got \["spam"\].*\[negative, positive/)
  })

  it('goes on from a state, as JSON, to the same bits; a state of other metrics errors', async () => {
    const stream = Array.from({ length: 60 }, (_, k): Said => (
      { said: `c${(k * k) % 3}`, was: `c${k % (2 + Math.floor(k / 20))}` }
    ))
    const options = {
      prediction: ({ said }: Said) => said, label: ({ was }: Said) => was,
      metrics: { accuracy, lately: rolling(9, accuracy()), faded: fading(0.9, logLoss()), kappaTemporal },
    }
    const whole = await lastValueFrom(from(stream).pipe(evaluate(options)))
    const half = await lastValueFrom(from(stream).pipe(evaluate(options), take(35)))
    const state = JSON.parse(JSON.stringify(half.state)) as typeof half.state
    const rest = await lastValueFrom(from(stream.slice(35)).pipe(evaluate({ ...options, state })))
    expect([rest.count, rest.metrics, rest.state]).toEqual([60, whole.metrics, whole.state])
    const other = from(pairs).pipe(evaluate({ ...reading, metrics: { mae }, state }))
    await expect(lastValueFrom(other)).rejects.toThrow(/no state of these metrics/)
  })

  it('takes baselines and metrics of your own', async () => {
    const within = (): ReturnType<typeof meanOf<number>> => meanOf((p, y) => Number(Math.abs(p - y) <= 2))
    const { metrics } = await lastValueFrom(from(pairs).pipe(evaluate({
      ...reading, metrics: { within, lately: rolling(2, within()) }, baselines: {},
    })))
    expect(metrics).toEqual({ within: 2 / 3, lately: 1 / 2, baselines: {} })
    const told = await lastValueFrom(from([0, 1, 1]).pipe(evaluate({
      prediction: () => [0.4, 0.6], label: (y) => y, metrics: { accuracy }, baselines: { last: lastClass },
    })))
    expect(told.metrics).toEqual({ accuracy: 2 / 3, baselines: { last: { accuracy: 1 / 3 } } })
  })

  it.each([
    ['a prediction that is no number', { mae }, { p: NaN, y: 1 }, /this prediction cannot be judged.*got NaN/],
    ['a label that is missing', { mae }, { p: 1 }, /this label cannot be judged.*got undefined/],
    ['a label that is no class', { accuracy }, { p: 0.5, y: NaN }, /this label cannot be judged/],
    ['a label beyond P(positive)', { accuracy }, { p: 0.5, y: 2 }, /does not belong to this prediction.*got 2/],
    ['a probability beyond 1', { accuracy }, { p: 1.5, y: 1 }, /this prediction cannot be judged.*got 1.5/],
    ['probabilities that are none', { accuracy }, { p: [0.5, NaN], y: 1 }, /this prediction cannot be judged/],
    ['half a class', { accuracy }, { p: [0.5, 0.5], y: 0.5 }, /does not belong to this prediction/],
  ])('errors at %s, after what came before', async (_, metrics, bad, message) => {
    const good = { p: 'mae' in metrics ? 3 : typeof bad.p === 'object' ? [1, 0] : 1, y: 1 }
    const seen: number[] = []
    const done = new Promise((resolve) => {
      from([good, bad as never]).pipe(evaluate({
        prediction: ({ p }: typeof good) => p, label: ({ y }) => y, metrics: metrics as never,
      })).subscribe({ next: ({ count }) => seen.push(count), error: resolve, complete: () => resolve(null) })
    })
    expect(String(await done)).toMatch(message)
    expect(seen).toEqual([1])
  })

  it('passes errors on, leaves its source when unsubscribed, and judges anew for every subscriber', async () => {
    const failing = throwError(() => new Error('broken pipe')).pipe(evaluate({ ...reading, metrics: { mae } }))
    await expect(lastValueFrom(failing)).rejects.toThrow('broken pipe')
    const source = new Subject<Pair>()
    const judged = source.pipe(evaluate({ ...reading, metrics: { mae } }))
    const counts: number[][] = [[], []]
    const subscriptions = counts.map((own) => judged.subscribe(({ count }) => own.push(count)))
    source.next(pairs[0]!)
    subscriptions[0]!.unsubscribe()
    source.next(pairs[1]!)
    subscriptions[1]!.unsubscribe()
    expect([counts, source.observed]).toEqual([[[1], [1, 2]], false])
  })
})

import {
  adam, binaryCrossEntropyWithLogits, crossEntropy, days, delayLabels, type DelayedPart, dense, features,
  type LabelCounters, learner, minutes, numeric, relu, squaredError,
} from 'eddy'
import { connect, filter, from, merge, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { fieldsOf, type Row, rowsOf, targets } from './river-models.ts'

/** A small network for each of the streams. */
function networkFor(data: string, rows: readonly Row[]) {
  const target = targets[data]!
  const classes = [...new Set(rows.map((row) => row[target] as string))].sort()
  const shared = {
    features: features(Object.fromEntries(fieldsOf(rows, target).map((name) => [name, numeric()]))),
    target, optimizer: adam({ learningRate: 0.01 }), seed: 1,
  }
  const made = data === 'image_segments'
    ? learner({ ...shared, classes, model: (m) => m.pipe(dense(32), relu(), dense(7)), loss: crossEntropy() })
    : learner({
      ...shared, model: (m) => m.pipe(dense(32), relu(), dense(1)),
      loss: data === 'phishing' ? binaryCrossEntropyWithLogits() : squaredError(),
    })
  return made as unknown as ReturnType<typeof learner<Row>>
}

interface Played {
  readonly predictions: readonly unknown[]
  readonly metrics: Readonly<Record<string, number>>
  readonly baselines: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly counters: LabelCounters
}

/** Learns a stream whose labels come later; predictions by row. */
function delayed(data: string, by: number, time?: (row: Row) => number): Played {
  const rows = rowsOf(data)
  const model = networkFor(data, rows)
  const predictions: unknown[] = []
  const is = (kind: string) => filter((part: DelayedPart<Row>) => part.kind === kind)
  const target = targets[data]!
  from(rows).pipe(delayLabels({ by, ...(time === undefined ? {} : { time }) }), connect((parts$) => merge(
    parts$.pipe(
      is('request'), model.predict({ key: 'key', time: 'time', event: ({ event }) => event }),
      tap(({ prediction }) => predictions.push(prediction)),
    ),
    parts$.pipe(
      is('label'), model.learn({ key: 'key', label: ({ event }) => event[target], time: 'time', within: by }),
    ),
  ))).subscribe()
  const { baselines, ...metrics } = model.metrics
  return { predictions, metrics: metrics as never, baselines: baselines as never, counters: model.labelCounters }
}

describe.each(['phishing', 'trump_approval', 'image_segments'])('%s', (data) => {
  const rows = rowsOf(data)

  it('30 rows late: every prediction is that of a learner which has learned just the labels of before', () => {
    const { predictions, counters } = delayed(data, 30)
    const plain = networkFor(data, rows)
    const wanted = rows.map((row, k) => {
      if (k >= 30) plain.learnOne(rows[k - 30]!)
      return plain.predictOne(row)
    })
    expect(predictions).toEqual(wanted)
    expect(counters).toMatchObject({ kept: rows.length, received: rows.length, learned: rows.length, pending: 0 })
  })
})

describe('what a delay costs', () => {
  it.each([['phishing', 0.015], ['image_segments', 0.015]])(
    '%s, 30 rows: at most %d of accuracy, and the baselines pay as well', (data, most) => {
      const [atOnce, late] = [delayed(data, 0), delayed(data, 30)]
      expect(late.metrics['accuracy']).toBeLessThanOrEqual(atOnce.metrics['accuracy']!)
      expect(late.metrics['accuracy']).toBeGreaterThan(atOnce.metrics['accuracy']! - most)
      expect(late.baselines['majority']!['logLoss']).toBeGreaterThan(atOnce.baselines['majority']!['logLoss']!)
    },
  )

  it.each(['phishing', 'trump_approval', 'image_segments'])(
    '%s, a row each minute: 30 minutes are 30 rows, to the last bit', (data) => {
      let count = 0
      const [rows, time] = [delayed(data, 30), delayed(data, minutes(30), () => minutes(count++))]
      expect(time.predictions).toEqual(rows.predictions)
      expect([time.metrics, time.baselines, time.counters]).toEqual([rows.metrics, rows.baselines, rows.counters])
    },
  )

  it('trump_approval, a row a day: a day later is before the next prediction, and costs nothing', () => {
    const date = (row: Row): number => days(row['ordinal_date'] as number)
    const [atOnce, nextDay, nextMonth] = [0, days(1), days(30)].map((by) => delayed('trump_approval', by, date))
    expect(nextDay).toEqual(atOnce)
    expect(nextMonth!.predictions).toEqual(delayed('trump_approval', 30).predictions)
    // Repeating the last label, which is 30 days old, is no longer nearly perfect.
    expect(atOnce!.baselines['noChange']!['mae']).toBeLessThan(0.2)
    expect(nextMonth!.baselines['noChange']!['mae']).toBeGreaterThan(1)
    expect(nextMonth!.counters).toMatchObject({ learned: 1001, duplicate: 0, pending: 0, expired: 0 })
  })
})

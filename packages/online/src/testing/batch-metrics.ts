/** Every metric once more, from the textbook: over a whole list of weighted events at a time, as plainly as can be. */

export interface Judged {
  /** A number, or probabilities. */
  readonly prediction: number | readonly number[]
  readonly label: number
  readonly weight: number
}

type Batch = (events: readonly Judged[]) => number

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0)
const weightOf = (events: readonly Judged[]): number => sum(events.map(({ weight }) => weight))
const mean = (events: readonly Judged[], of: (p: number, y: number) => number): number => (
  sum(events.map(({ prediction, label, weight }) => weight * of(prediction as number, label))) / weightOf(events)
)
const listOf = ({ prediction }: Judged): readonly number[] => (
  typeof prediction === 'number' ? [1 - prediction, prediction] : prediction
)
const probabilityOf = (event: Judged, k: number): number => listOf(event)[k] ?? 0
const classOf = (event: Judged): number => {
  if (typeof event.prediction === 'number') return event.prediction > 0.5 ? 1 : 0
  return event.prediction.indexOf(Math.max(...event.prediction))
}
const share = (events: readonly Judged[], of: (event: Judged) => boolean): number => (
  weightOf(events.filter(of)) / weightOf(events)
)
const seen = (events: readonly Judged[]): number[] => (
  [...new Set(events.flatMap((event) => [event.label, classOf(event)]))].sort((a, b) => a - b)
)

/** Precision, recall and F1 of a class, 0 where there is nothing to divide by. */
export function scoresOf(
  events: readonly Judged[], k: number,
): readonly [precision: number, recall: number, f1: number] {
  const hits = weightOf(events.filter((event) => event.label === k && classOf(event) === k))
  if (hits === 0) return [0, 0, 0]
  const precision = hits / weightOf(events.filter((event) => classOf(event) === k))
  const recall = hits / weightOf(events.filter(({ label }) => label === k))
  return [precision, recall, (2 * precision * recall) / (precision + recall)]
}

const averageOf = (position: 0 | 1 | 2): Batch => (events) => {
  const classes = seen(events)
  return sum(classes.map((k) => scoresOf(events, k)[position])) / classes.length
}

export function confusionOf(events: readonly Judged[]): number[][] {
  const size = Math.max(-1, ...seen(events)) + 1
  return Array.from({ length: size }, (_, label) => Array.from({ length: size }, (__, guess) => (
    weightOf(events.filter((event) => event.label === label && classOf(event) === guess))
  )))
}

/** P(score of a positive > score of a negative) + P(equal) / 2, pair by pair. */
const auc = (events: readonly Judged[]): number => {
  let [won, pairs] = [0, 0]
  for (const a of events.filter(({ label }) => label === 1)) {
    for (const b of events.filter(({ label }) => label !== 1)) {
      const [p, q] = [probabilityOf(a, 1), probabilityOf(b, 1)]
      won += a.weight * b.weight * (p > q ? 1 : p === q ? 0.5 : 0)
      pairs += a.weight * b.weight
    }
  }
  return won / pairs
}

const calibration: Batch = (events) => {
  const stated = events.map((event) => (
    typeof event.prediction === 'number' ? event.prediction : Math.max(...event.prediction)
  ))
  const came = events.map((event) => (
    typeof event.prediction === 'number' ? event.label : Number(classOf(event) === event.label)
  ))
  return sum(Array.from({ length: 10 }, (_, bin) => {
    const own = events.map((__, k) => k).filter((k) => Math.min(9, Math.floor(stated[k]! * 10)) === bin)
    return Math.abs(sum(own.map((k) => events[k]!.weight * (stated[k]! - came[k]!))))
  })) / weightOf(events)
}

const r2: Batch = (events) => {
  if (events.every(({ label }) => label === events[0]!.label)) return 0
  const centre = mean(events, (_, y) => y)
  const spread = mean(events, (_, y) => (y - centre) ** 2)
  return 1 - mean(events, (p, y) => (p - y) ** 2) / spread
}

export const batchOfNumbers = {
  mae: (events) => mean(events, (p, y) => Math.abs(p - y)),
  rmse: (events) => Math.sqrt(mean(events, (p, y) => (p - y) ** 2)),
  pinball: (events) => mean(events, (p, y) => Math.max(0.9 * (y - p), 0.1 * (p - y))),
  r2,
} satisfies Record<string, Batch>

export const batchOfClasses = {
  accuracy: (events) => share(events, (event) => classOf(event) === event.label),
  balancedAccuracy: (events) => {
    const classes = [...new Set(events.map(({ label }) => label))]
    return sum(classes.map((k) => scoresOf(events, k)[1])) / classes.length
  },
  precision: (events) => scoresOf(events, 1)[0],
  recall: (events) => scoresOf(events, 1)[1],
  f1: (events) => scoresOf(events, 1)[2],
  macroPrecision: averageOf(0),
  macroRecall: averageOf(1),
  macroF1: averageOf(2),
  microF1: (events) => share(events, (event) => classOf(event) === event.label),
  weightedF1: (events) => (
    sum(events.map((event) => event.weight * scoresOf(events, event.label)[2])) / weightOf(events)
  ),
  kappa: (events) => {
    const chance = sum(seen(events).map((k) => (
      share(events, ({ label }) => label === k) * share(events, (event) => classOf(event) === k)
    )))
    const right = share(events, (event) => classOf(event) === event.label)
    return seen(events).length === 1 ? 0 : (right - chance) / (1 - chance)
  },
  rocAuc: auc,
  logLoss: (events) => sum(events.map((event) => (
    -event.weight * Math.log(Math.min(1 - 1e-15, Math.max(1e-15, probabilityOf(event, event.label))))
  ))) / weightOf(events),
  brier: (events) => sum(events.map((event) => {
    const classes = Array.from({ length: Math.max(listOf(event).length, event.label + 1) }, (_, k) => k)
    const distance = sum(classes.map((k) => (probabilityOf(event, k) - Number(k === event.label)) ** 2))
    return event.weight * (typeof event.prediction === 'number' ? distance / 2 : distance)
  })) / weightOf(events),
  calibrationError: calibration,
} satisfies Record<string, Batch>

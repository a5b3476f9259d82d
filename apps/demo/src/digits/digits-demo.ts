import { Subject } from 'rxjs'
import {
  Breath, decimals, GradientNorms, grouped, LossCurve, type Outlet, perSecond, type Report, type StopRequest, weightOf,
} from '@eddy/terminal'
import { stateDigest } from '../state-digest.ts'
import { type Digit, readDigits, shuffled } from './digits.ts'
import { digitsModel } from './digits-model.ts'
import { argMax, DigitScores } from './digit-scores.ts'
import { type DigitsView, drawDigits } from './digits-view.ts'

export interface DigitsOptions {
  readonly limit: number
  readonly seed: number
}

const lineEvery = 1000
const drawEveryMs = 100

/** Shows handwritten digits to a network, one at a time: it guesses, is told, and learns. */
export async function runDigits({ limit, seed }: DigitsOptions, outlet: Outlet, stop: StopRequest): Promise<Report> {
  const { style, screen, say } = outlet
  say(
    style.bold('Handwritten digits, one at a time'),
    'A 784-128-10 network guesses each digit, is told which one it was, and learns.',
    'It never sees a digit twice.', '',
  )
  const digits = shuffled(await readDigits(), seed).slice(0, limit)
  const digits$ = new Subject<Digit>()
  const { hidden, logits, training } = digitsModel(digits$, seed)
  const scores = new DigitScores()
  const losses = new LossCurve(200)
  const norms = new GradientNorms([['hidden', weightOf(hidden)], ['output', weightOf(logits)]])
  let guess = 0
  let rejected = 0
  let mistake: DigitsView['mistake'] = null
  // The logits are those of the prediction: a value is emitted before the update that its event causes.
  logits.subscribe(({ data }) => (guess = argMax(data)))
  training.rejected$.subscribe(() => rejected++)
  training.subscribe(({ loss, event }) => {
    const { label, pixels } = event as Digit
    scores.add(label, guess, loss)
    losses.add(loss)
    if (label !== guess) mistake = { pixels, label, guess }
  })

  const start = performance.now()
  const rate = (): number => scores.count / ((performance.now() - start) / 1000)
  const draw = (): void => screen?.draw(drawDigits({
    scores, limit: digits.length, eventsPerSecond: rate(), losses: losses.values, norms: norms.norms, mistake,
  }, screen, style))
  const breath = new Breath()
  let drawnAt = -Infinity
  let seen = 0
  for (const digit of digits) {
    if (stop.isStopped) break
    digits$.next(digit)
    seen++
    norms.lookAway()
    if (screen === null && seen % lineEvery === 0) say(progressLine(scores, rate()))
    if (!breath.isDue) continue
    await breath.take()
    if (screen === null || performance.now() - drawnAt < drawEveryMs) continue
    draw()
    norms.look()
    drawnAt = performance.now()
  }
  draw()
  const seconds = (performance.now() - start) / 1000
  const report: Report = {
    events: seen, learned: scores.count, rejected, expired: 0,
    metrics: { accuracy: scores.accuracy, recentAccuracy: scores.recentAccuracy, logLoss: scores.logLoss },
    baselines: { majority: { accuracy: scores.majorityAccuracy } },
    digest: stateDigest(training.snapshot()), eventsPerSecond: seen / seconds, seconds,
  }
  outlet.conclude(report, ...summary(report, scores, outlet))
  return report
}

function progressLine(scores: DigitScores, rate: number): string {
  const worst = scores.confusions(1).map(({ label, guess }) => `most often ${label} taken for ${guess}`)
  return [
    `${grouped(scores.count).padStart(6)} digits`, `last 1,000: ${percent(scores.recentAccuracy)} right`,
    `all: ${percent(scores.accuracy)}`, perSecond(rate), ...worst,
  ].join('   ')
}

function summary(report: Report, scores: DigitScores, { style }: Outlet): string[] {
  const { events, digest, seconds, rejected, eventsPerSecond } = report
  return [
    '',
    `Right: ${style.good(style.bold(percent(scores.recentAccuracy)))} of the last 1,000, `
    + `${percent(scores.accuracy)} of all  (most frequent one ${percent(scores.majorityAccuracy)})`,
    `${grouped(events)} digits in ${decimals(seconds, 1)} s (${perSecond(eventsPerSecond)}), ${rejected} rejected`,
    `digest ${style.dim(digest)}`,
  ]
}

const percent = (value: number): string => `${decimals(value * 100, 1)} %`

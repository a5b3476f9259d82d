import { bar, decimals, grouped, lineChart, padEnd, perSecond, type Style } from '@eddy/terminal'
import { digitPicture } from './digit-picture.ts'
import { digitSide } from './digits.ts'
import type { DigitScores } from './digit-scores.ts'

/** What is on screen. */
export interface DigitsView {
  readonly scores: DigitScores
  readonly limit: number
  readonly eventsPerSecond: number
  readonly losses: readonly number[]
  readonly norms: readonly (readonly [name: string, norm: number])[]
  /** The latest digit that was taken for another one. */
  readonly mistake: { readonly pixels: ArrayLike<number>; readonly label: number; readonly guess: number } | null
}

/** Draws the screen: the latest mistake beside the scores, the loss curve below. */
export function drawDigits(
  view: DigitsView, size: { readonly width: number; readonly height: number }, style: Style,
): string[] {
  const { mistake } = view
  const picture = mistake === null ? [] : digitPicture(mistake.pixels)
  const scores = scoreLines(view, size.width - digitSide - 4, style)
  const rows = digitSide / 2
  const side = Array.from({ length: rows }, (_, k) => (
    ` ${padEnd(style.warn(picture[k] ?? ''), digitSide)}  ${scores[k] ?? ''}`
  ))
  const chart = lineChart(
    [{ values: view.losses, paint: style.accent }],
    { width: size.width - 2, height: Math.max(3, Math.min(8, size.height - rows - 3)) },
  )
  return [...side, style.dim(' loss before learning, mean of about 200 digits'), ...chart]
}

function scoreLines(view: DigitsView, width: number, style: Style): string[] {
  const { scores, limit, eventsPerSecond, norms, mistake } = view
  const percent = (value: number): string => `${decimals(value * 100, 1)} %`.padStart(7)
  const scale = Math.max(...norms.map(([, norm]) => (Number.isFinite(norm) ? norm : 0)), 1e-9)
  return [
    `${grouped(scores.count)} of ${grouped(limit)} digits   ${style.bold(perSecond(eventsPerSecond))}`,
    style.accent(bar(scores.count / limit, Math.min(40, width - 1))),
    '',
    `right, last 1,000 ${style.good(style.bold(percent(scores.recentAccuracy)))}`,
    `right, all        ${percent(scores.accuracy)}`,
    style.dim(`always the most frequent ${percent(scores.majorityAccuracy).trimStart()}`),
    '',
    'gradient norm per layer',
    ...norms.map(([name, norm]) => (
      `  ${name.padEnd(8)} ${decimals(norm, 3).padStart(7)} ${style.accent(bar(norm / scale, 12))}`
    )),
    '',
    mistake === null ? '' : `← ${style.bold(String(mistake.label))}, taken for ${style.warn(String(mistake.guess))}`,
    ...confusionLines(scores),
  ]
}

function confusionLines(scores: DigitScores): string[] {
  const worst = scores.confusions(3)
  if (worst.length === 0) return []
  return [`mostly: ${worst.map(({ label, guess, count }) => `${label} for ${guess} (${count})`).join(', ')}`]
}

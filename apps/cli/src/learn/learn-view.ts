import { bar, clipTo, decimals, grouped, lineChart, padEnd, padStart, perSecond, type Style } from '@eddy/terminal'
import type { LearnOptions } from './learn-options.ts'
import { recentCount } from './recent.ts'
import type { Session } from './session.ts'
import { digits, fileWord, percent, scoreTable } from './summary.ts'

/** What is on screen. */
export interface LearnView {
  readonly session: Session
  readonly options: LearnOptions
  readonly eventsPerSecond: number
  readonly norms: readonly (readonly [name: string, norm: number])[]
  /** Rolling losses over the whole run. */
  readonly curves: { readonly model: readonly number[]; readonly usual: readonly number[] }
}

/** Draws the screen: progress, rolling scores, all scores, the curve, then gradients or experts. */
export function drawLearning(
  view: LearnView, size: { readonly width: number; readonly height: number }, style: Style,
): string[] {
  const width = Math.min(size.width, 120) - 2
  const { session, curves } = view
  const { words } = session.recent
  const { learned } = session.tally
  const table = learned > 0 ? scoreTable(splitMetrics(session), style).map((line) => ` ${line}`) : []
  const head = [...progressLines(view, width, style), '', ...recentLines(session, style), '', ...table, '']
  const tail = [...gradientLines(view.norms, width, style), ...expertLines(session, width, style), footer(view, style)]
  const legend = `${style.accent('━ Eddy')}  ${style.dim(`┈ ${words.usual}`)}`
  const title = ` ${words.loss}, last ${grouped(recentCount)}: ${legend}`
  const height = Math.max(3, Math.min(12, size.height - head.length - tail.length - 3))
  const chart = lineChart([
    { values: curves.model, paint: style.accent }, { values: curves.usual, paint: style.dim, dotted: true },
  ], { width, height })
  return [...head, title, ...chart.map((line) => ` ${line}`), ...tail]
}

function splitMetrics(session: Session) {
  const { baselines, ...metrics } = session.metrics
  return { metrics, baselines }
}

function progressLines({ session, options, eventsPerSecond }: LearnView, width: number, style: Style): string[] {
  const { received } = session.tally
  const of = Number.isFinite(options.limit) ? ` of ${grouped(options.limit)}` : ''
  const left = clipTo(` ${style.bold(fileWord(options.file))}   ${grouped(received)}${of} records`, width - 14)
  const right = style.bold(perSecond(eventsPerSecond))
  const line = padEnd(left, width - 12) + padStart(right, 12)
  return of === '' ? [line] : [line, ` ${style.accent(bar(received / options.limit, width - 1))}`]
}

function recentLines({ recent, plan }: Session, style: Style): string[] {
  const { model, noChange, usual } = recent.means
  const isRegression = plan.task === 'regression'
  const score = (loss: number): string => (isRegression ? digits(loss) : percent(1 - loss))
  const last = `last ${grouped(Math.min(recent.count, recentCount))}`
  return [
    ` ${last}: ${isRegression ? recent.words.loss : 'right'} ${style.good(style.bold(score(model)))}`
    + `   no change ${score(noChange)}   ${recent.words.usual} ${score(usual)}`,
  ]
}

function gradientLines(norms: LearnView['norms'], width: number, style: Style): string[] {
  if (norms.length === 0) return []
  const scale = Math.max(...norms.map(([, norm]) => (Number.isFinite(norm) ? norm : 0)), 1e-9)
  return [
    style.dim(' gradient norm per layer'),
    ...norms.map(([name, norm]) => (
      ` ${name.padEnd(10)}${decimals(norm, 3).padStart(9)} ${style.accent(bar(norm / scale, Math.min(40, width - 24)))}`
    )),
  ]
}

/** What carries the automatic model. */
function expertLines({ model }: Session, width: number, style: Style): string[] {
  const experts = [...model.experts()].sort((a, b) => b.weight - a.weight).slice(0, 4)
  if (experts.length === 0) return []
  return [
    style.dim(' carried by'),
    ...experts.map(({ name, weight }) => {
      const share = style.accent(bar(weight, Math.min(40, width - 38)))
      return ` ${name.slice(0, 24).padEnd(25)}${percent(weight).padStart(8)} ${share}`
    }),
  ]
}

function footer({ session }: LearnView, style: Style): string {
  const { learned, rejected, expired } = session.tally
  const parts = [
    `${grouped(learned)} learned`, `${grouped(rejected)} rejected`,
    ...(session.waiting > 0 ? [`${grouped(session.waiting)} waiting for labels`] : []),
    ...(expired > 0 ? [`${grouped(expired)} without a label`] : []),
  ]
  return style.dim(` ${parts.join(', ')}   Ctrl-C stops and reports`)
}

import type { Column } from '@eddy/sources'
import { decimals, grouped, padEnd, padStart, perSecond, type Report, type Style } from '@eddy/terminal'
import type { LearnOptions } from './learn-options.ts'
import { modelText } from './read-model.ts'
import type { Plan } from './plan.ts'
import { recentCount } from './recent.ts'
import type { Session } from './session.ts'

/** What is going to be learned, for people. */
export function startLines(options: LearnOptions, plan: Plan, columns: readonly Column[], style: Style): string[] {
  const features = columns.filter(({ name }) => name !== plan.target && !plan.ignore.includes(name)).length
  const delay = options.delay === null ? '' : `, labels ${options.delay.unit === 'records'
    ? `${options.delay.by} records` : `${options.delay.by / 1000} seconds`} later`
  return [
    `${style.bold(fileWord(options.file))}: ${features} column${features === 1 ? '' : 's'} to predict `
    + `${style.bold(plan.target)} from, ${plan.because}`,
    `model ${modelText(plan.model)}, seed ${plan.seed}${delay}`,
  ]
}

export function fileWord(file: string): string {
  return file === '-' ? 'standard input' : file
}

/** How it goes, on one line. */
export function progressLine(session: Session, rate: number): string {
  const { recent, tally, plan } = session
  const { model, noChange, usual } = recent.means
  const [name, usualWord] = recent.words.short
  const score = (loss: number): string => (plan.task === 'regression' ? digits(loss) : percent(1 - loss))
  return [
    `${grouped(tally.received)} records`.padStart(17),
    `last ${grouped(Math.min(recent.count, recentCount))}: ${name} ${score(model)}`
    + ` (no change ${score(noChange)}, ${usualWord} ${score(usual)})`,
    perSecond(rate),
    ...(tally.rejected > 0 ? [`${grouped(tally.rejected)} rejected`] : []),
  ].join('   ')
}

/** How it went. */
export function summaryLines(report: Report, session: Session, file: string, style: Style): string[] {
  const { events, learned, rejected, expired, seconds, eventsPerSecond, digest } = report
  const counts = [
    `${grouped(events)} records of ${fileWord(file)}: ${grouped(learned)} learned`,
    `${grouped(rejected)} rejected${rejected > 0 ? ` (${session.tally.reasons})` : ''}`,
    ...(expired > 0 ? [`${grouped(expired)} without a label`] : []),
    ...(session.waiting > 0 ? [`${grouped(session.waiting)} waiting for theirs`] : []),
  ].join(', ')
  const carrying = [...session.model.experts()].filter(({ weight }) => weight >= 0.05)
    .sort((a, b) => b.weight - a.weight).slice(0, 4)
    .map(({ name, weight }) => `${name} ${percent(weight)}`)
  return [
    '', ...scoreTable(report, style), '',
    `${counts}, in ${decimals(seconds, 1)} s (${perSecond(eventsPerSecond)}).`,
    ...session.tally.examples,
    ...(carrying.length > 0 ? [`carried by ${carrying.join(', ')}`] : []),
    `digest ${style.dim(digest)}`,
  ]
}

/** Six scores fit into 80 columns. */
const titleWidth = 15
const scoreWidth = 10

/** A row for the model and one for each baseline, a column for each score. */
export function scoreTable({ metrics, baselines }: Pick<Report, 'metrics' | 'baselines'>, style: Style): string[] {
  const names = Object.keys(metrics)
  if (names.length === 0) return ['Nothing was learned.']
  const row = (title: string, scores: Report['metrics']): string => (
    padEnd(title, titleWidth) + names.map((name) => padStart(digits(scores[name] ?? NaN), scoreWidth)).join('')
  )
  return [
    style.dim(padEnd('', titleWidth) + names.map((name) => padStart(name, scoreWidth)).join('')),
    style.good(style.bold(row('Eddy', metrics))),
    ...Object.entries(baselines).map(([name, scores]) => row(baselineWords[name] ?? name, scores)),
  ]
}

const baselineWords: Readonly<Record<string, string>> = {
  noChange: 'no change', mean: 'running mean', median: 'running median', quantile: 'quantile so far',
  majority: 'majority',
}

/** Four digits are what a score is worth. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  return size >= 1e6 || (size < 1e-3 && size > 0) ? value.toExponential(3)
    : value.toFixed(Math.max(0, 3 - Math.max(0, Math.floor(Math.log10(Math.max(size, 1))))))
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '–'
}

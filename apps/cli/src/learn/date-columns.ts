import { type Column, type DateOrder, readTime, type SourceRecord } from '@eddy/sources'
import type { Plan } from './plan.ts'

const mayBeText: readonly Column['kind'][] = ['category', 'text', 'mixed']

/**
 * What to say of columns whose values a person would take for dates, and which are words because nothing tells the day
 * from the month: "01/02/2024" alone, or both 31/01/2024 and 01/31/2024. A line, or two; null when there are none.
 */
export function dateColumns(
  columns: readonly Column[], sample: readonly SourceRecord[], { target, ignore }: Pick<Plan, 'target' | 'ignore'>,
): string | null {
  const unclear: string[] = []
  const others: string[] = []
  for (const { name, kind } of columns) {
    if (!mayBeText.includes(kind) || name === target || ignore.includes(name)) continue
    const texts = [...new Set(sample.map((record) => record[name]).filter((value) => typeof value === 'string'))]
    const dates = texts.filter((text) => readTime(text) === null && (isDate(text, 'dmy') || isDate(text, 'mdy')))
    if (dates.length === 0 || dates.length < texts.length * 0.9) continue
    const isClear = dates.some((text) => !isDate(text, 'mdy')) !== dates.some((text) => !isDate(text, 'dmy'))
    ;(isClear ? others : unclear).push(`${name} (${JSON.stringify(dates[0])})`)
  }
  const lines = [
    lineOf(unclear, 'dates whose day and month cannot be told apart'), lineOf(others, 'dates that are text'),
  ].filter((line) => line !== null)
  return lines.length === 0 ? null : lines.join('\n')
}

function isDate(text: string, order: DateOrder): boolean {
  return readTime(text, order) !== null
}

function lineOf(found: readonly string[], what: string): string | null {
  if (found.length === 0) return null
  const names = found.slice(0, 4).join(', ') + (found.length > 4 ? ` and ${found.length - 4} more` : '')
  const holds = found.length === 1 ? 'holds' : 'hold'
  return `${names} ${holds} ${what}, so each is a word; written as 2024-01-31 they would be times`
}

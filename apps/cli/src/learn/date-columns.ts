import { type Column, type DateOrder, readTime, type SourceRecord } from '@eddy/sources'
import type { Plan } from './plan.ts'
import { linesOf, textColumns } from './text-columns.ts'

const hint = 'written as 2024-01-31 they would be times'

/**
 * What to say of columns whose values a person would take for dates, and which are words because nothing tells the day
 * from the month: "01/02/2024" alone, or both 31/01/2024 and 01/31/2024. Two lines at most.
 */
export function dateColumns(
  columns: readonly Column[], sample: readonly SourceRecord[], plan: Pick<Plan, 'target' | 'ignore'>,
): readonly string[] {
  const unclear: (readonly [string, string])[] = []
  const others: (readonly [string, string])[] = []
  for (const { name, values } of textColumns(columns, sample, plan)) {
    const texts = [...new Set(values.filter((value) => typeof value === 'string'))]
    const dates = texts.filter((text) => readTime(text) === null && (isDate(text, 'dmy') || isDate(text, 'mdy')))
    if (dates.length === 0 || dates.length < texts.length * 0.9) continue
    const isClear = dates.some((text) => !isDate(text, 'mdy')) !== dates.some((text) => !isDate(text, 'dmy'))
    ;(isClear ? others : unclear).push([name, dates[0]!])
  }
  return [
    ...linesOf(unclear, 'dates whose day and month cannot be told apart', hint),
    ...linesOf(others, 'dates that are text', hint),
  ]
}

function isDate(text: string, order: DateOrder): boolean {
  return readTime(text, order) !== null
}

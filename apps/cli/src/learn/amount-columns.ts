import type { Column, SourceRecord } from '@eddy/sources'
import { dateColumns } from './date-columns.ts'
import { numberText } from './number-text.ts'
import type { Plan } from './plan.ts'

/** Fewer different amounts may as well be words. */
const distinctMin = 20
const mayBeText: readonly Column['kind'][] = ['category', 'text', 'mixed']

/** What to say of columns of text that people would take for amounts or for dates: lines; null when there are none. */
export function amountColumns(
  columns: readonly Column[], sample: readonly SourceRecord[], plan: Pick<Plan, 'target' | 'ignore'>,
): string | null {
  const lines = [amountLine(columns, sample, plan), dateColumns(columns, sample, plan)].filter((line) => line !== null)
  return lines.length === 0 ? null : lines.join('\n')
}

/** Amounts, such as "$1,000.50": they are words to every model, one as far from the other as any. */
function amountLine(
  columns: readonly Column[], sample: readonly SourceRecord[], { target, ignore }: Pick<Plan, 'target' | 'ignore'>,
): string | null {
  const found: string[] = []
  for (const { name, kind } of columns) {
    if (!mayBeText.includes(kind) || name === target || ignore.includes(name)) continue
    const values = sample.map((record) => record[name]).filter((value) => value !== null && value !== undefined)
    const texts = [...new Set(values.filter((value) => typeof value === 'string'))]
    const amounts = texts.filter((text) => numberText(text) === 'amount')
    const numbers = new Set(values.filter((value) => typeof value === 'number')).size
      + texts.filter((text) => numberText(text) === 'plain').length
    const size = texts.length + numbers
    if (amounts.length === 0 || size < distinctMin || amounts.length + numbers < size / 2) continue
    found.push(`${name} (${JSON.stringify(amounts[0])})`)
  }
  if (found.length === 0) return null
  const names = found.slice(0, 4).join(', ') + (found.length > 4 ? ` and ${found.length - 4} more` : '')
  const what = found.length === 1 ? 'holds amounts that are' : 'hold amounts that are'
  return `${names} ${what} text, so each is a word; as plain numbers, as in 1234.5, they would count by their size`
}

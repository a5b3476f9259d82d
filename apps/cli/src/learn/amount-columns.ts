import type { Column, SourceRecord } from '@eddy/sources'
import { numberText } from './number-text.ts'
import type { Plan } from './plan.ts'
import { linesOf, textColumns } from './text-columns.ts'

/** Fewer different amounts may as well be words. */
const distinctMin = 20

/** What to say of amounts, such as "$1,000.50": they are words to every model, one as far from the other as any. */
export function amountColumns(
  columns: readonly Column[], sample: readonly SourceRecord[], plan: Pick<Plan, 'target' | 'ignore'>,
): readonly string[] {
  const found: (readonly [string, string])[] = []
  for (const { name, values } of textColumns(columns, sample, plan)) {
    const texts = [...new Set(values.filter((value) => typeof value === 'string'))]
    const amounts = texts.filter((text) => numberText(text) === 'amount')
    const numbers = new Set(values.filter((value) => typeof value === 'number')).size
      + texts.filter((text) => numberText(text) === 'plain').length
    const size = texts.length + numbers
    if (amounts.length === 0 || size < distinctMin || amounts.length + numbers < size / 2) continue
    found.push([name, amounts[0]!])
  }
  return linesOf(found, 'amounts that are text', 'as plain numbers, as in 1234.5, they would count by their size')
}

import type { Column, SourceRecord } from '@eddy/sources'
import type { Plan } from './plan.ts'

const mayBeText: readonly Column['kind'][] = ['category', 'text', 'mixed']

/** A column of text that is learned from, and its values in the first records, without missing ones. */
export interface TextColumn {
  readonly name: string
  readonly values: readonly unknown[]
}

/** The columns of text that are learned from. */
export function textColumns(
  columns: readonly Column[], sample: readonly SourceRecord[], { target, ignore }: Pick<Plan, 'target' | 'ignore'>,
): readonly TextColumn[] {
  return columns.filter(({ name, kind }) => mayBeText.includes(kind) && name !== target && !ignore.includes(name))
    .map(({ name }) => ({
      name, values: sample.map((record) => record[name]).filter((value) => value !== null && value !== undefined),
    }))
}

/** Columns, each with one of its values, and what is to be said of them; no line when there are none. */
export function linesOf(
  found: readonly (readonly [name: string, value: string])[], what: string, hint: string,
): readonly string[] {
  if (found.length === 0) return []
  const names = found.slice(0, 4).map(([name, value]) => `${name} (${JSON.stringify(value)})`).join(', ')
  const more = found.length > 4 ? ` and ${found.length - 4} more` : ''
  return [`${names}${more} ${found.length === 1 ? 'holds' : 'hold'} ${what}, so each is a word; ${hint}`]
}

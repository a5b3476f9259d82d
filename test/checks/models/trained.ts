import { type Fields, rowsOf } from '../forms.ts'
import type { Model, ModelForm, Wishes } from './model.ts'

export const count = 40

/** Seeded events with all fields of a form. */
export function rowsFor(form: ModelForm, rowCount = count, seed = 1): readonly Fields[] {
  const { more = () => ({}) } = form
  return rowsOf(form, rowCount, seed).map((row) => Object.freeze({ ...row, ...more(row) }))
}

export function learn(model: Model, rows: readonly Fields[]): Model {
  for (const row of rows) model.learn(row)
  return model
}

export function trained(form: ModelForm, rows = rowsFor(form), wishes: Wishes = { seed: 1 }): Model {
  return learn(form.make(wishes), rows)
}

/** Another one, of another seed, with everything that the first has learned. */
export function copyOf(form: ModelForm, model: Model, wishes: Wishes = { seed: 7 }): Model {
  const copy = form.make(wishes)
  copy.restore(model.snapshot())
  return copy
}

/** Rows with the numbers that come after others in one stream. */
export const after = (rows: readonly Fields[], from: number): readonly Fields[] => (
  rows.map((row) => ({ ...row, id: (row['id'] as number) + from }))
)

import { rng } from 'eddy'
import { describe, expect, it } from 'vitest'
import { type AnyLearner, type Fields, forms, make, rowsOf } from './forms.ts'
import { mangled } from './mangled.ts'
import { bitsOf, cloned, isFinitePrediction, shown } from './river-checks.ts'

/** Points to save at, and events after each. `EDDY_CHECKS=50x1000` is what is promised; the default is quick. */
const [points, after] = (process.env['EDDY_CHECKS'] ?? '4x50').split('x').map(Number) as [number, number]

describe(`saved and loaded at each of ${points} points, the next ${after} predictions have the same bits`, () => {
  it.each(forms)('$name', (form) => {
    const rows = rowsOf(form, points + after, 5)
    const model = make(form)
    const said: unknown[] = []
    const copies: { readonly copy: AnyLearner; readonly from: number }[] = []
    rows.forEach((row, k) => {
      if (k < points) copies.push({ copy: cloned(form, model), from: k })
      said.push(shown(model.learnOne(row).prediction))
    })
    const end = bitsOf(model)
    for (const { copy, from } of copies) {
      rows.slice(from, from + after).forEach((row, k) => {
        const { prediction } = copy.learnOne(row)
        if (JSON.stringify(shown(prediction)) !== JSON.stringify(said[from + k])) {
          expect([from, k, shown(prediction)]).toEqual([from, k, said[from + k]])
        }
      })
      for (const row of rows.slice(from + after)) copy.learnOne(row)
      expect(bitsOf(copy)).toBe(end)
    }
  })
})

/** What may be wrong with one field of an event, or with its label. */
const bad: readonly ((row: Fields) => Fields)[] = [
  (row) => ({ ...row, a: NaN }), (row) => ({ ...row, a: Infinity }), (row) => ({ ...row, b: 1e31 }),
  (row) => ({ ...row, a: '1' }), (row) => ({ ...row, d: 'yes' }), (row) => ({ ...row, c: {} }),
  (row) => ({ ...row, y: NaN }), (row) => ({ ...row, y: undefined }), (row) => ({ ...row, y: [1] }),
  (row) => ({ ...row, ghost: Symbol('ghost') }),
]

describe('events that are no use leave no trace; whatever else comes, numbers stay finite', () => {
  it.each(forms)('$name', (form) => {
    const draws = rng(11, form.name)
    const [model, alone] = [make(form), make(form)]
    const rows = rowsOf(form, 60, 9)
    let refused = 0
    rows.forEach((row, k) => {
      const broken = bad[draws.integer(4 * k, bad.length)]!(row)
      expect(() => model.learnOne(broken)).toThrow(/rejected/)
      refused++
      const changed = mangled(row, draws.integer(4 * k + 1, 5), rows[(k + 7) % 60]!)
      for (const each of [model, alone]) each.learnOne(changed)
      expect(isFinitePrediction(model.predictOne(row))).toBe(true)
    })
    expect(bitsOf(model)).toBe(bitsOf(alone))
    expect(model.counters).toMatchObject({ learned: 60, rejected: refused })
    const { parameters, buffers } = model.snapshot().training
    for (const { data } of [...Object.values(parameters), ...Object.values(buffers)]) {
      expect(data.every(Number.isFinite)).toBe(true)
    }
  })
})

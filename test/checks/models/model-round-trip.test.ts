import { decode, encode } from '@eddy/store'
import { describe, expect, it } from 'vitest'
import { modelForms } from './all-forms.ts'
import { expectSame } from './bits.ts'
import type { Model } from './model.ts'
import { rowsFor } from './trained.ts'

/** Points to save at, and events after each. `EDDY_CHECKS=50x1000` is what is promised; the default is quick. */
const [points, after] = (process.env['EDDY_CHECKS'] ?? '3x30').split('x').map(Number) as [number, number]

describe(`saved and loaded at each of ${points} points, the next ${after} answers have the same bits`, () => {
  it.each(modelForms)('$name', (form) => {
    const rows = rowsFor(form, points + after, 5)
    const model = form.make({ seed: 1 })
    const copies: { readonly copy: Model; readonly from: number }[] = []
    const said = rows.map((row, k) => {
      if (k < points) {
        const copy = form.make({ seed: 7 })
        copy.restore(decode(encode(model.snapshot())) as object)
        copies.push({ copy, from: k })
      }
      return model.learn(row)
    })
    const end = model.snapshot()
    for (const { copy, from } of copies) {
      rows.slice(from).forEach((row, k) => expect(copy.learn(row), `event ${k} after ${from}`).toEqual(said[from + k]))
      expectSame(copy.snapshot(), end, `saved after ${from}`)
    }
  })
})

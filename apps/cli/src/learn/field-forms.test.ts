import { describe, expect, it } from 'vitest'
import { formReader } from './field-forms.ts'

describe('formReader(forms)', () => {
  const day = Date.UTC(2024, 1, 29)

  it('makes milliseconds of seconds, where they are some', () => {
    const read = formReader({ dates: ['at', 'on'], seconds: ['at'] })
    expect({ ...read({ at: 1.7e9, on: 1.7e12, n: 1.7e9 }) }).toEqual({ at: 1.7e12, on: 1.7e12, n: 1.7e9 })
  })

  it.each(['2024/2/29', '29-Feb-24', 'Thu, 29 Feb 2024 00:00:00 GMT', '2024-02-29 00:00 UTC'])('reads %s', (text) => {
    expect({ ...formReader({ dates: ['at'] })({ at: text, note: text }) }).toEqual({ at: day, note: text })
  })

  it.each(['', 'NA', 'null'])('takes %j for a missing time', (text) => {
    expect({ ...formReader({ dates: ['at'] })({ at: text, note: text }) }).toEqual({ at: null, note: text })
  })

  it.each(['2024-02-29', '2024-02-29T08:00:00+01:00', '2024-02-29 08:00', 'soon', '29.02.2024', null, undefined, true])(
    'leaves %j to the model, and then gives the record itself', (at) => {
      const record = { at, n: 1 } as never
      expect(formReader({ dates: ['at'] })(record)).toBe(record)
    },
  )

  it('reads days of the order that was learned, and with isStrict every time', () => {
    const read = formReader({ dates: ['at'], dateOrders: { at: 'dmy' }, isStrict: true })
    expect(['29.02.2024', '2024-02-29', '2024-02-29T01:00+01:00'].map((at) => read({ at })['at']))
      .toEqual([day, day, day])
  })

  it('reads words for true and false, and changes no record that it was given', () => {
    const record = Object.freeze({ open: 'No', wet: 'maybe', __proto__: null }) as never
    expect({ ...formReader({ dates: [], booleans: ['open', 'wet', 'gone'] })(record) })
      .toEqual({ open: false, wet: 'maybe' })
    expect(record).toEqual({ open: 'No', wet: 'maybe' })
  })
})

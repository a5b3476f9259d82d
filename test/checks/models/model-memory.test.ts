import { categorical, numeric } from 'eddy'
import { encode } from '@eddy/store'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../forms.ts'
import { modelForms } from './all-forms.ts'
import type { Declared } from './model.ts'
import { learn, rowsFor } from './trained.ts'

const few: Declared = {
  declared: { a: numeric(), b: numeric(), c: categorical({ max: 3, bits: 3 }) },
  options: { unknown: 'auto', namesMax: 30 },
}

/** Every event has fields, words, a category, which may be a key, and an arm of its own. */
const withNews = (row: Fields, at: number): Fields => {
  const k = 1000 + at
  return {
    ...row, [`number${k}`]: k % 7, [`word${k}`]: `w${k}`, [`flag${k}`]: k % 2 === 0, e: `never again ${k}`,
    c: k % 3 === 0 ? `c${k}` : row['c'], fresh: `arm ${k}`,
  }
}

/** Bytes of a state without its metrics, which have tests of their own: they are exact as long as that is cheap. */
const bytesOf = (state: object): number => encode(withoutMetrics(state)).byteLength

function withoutMetrics(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMetrics)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).flatMap(([name, part]) => (
    name === 'metrics' || name === 'median' ? [] : [[name, withoutMetrics(part)]]
  )))
}

describe('its state is bounded, though every event has fields, words, keys and arms that no other has', () => {
  it.each(modelForms)('$name', (form) => {
    const model = form.make({ seed: 1, features: few })
    const rows = rowsFor(form, 800, 3).map(withNews)
    const [before, after] = [rows.slice(0, 550), rows.slice(550)].map((part) => bytesOf(learn(model, part).snapshot()))
    // Models of keys that come and go know more names at one time than at another; 250 events that each leave one name
    // behind take more than 20,000 bytes.
    expect(after! - before!).toBeLessThan(Math.min(5000, 0.25 * before!))
  })
})

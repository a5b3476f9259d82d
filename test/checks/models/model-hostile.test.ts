import { RejectedError, rng } from 'eddy'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../forms.ts'
import { mangled } from '../mangled.ts'
import { modelForms } from './all-forms.ts'
import { expectSame, isFinite } from './bits.ts'
import { isAnswer } from './checks-of-events.ts'
import type { ModelForm } from './model.ts'
import { learn, rowsFor } from './trained.ts'

/** Events that nothing can be learned from, nor asked about. */
const useless: Readonly<Record<string, (row: Fields) => unknown>> = {
  NaN: (row) => ({ ...row, a: NaN }), Infinity: (row) => ({ ...row, b: -Infinity }),
  huge: (row) => ({ ...row, a: 1e31 }),
  record: (row) => ({ ...row, c: {} }), symbol: (row) => ({ ...row, b: Symbol('ghost') }),
  function: (row) => ({ ...row, b: () => 1 }), bigint: (row) => ({ ...row, a: 10n }),
  'list with NaN': (row) => ({ ...row, a: [1, NaN] }),
  throwing: (row) => Object.defineProperty({ ...row }, 'b', {
    enumerable: true, get() { throw new Error('no') },
  }),
}
const noEvents: readonly unknown[] = [null, undefined, 3, 'text', [1, 2]]

/** Labels that no model takes. */
const noLabels: readonly unknown[] = [NaN, Infinity, undefined, null, {}, [1], Symbol('y')]

const hasLabel = ({ kind }: ModelForm): boolean => kind !== 'anomaly'

describe('what is no use is rejected in words, and leaves no trace', () => {
  it.each(modelForms)('$name', (form) => {
    const draws = rng(11, form.name)
    const [model, alone] = [form.make({ seed: 1 }), form.make({ seed: 1 })]
    const names = Object.keys(useless)
    rowsFor(form, 40, 9).forEach((row, k) => {
      const name = names[draws.integer(2 * k, names.length)]!
      const broken = useless[name]!(row) as Fields
      expect(() => model.learn(broken), name).toThrow(RejectedError)
      if (k > 0) expect(() => model.ask(broken), name).toThrow(RejectedError)
      if (hasLabel(form) && form.waits !== true) {
        const y = noLabels[draws.integer(2 * k + 1, noLabels.length)]
        expect(() => model.learn({ ...row, y }), String(y)).toThrow(RejectedError)
      }
      for (const each of [model, alone]) each.learn(row)
    })
    expectSame(model.snapshot(), alone.snapshot())
  })
})

describe('a label that is no use leaves the answer waiting for a better one', () => {
  it.each(modelForms.filter(({ waits }) => waits === true))('$name', (form) => {
    const [model, alone] = [form.make({ seed: 1 }), form.make({ seed: 1 })]
    const rows = rowsFor(form, 30, 9)
    for (const each of [model, alone]) learn(each, rows.slice(0, 20))
    const before = model.known()
    expect(() => model.learn({ ...rows[20]!, y: noLabels[0] })).toThrow(RejectedError)
    expectSame(model.known(), before)
    const rest = rows.slice(21)
    expect(rest.every((row) => isAnswer(model.learn(row)))).toBe(true)
  })
})

describe('what is no event is rejected or refused in words, and leaves no trace', () => {
  it.each(modelForms)('$name', (form) => {
    const model = learn(form.make({ seed: 1 }), rowsFor(form, 10))
    const before = model.known()
    for (const event of noEvents) {
      expect(() => model.learn(event as Fields), String(event)).toThrow()
      expect(() => model.ask(event as Fields), String(event)).toThrow()
    }
    expectSame(model.known(), before)
  })
})

describe('whatever else comes, numbers stay finite', () => {
  it.each(modelForms)('$name', (form) => {
    const draws = rng(13, form.name)
    const model = form.make({ seed: 1 })
    const rows = rowsFor(form, 60, 9)
    rows.forEach((row, k) => {
      const changed = mangled(row, draws.integer(k, 5), rows[(k + 7) % 60]!)
      model.learn(changed)
      expect(isAnswer(model.ask(row))).toBe(true)
    })
    expect(isFinite(model.known())).toBe(true)
  })
})

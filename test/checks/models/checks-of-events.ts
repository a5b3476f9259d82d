import { categorical, features } from 'eddy'
import { type Observable, isObservable } from 'rxjs'
import { expect } from 'vitest'
import type { Fields } from '../forms.ts'
import { expectSame, isFinite } from './bits.ts'
import type { ModelCheck } from './check.ts'
import type { Model } from './model.ts'
import { learn, rowsFor, trained } from './trained.ts'

/** Some of the fields; the label and the number of the event always. */
const some = (row: Fields, k: number, seed: number): Fields => Object.fromEntries(
  Object.entries(row).filter(([name], f) => name === 'y' || name === 'id' || ((k * 7 + f * 3 + seed) % 5) > 1),
)
const shuffled = (row: Fields, k: number): Fields => {
  const entries = Object.entries(row)
  const at = k % entries.length
  return Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)].reverse())
}

/** All streams and nodes that a model shows. */
const streamsOf = ({ self }: Model): readonly (readonly [name: string, stream: Observable<unknown>])[] => {
  const { nodes = {} } = self as { readonly nodes?: object }
  return [...Object.entries(self), ...Object.entries(nodes)].flatMap(([name, value]) => (
    isObservable(value) ? [[name, value] as const] : []
  ))
}

/** What a model makes of events, whatever they look like. */
export const checksOfEvents: readonly ModelCheck[] = [
  {
    name: 'check_learn_one', says: 'learning and asking change no event; asking changes nothing that is known',
    run(form) {
      const model = form.make({ seed: 1 })
      rowsFor(form).forEach((row, k) => {
        const text = JSON.stringify(row)
        const before = k > 0 && k % 5 === 0 ? model.known() : null
        if (k > 0) model.ask(row)
        if (before !== null) expectSame(model.known(), before)
        model.learn(row)
        expect(JSON.stringify(row)).toBe(text)
      })
    },
  },
  {
    name: 'check_shuffle_features_no_impact', says: 'the order of the fields of events changes no bit',
    run(form) {
      const rows = rowsFor(form)
      expectSame(trained(form, rows.map(shuffled)).snapshot(), trained(form, rows).snapshot())
    },
  },
  {
    name: 'check_emerging_features', says: 'fields may appear: it learns from few, is asked about all',
    run(form) {
      const model = form.make({ seed: 1 })
      rowsFor(form).forEach((row, k) => {
        if (k > 0) expect(isAnswer(model.ask(row))).toBe(true)
        model.learn(some(row, k, 1))
      })
    },
  },
  {
    name: 'check_disappearing_features', says: 'fields may vanish: it learns from all, is asked about few',
    run(form) {
      const model = form.make({ seed: 1 })
      rowsFor(form).forEach((row, k) => {
        model.learn(row)
        for (const few of [some(row, k, 2), { id: k }]) expect(isAnswer(model.ask(few))).toBe(true)
      })
    },
  },
  {
    name: 'check_debug_one', says: 'every stream and node that it shows can be watched, which changes no bit',
    run(form) {
      const rows = rowsFor(form)
      const [watched, alone] = [form.make({ seed: 1 }), form.make({ seed: 1 })]
      // Some have no graph before they know what they are for.
      for (const model of [watched, alone]) model.learn(rows[0]!)
      const streams = streamsOf(watched)
      const seen = new Set<string>()
      for (const [name, stream] of streams) stream.subscribe(() => void seen.add(name))
      for (const row of rows.slice(1)) expect(watched.learn(row)).toEqual(alone.learn(row))
      const broken = { ...rows[0], id: -1, a: NaN }
      for (const model of [watched, alone]) expect(() => model.learn(broken)).toThrow(/rejected/)
      expectSame(watched.snapshot(), alone.snapshot())
      expect(streams.length).toBeGreaterThan(0)
      if (streams.some(([name]) => name === 'rejected$')) expect(seen).toContain('rejected$')
    },
  },
  {
    name: 'check_reco_routine', says: 'it learns from users and items, and answers for unknown ones',
    run(form) {
      const model = form.make({ features: { declared: { user: categorical(), item: categorical() } } })
      const rated = rowsFor(form).map(({ id, y }) => (
        { id, user: `u${(id as number) % 7}`, item: `i${(id as number) % 5}`, y }
      ))
      learn(model, rated)
      for (const user of ['u3', 'nobody']) {
        for (const item of ['i2', 'nothing']) expect(isAnswer(model.ask({ id: 900, user, item }))).toBe(true)
      }
      expect(features({ user: categorical() }).declared).toHaveLength(1)
    },
  },
]

/** Every number of an answer is finite; a threshold may be out of reach for a while. */
export function isAnswer(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return isFinite(answer)
  const { threshold: _, ...rest } = answer as Readonly<Record<string, unknown>>
  return isFinite(rest)
}

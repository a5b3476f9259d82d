import { describe as drawn, Node } from 'eddy'
import { expect } from 'vitest'
import { docOf } from '../docs.ts'
import { expectSame } from './bits.ts'
import type { ModelCheck } from './check.ts'
import type { Model } from './model.ts'
import { classOf } from './public-models.ts'
import { after, copyOf, count, learn, rowsFor, trained } from './trained.ts'

/** What a model says of itself without being asked for an event: the getters of its class. */
function saidOf({ self }: Model): Readonly<Record<string, unknown>> {
  const getters = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(self) as object))
    .filter(([, { get }]) => get !== undefined)
  return Object.fromEntries(getters.map(([name]) => [name, (self as Readonly<Record<string, unknown>>)[name]]))
}

/** What a model is, how it is made, and how others are made from it. */
export const checksOfIdentity: readonly ModelCheck[] = [
  {
    name: 'check_repr', says: 'all that it says of itself can be read, is there, and reading changes no bit',
    run(form) {
      const model = trained(form)
      const before = model.snapshot()
      const said = saidOf(model)
      expect(Object.keys(said)).not.toEqual([])
      for (const [name, value] of Object.entries(said)) expect(value, name).toBeDefined()
      const { loss } = (model.self as { readonly nodes?: { readonly loss?: unknown } }).nodes ?? {}
      if (loss instanceof Node) for (const part of ['features', 'parameters']) expect(drawn(loss)).toContain(part)
      expectSame(model.snapshot(), before)
    },
  },
  {
    name: 'check_str', says: 'it is written on one line that names who made it, also before it has learned',
    run(form) {
      const [fresh, model] = [form.make({}), trained(form)]
      for (const { self } of [fresh, model]) {
        expect(String(self)).toMatch(/^[a-zA-Z]+[ :,].*\d+ /)
        expect(String(self).startsWith(form.parts[0]!), String(self)).toBe(true)
        expect(String(self)).not.toMatch(/\n|undefined|NaN|\[object/)
      }
      expect(String(fresh.self)).not.toBe(String(model.self))
    },
  },
  {
    name: 'check_tags', says: 'it says what it is for: its task, its policy or its anomalies',
    run(form) {
      const { self } = trained(form)
      const { task } = self as { readonly task?: unknown }
      if (task !== undefined) expect(task).toBe(form.kind)
      const told = { decision: /decisions.*rewarded/, anomaly: /anomalies/ }[form.kind as 'decision']
      expect(String(self)).toMatch(told ?? new RegExp(form.kind))
    },
  },
  {
    name: 'check_clone_same_class', says: 'a copy is of the same public class',
    run(form) {
      const model = trained(form)
      const copy = copyOf(form, model)
      expect(Object.getPrototypeOf(copy.self)).toBe(Object.getPrototypeOf(model.self))
      expect(classOf(form.parts[0]!), 'exported').toBe(model.self.constructor)
    },
  },
  {
    name: 'check_clone_is_idempotent', says: 'a copy of a copy has the bits of the first',
    run(form) {
      const model = trained(form)
      expectSame(copyOf(form, copyOf(form, model)).snapshot(), model.snapshot())
    },
  },
  {
    name: 'check_init_has_default_params_for_tests', says: 'it needs no seed and no element type',
    run: (form) => expectSame(
      trained(form, rowsFor(form), {}).snapshot(), trained(form, rowsFor(form), { seed: 0, dtype: 'f32' }).snapshot(),
    ),
  },
  {
    name: 'check_init_default_params_are_not_mutable', says: 'one model changes nothing of another with its options',
    run(form) {
      const fresh = form.make({ seed: 1 })
      const before = fresh.snapshot()
      trained(form)
      expectSame(fresh.snapshot(), before)
      expectSame(form.make({ seed: 1 }).snapshot(), before)
    },
  },
  {
    name: 'check_doc', says: 'it, its class and everything it is made of are documented',
    run(form) {
      const name = trained(form).self.constructor.name
      for (const part of [...form.parts, name]) expect(docOf(part).trim().length, part).toBeGreaterThan(30)
    },
  },
  {
    name: 'check_clone_changes_memory_addresses', says: 'a copy shares no memory: what one learns the other does not',
    run(form) {
      const model = trained(form)
      const before = model.snapshot()
      const copy = copyOf(form, model)
      const next = after(rowsFor(form, 8, 2), count)
      learn(copy, next)
      expectSame(model.snapshot(), before, 'the first, while the copy learns')
      const learned = copy.snapshot()
      learn(model, next)
      expectSame(copy.snapshot(), learned, 'the copy, while the first learns')
      expectSame(model.snapshot(), learned, 'both have learned the same')
    },
  },
]

import { EddyError } from 'eddy'
import { decode, encode, memoryMedium, openStore, persist } from '@eddy/store'
import { expect } from 'vitest'
import { readBack, writtenDown } from '../text.ts'
import { expectSame, firstDifference } from './bits.ts'
import type { ModelCheck } from './check.ts'
import { after, copyOf, count, learn, rowsFor, trained } from './trained.ts'

/** Parts that are absent while there is nothing to say, or in states of earlier versions; a watch is one's own. */
const optional = ['delayed', 'seed', 'watch']

/** What is thrown; null for nothing. */
function refusalOf(action: () => void): unknown {
  try {
    action()
    return null
  } catch (error) {
    return error
  }
}

/** What a model has learned: that it can be taken out, written down, put back, and is whole. */
export const checksOfState: readonly ModelCheck[] = [
  {
    name: 'check_mutate_can_be_idempotent', says: 'going over to a state twice is as going over to it once',
    run(form) {
      const model = trained(form)
      const state = model.snapshot()
      for (let k = 0; k < 3; k++) {
        model.restore(state)
        expectSame(model.snapshot(), state)
      }
      learn(model, after(rowsFor(form, 5, 2), count))
      expect(firstDifference(model.snapshot(), state)).not.toBe(null)
      model.restore(state)
      expectSame(model.snapshot(), state, 'back from where it has learned more')
    },
  },
  {
    name: 'check_mutable_attributes_exist',
    says: 'a state that lacks a part, or is none, is refused in words, and changes no bit',
    run(form) {
      const state = trained(form).snapshot()
      const model = trained(form, rowsFor(form, 10, 2))
      const before = model.snapshot()
      expect(Object.keys(state).length).toBeGreaterThan(1)
      for (const name of Object.keys(state)) {
        const { [name as never]: _, ...rest } = state
        const refusal = refusalOf(() => model.restore(rest))
        if (refusal === null) {
          expect(optional, `a state without ${name} was taken`).toContain(name)
          model.restore(before)
        } else expect(refusal, `a state without ${name}`).toBeInstanceOf(EddyError)
        expectSame(model.snapshot(), before, name)
      }
      for (const state of [null, undefined, 'state', 3, [], {}]) {
        expect(refusalOf(() => model.restore(state as never)), String(state)).toBeInstanceOf(EddyError)
        expectSame(model.snapshot(), before, String(state))
      }
    },
  },
  {
    name: 'check_wrapper_accepts_kwargs', says: 'a store takes it as it is: it learns the same, and resumes',
    async run(form) {
      const rows = rowsFor(form, 30)
      const medium = memoryMedium()
      const wrap = () => {
        const model = form.make({ seed: 1 })
        const learnable = {
          learnOne: (row: object) => model.learn(row as never), snapshot: () => model.snapshot(),
          restore: (state: never) => model.restore(state),
        }
        return { model, kept: persist(learnable, openStore(medium), { every: 20, share: 1, log: true }) }
      }
      const [alone, first] = [form.make({ seed: 1 }), wrap()]
      for (const row of rows.slice(0, 22)) expect(first.kept.learnOne(row)).toEqual(alone.learn(row))
      await first.kept.close()
      const second = wrap()
      expect(second.kept.resumed.sequence).toBe(22)
      for (const row of rows.slice(22)) expect(second.kept.learnOne(row)).toEqual(alone.learn(row))
      expectSame(second.model.snapshot(), alone.snapshot())
      await second.kept.close()
    },
  },
  {
    name: 'check_pickling', says: 'its state survives being written as bytes and as text, to the last bit',
    run(form) {
      const model = trained(form)
      const state = model.snapshot()
      const bytes = decode(encode(state)) as object
      const text = readBack(writtenDown(state))
      const next = after(rowsFor(form, 8, 3), count)
      const copies = [bytes, text].map((read) => {
        expectSame(read, state)
        const copy = form.make({ seed: 5 })
        copy.restore(read)
        expectSame(copy.snapshot(), state)
        return copy
      })
      for (const row of next) {
        const said = model.learn(row)
        for (const copy of copies) expect(copy.learn(row)).toEqual(said)
      }
      for (const copy of copies) expectSame(copy.snapshot(), model.snapshot())
    },
  },
  {
    name: 'check_seeding_is_idempotent', says: 'equal seeds give equal bits, others do not',
    run(form) {
      const [one, same, other] = [3, 3, 4].map((seed) => trained(form, rowsFor(form), { seed }).snapshot())
      expectSame(same, one)
      expect(firstDifference(other, one) !== null).toBe(form.isRandom)
    },
  },
  {
    name: 'check_model_selection_order_does_not_matter', says: 'models that take turns learn as each does alone',
    run(form) {
      const rows = rowsFor(form, 12)
      const seeds = [1, 2, 3]
      const alone = seeds.map((seed) => trained(form, rows, { seed }).snapshot())
      const models = seeds.map((seed) => form.make({ seed }))
      rows.forEach((row, k) => {
        for (const model of k % 2 === 0 ? models : [...models].reverse()) model.learn(row)
      })
      models.forEach((model, k) => expectSame(model.snapshot(), alone[k], `of seed ${seeds[k]!}`))
      copyOf(form, models[0]!)
      expectSame(models[0]!.snapshot(), alone[0])
    },
  },
]

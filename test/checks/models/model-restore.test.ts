import { EddyError, RejectedError } from 'eddy'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breaker } from '../broken-states.ts'
import { forms, make } from '../forms.ts'
import { modelForms } from './all-forms.ts'
import { expectSame } from './bits.ts'
import { type ModelForm, predictor } from './model.ts'
import { learn, rowsFor } from './trained.ts'

/** Broken states of each model; a model that makes a graph at every `restore` gets fewer. A failure prints its seed. */
const [runs, runsOfGraphs] = (process.env['EDDY_BROKEN'] ?? '40,8').split(',').map(Number) as [number, number]
const seed = process.env['EDDY_LAW_SEED']

const learners = forms.map((form): ModelForm => (
  { ...form, make: ({ seed = 1 }) => predictor(make(form, { seed })) }
))

/** Also what a model refuses with reasons has been done. */
function attempt(action: () => unknown, ...allowed: readonly (abstract new (...args: never) => Error)[]): boolean {
  try {
    action()
    return true
  } catch (error) {
    if (allowed.some((kind) => error instanceof kind)) return false
    throw error
  }
}

describe('restore(a state with one part broken) goes over to it whole, or says why not and changes no bit', () => {
  it.each([...learners, ...modelForms])('$name', (form) => {
    const state = learn(form.make({ seed: 1 }), rowsFor(form, 25)).snapshot()
    const rows = rowsFor(form, 22, 2)
    const model = learn(form.make({ seed: 1 }), rows.slice(0, 20))
    const before = model.snapshot()
    const broken = breaker(state)
    let count = 0
    fc.assert(fc.property(fc.nat(), fc.nat(), fc.nat(), (part, place, way) => {
      const { path, how, state: given } = broken(part, place, way)
      const what = `${path.join('.')} <- ${how}`
      try {
        if (attempt(() => model.restore(given), EddyError)) {
          const taken = model.snapshot()
          model.restore(taken)
          expectSame(model.snapshot(), taken, 'what was taken is whole')
          attempt(() => model.learn({ ...rows[20 + count % 2]!, id: 1000 + count++ }), RejectedError)
          model.restore(before)
        }
        expectSame(model.snapshot(), before)
      } catch (error) {
        throw new Error(what, { cause: error })
      }
    }), {
      numRuns: form.parts[0] === 'autoModel' ? runsOfGraphs : runs,
      ...(seed === undefined ? {} : { seed: Number(seed) }),
    })
    expect(model.snapshot()).toEqual(before)
  })
})

import { RejectedError } from '@eddy/graph'
import { rng, standardNormal } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { autoModel } from './make-auto-model.ts'

describe('autoModel takes a Date', () => {
  it('as the text that JSON has for it, bit for bit', () => {
    const random = rng(2, 'dates')
    const [one, other] = [autoModel<object>({ target: 'y' }), autoModel<object>({ target: 'y' })]
    for (let k = 0; k < 120; k++) {
      const at = new Date(Date.UTC(2024, 0, 1, 7 * k))
      const event = { at, x: standardNormal(random, k), y: at.getUTCHours() + standardNormal(random, 1000 + k) }
      const { prediction } = one.learnOne(event)
      expect(prediction).toBe(other.learnOne(JSON.parse(JSON.stringify(event)) as object).prediction)
    }
    expect(one.snapshot()).toEqual(other.snapshot())
  })

  it('and refuses one that is none, changing nothing', () => {
    const model = autoModel<object>({ target: 'y' })
    model.learnOne({ at: new Date(0), y: 1 })
    const before = model.snapshot()
    const learn = () => model.learnOne({ at: new Date(NaN), y: 1 })
    expect(learn).toThrow(RejectedError)
    expect(learn).toThrow(/invalid Date.*for feature "at".*a Date that is one/)
    expect(model.snapshot()).toEqual(before)
  })
})

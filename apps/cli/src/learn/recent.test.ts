import { describe, expect, it } from 'vitest'
import { Recent } from './recent.ts'

describe('Recent.add(answer, label, name)', () => {
  it('before any class is known, a model that names none is wrong, and so is saying the last one again', () => {
    const recent = new Recent('multiclass')
    recent.add({ label: null, probabilities: [1] }, 0, 'a')
    expect(recent.latest).toEqual({ model: 1, noChange: 1, usual: 0 })
    recent.add({ label: 'a', probabilities: [0.9, 0.1] }, 0, 'a')
    expect(recent.means).toEqual({ model: 0.5, noChange: 0.5, usual: 0 })
  })

  it('of a quantile is the pinball loss, and the quantile of the labels so far is the simple model', () => {
    const recent = new Recent('regression', 0.75)
    recent.add(8, 10, undefined)
    expect(recent.latest).toEqual({ model: 1.5, noChange: 7.5, usual: 7.5 })
    recent.add(8, 4, undefined)
    expect(recent.latest).toEqual({ model: 1, noChange: 1.5, usual: 1.5 })
    expect(recent.words.loss).toBe('pinball loss')
  })
})

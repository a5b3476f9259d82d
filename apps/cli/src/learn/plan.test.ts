import { describe, expect, it } from 'vitest'
import type { Column } from '@eddy/sources'
import { LabelFacts } from './label-facts.ts'
import type { LearnOptions } from './learn-options.ts'
import { makePlan } from './plan.ts'

const columnsOf = (target: string): Column[] => ['x', target].map((name): Column => ({
  name, kind: 'number', declared: false, contradictions: 0, decimal: '.', epoch: null,
  sample: { values: 60, missing: 0, distinct: 6 },
}))

function because(labels: readonly unknown[], given: Partial<LearnOptions> = {}, target = 'y'): string {
  const options = {
    file: 'f.csv', target: 'y', task: 'auto', model: { kind: 'linear' }, loss: null, ignore: [], optimizer: null,
    seed: 0, time: null, delay: null, id: null, ...given,
  } as unknown as LearnOptions
  const facts = new LabelFacts(options)
  for (const label of labels) facts.add(label, { x: 1 })
  return makePlan(options, columnsOf(target), facts).because
}

const counts = Array.from({ length: 60 }, (_, k) => k % 6)

describe('makePlan(options, columns, facts).because', () => {
  it('says how to have whole numbers taken for amounts, where they were taken for classes', () => {
    expect(because(counts)).toBe('several classes, 0, 1, 2, 3, 4, 5 so far; --task regression if they are amounts')
    expect(because(counts, { task: 'multiclass' })).toBe('several classes, 0, 1, 2, 3, 4, 5 so far')
    expect(because(counts, { task: 'regression' })).toBe('a number')
  })

  it('says why whole numbers were taken for amounts, where they could have been classes', () => {
    expect(because(counts, { target: 'rating' }, 'rating')).toBe(
      'a number; --task says otherwise (its name, rating, says so; --task multiclass if it is the number of a class)',
    )
    const slow = Array.from({ length: 400 }, (_, k) => Math.round(4 + 4 * Math.sin(k / 15)))
    expect(because(slow)).toMatch(/^a number.*its order means something/)
  })

  it('says that other guesses can be overruled', () => {
    expect(because(['a', 'b', 'c'])).toBe('several classes, a, b, c so far; --task says otherwise')
    expect(because([1.5, 2, 3])).toBe('a number; --task says otherwise')
    expect(because(['no', 'yes'])).toBe('two classes, yes against no; --task says otherwise')
  })
})

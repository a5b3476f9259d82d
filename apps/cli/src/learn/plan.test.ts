import { describe, expect, it } from 'vitest'
import type { Column } from '@eddy/sources'
import { LabelFacts } from './label-facts.ts'
import type { LearnOptions } from './learn-options.ts'
import { makePlan } from './plan.ts'

const columns = ['x', 'y'].map((name): Column => ({
  name, kind: 'number', declared: false, contradictions: 0, decimal: '.', epoch: null,
  sample: { values: 60, missing: 0, distinct: 6 },
}))

function because(labels: readonly unknown[], given: Partial<LearnOptions> = {}): string {
  const facts = new LabelFacts()
  for (const label of labels) facts.add(label)
  const options = {
    file: 'f.csv', target: 'y', task: 'auto', model: { kind: 'linear' }, loss: null, ignore: [], optimizer: null,
    seed: 0, time: null, delay: null, id: null, ...given,
  } as unknown as LearnOptions
  return makePlan(options, columns, facts).because
}

const counts = Array.from({ length: 60 }, (_, k) => k % 6)

describe('makePlan(options, columns, facts).because', () => {
  it('says how to have whole numbers taken for amounts, where they were taken for classes', () => {
    expect(because(counts)).toBe('several classes, 0, 1, 2, 3, 4, 5 so far; --task regression if they are amounts')
    expect(because(counts, { task: 'multiclass' })).toBe('several classes, 0, 1, 2, 3, 4, 5 so far')
    expect(because(counts, { task: 'regression' })).toBe('a number')
  })

  it('says that other guesses can be overruled', () => {
    expect(because(['a', 'b', 'c'])).toBe('several classes, a, b, c so far; --task says otherwise')
    expect(because([1.5, 2, 3])).toBe('a number; --task says otherwise')
    expect(because(['no', 'yes'])).toBe('two classes, yes against no; --task says otherwise')
  })
})

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

describe('makePlan(options, columns, facts) of labels that look like numbers', () => {
  const thousand = Array.from({ length: 50 }, (_, k) => 990.5 + k)
  const amounts = thousand.map((price) => `$${price.toLocaleString('en-US')}`)
  const texts = thousand.map((price) => (price < 1000 ? 'n.a.' : String(price)))

  it('refuses amounts that are text, and says what to do', () => {
    expect(() => because(amounts)).toThrow(/^--target y holds amounts such as "\$990\.5", which are text\. Write/)
    expect(() => because(amounts)).toThrow(/If each is a class of its own, give --task multiclass\.$/)
    expect(() => because(thousand.map((price) => price.toLocaleString('en-US')))).toThrow(/such as "1,000\.5"/)
    expect(() => because(amounts, { task: 'regression' })).toThrow(/Write them as plain numbers, as in 1234\.5, to l/)
  })

  it('asks what numbers among text are', () => {
    expect(() => because(texts)).toThrow(
      /holds numbers as text, such as "1000\.5", and text such as "n\.a\."\. Give --task regression to learn/,
    )
    expect(because(texts, { task: 'regression' })).toBe('a number')
  })

  it('takes them for classes when told to, or when there are few of each', () => {
    expect(because(amounts, { task: 'multiclass' })).toMatch(/^several classes, \$1,000\.5, /)
    const rates = Array.from({ length: 30 }, (_, k) => `${[5, 10, 20][k % 3]} %`)
    expect(because(rates)).toBe('several classes, 10 %, 20 %, 5 % so far; --task says otherwise')
    expect(because(['b1', 'b2', 'c3', '4'])).toMatch(/^several classes/)
  })
})

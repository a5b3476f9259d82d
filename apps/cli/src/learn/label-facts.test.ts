import { describe, expect, it } from 'vitest'
import { LabelFacts } from './label-facts.ts'

function facts(labels: readonly unknown[], target = 'y'): LabelFacts {
  const all = new LabelFacts({ target, ignore: ['id'] })
  labels.forEach((label, id) => all.add(label, { id, [target]: label as number }))
  return all
}

const guess = ({ task, reason }: LabelFacts): unknown => [task, reason]
const repeated = (labels: readonly unknown[], times: number): unknown[] => Array(times).fill(labels).flat()

describe('LabelFacts.task', () => {
  it('takes two different labels for two classes, whatever they are', () => {
    const pairs = [[0, 1], ['ham', 'spam'], [-1, 1], [2, 7], [true, false]]
    for (const pair of pairs) expect(facts(pair).task).toBe('binary')
    expect([facts([true, true]).task, facts([0, 0, 0]).task, facts([1]).task]).toEqual(['binary', 'binary', 'binary'])
  })

  it('takes text for classes, and numbers for numbers', () => {
    expect([facts(['a', 'b', 'c']).task, facts(['a', 'a']).task]).toEqual(['multiclass', 'multiclass'])
    expect([facts([1.5, 2, 3]).task, facts([5, 5, 5]).task]).toEqual(['regression', 'regression'])
  })

  it('takes a few whole numbers from 0 or 1 on for classes, when each is frequent and none left out', () => {
    expect(facts(repeated([1, 2, 3, 4, 5, 6, 7], 5)).task).toBe('multiclass')
    expect(facts(repeated([0, 1, 2], 5)).task).toBe('multiclass')
    expect(facts(repeated([1, 2, 3, 4, 5, 6, 7], 4)).task).toBe('regression')
    expect(facts(repeated([0, 1, 3], 9)).task).toBe('regression')
    expect(facts(repeated([2, 3, 4], 9)).task).toBe('regression')
    expect(facts(repeated(Array.from({ length: 31 }, (_, k) => (k * 12) % 31), 9)).task).toBe('regression')
  })

  it('asks the name of the column what whole numbers are', () => {
    expect(guess(facts(repeated([1, 2, 3, 4, 5], 5), 'rating'))).toEqual(['regression', 'name'])
    expect(guess(facts(repeated([3, 7, 1, 40], 2), 'Species'))).toEqual(['multiclass', 'name'])
    expect(facts(repeated([0, 1], 5), 'rating').task).toBe('binary')
    expect(facts([1, 2, 3, 4, 5], 'class').task).toBe('regression')
    expect(facts(repeated([1, 2, 2.5], 9), 'class').task).toBe('regression')
  })

  it('takes whole numbers for amounts when their order means something', () => {
    const wave = Array.from({ length: 500 }, (_, k) => Math.round(4 + 4 * Math.sin(k / 20)))
    expect(guess(facts(wave))).toEqual(['regression', 'order'])
    const codes = [6, 0, 4, 8, 1, 7, 3, 5, 2]
    expect(guess(facts(wave.map((value) => codes[value])))).toEqual(['multiclass', null])
  })

  it('forgives a few words among numbers, not many', () => {
    expect(facts([...repeated([1.5, 2.5, 9], 9), 'oops']).task).toBe('regression')
    expect(facts([1, 2, 'a', 'b', 'c']).task).toBe('multiclass')
  })

  it('leaves missing labels out', () => {
    expect(facts([null, undefined, 0, null, 1]).count).toBe(2)
  })
})

describe('LabelFacts.classes and .pair', () => {
  it('sort numbers by size and names by letter; the last of two is the positive one', () => {
    expect(facts([10, 9, 100]).classes).toEqual(['9', '10', '100'])
    expect([facts(['yes', 'no']).pair, facts([1]).pair, facts([true]).pair]).toEqual(
      [['no', 'yes'], ['0', '1'], ['false', 'true']],
    )
    expect(facts(['only']).pair).toEqual(['only'])
  })
})

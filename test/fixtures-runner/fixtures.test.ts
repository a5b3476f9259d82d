import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type OperationCase, worstError } from './recorded.ts'
import { formatReport, runFolder } from './run-folder.ts'
import { runOperations } from './run-operations.ts'

const reports = runFolder(fileURLToPath(new URL('../fixtures', import.meta.url)))

describe('PyTorch fixtures', () => {
  it('are read from three files', () => {
    expect(reports.map(({ file }) => file)).toEqual(['ops.json', 'optimizers.json', 'schedulers.json'])
    expect(reports.map(({ cases }) => cases)).toEqual([252, 66, 14])
  })

  it.each(reports.map((report) => [formatReport(report), report] as const))('%s', (_, { failures }) => {
    expect(failures).toEqual([])
  })
})

describe('the fixture runner', () => {
  const scalar = { shape: [], data: [2] }
  const one: OperationCase = {
    id: 'square/0', op: 'square', args: {}, inputs: { x: scalar }, constants: {}, output: { shape: [], data: [4] },
    grad_output: { shape: [], data: [0.5] }, grads: { x: scalar },
  }
  const failuresOf = (changes: Partial<OperationCase>): readonly string[] =>
    runOperations('made-up.json', { cases: [{ ...one, ...changes }] }).failures

  it('accepts a case that holds', () => {
    expect(failuresOf({})).toEqual([])
  })

  it('fails a case whose value, gradient or shape differs, in both element types', () => {
    expect(failuresOf({ output: { shape: [], data: [4.001] } })).toHaveLength(2)
    expect(failuresOf({ grads: { x: { shape: [], data: [2.001] } } })).toHaveLength(2)
    expect(failuresOf({ output: { shape: [1], data: [4] } })[0]).toMatch(/shape \[\], wanted \[1\]/)
  })

  it('fails an operation that is not known, and an event that is rejected', () => {
    expect(failuresOf({ op: 'no_such_operation' })[0]).toMatch(/not known/)
    expect(failuresOf({ op: 'log', inputs: { x: { shape: [], data: [-1] } } })[0]).toMatch(/rejected/)
  })

  it('worstError(got, wanted) takes NaN for infinitely wrong and checks lengths', () => {
    expect(worstError([Number.NaN], [1])).toBe(Infinity)
    expect(worstError([2.5], [2])).toBe(0.25)
    expect(worstError([0.375, 0], [0.25, 0.5])).toBe(1)
    expect(worstError([0.5, 0.26], [0.5, 0.25])).toBeCloseTo(0.02, 12)
    expect(() => worstError([1], [1, 2])).toThrow(/1 elements, wanted 2/)
  })
})

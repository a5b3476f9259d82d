import { describe, expect, it } from 'vitest'
import { ColumnGuess } from './column-guess.ts'
import { inferSchema } from './infer-schema.ts'
import { missingTests } from './missing.ts'

const guess = (texts: readonly string[], name = 'x', commas = false) => {
  const column = new ColumnGuess(name)
  for (const text of texts) column.text(text, commas, missingTests())
  return column.column()
}
const many = (count: number, text: (k: number) => string): string[] => Array.from({ length: count }, (_, k) => text(k))

describe('ColumnGuess', () => {
  it.each([
    ['number', ['1', '2.5', '-3e4', '0']],
    ['boolean', ['true', 'FALSE', 'True']],
    ['boolean', ['y', 'N']],
    ['category', ['yes', 'true']],
    ['number', ['0', '1', '1']],
    ['time', ['2024-01-01', '2024-01-02T10:00Z']],
    ['category', ['2024-01-01', 'soon']],
    ['category', ['red', 'green', 'red']],
    ['text', ['the quick brown fox jumps', 'over the lazy dog again']],
    ['text', ['x'.repeat(41), 'y'.repeat(60)]],
    ['empty', []],
    ['mixed', [...many(18, String), 'off', 'on']],
    ['category', [...many(17, String), 'off', 'on', 'out']],
    ['number', ['1', 'inf', '1e999']],
    ['number', ['1', '-', 'None', '#N/A', '\\N', '#DIV/0!']],
    ['boolean', ['yes', '-', 'no']],
    ['time', ['2024-01-01', '-', 'NaT']],
    ['category', ['None', 'None', 'Attchd']],
    ['category', ['-', '+']],
    ['empty', ['-', 'None', '']],
    ['mixed', ['-', '-', ...many(18, String), 'off', 'on']],
  ])('says %s for %.60j', (kind, texts) => {
    expect(guess(texts).kind).toBe(kind)
  })

  it('takes whole numbers for epochs only when the name and all values speak for it', () => {
    expect(guess(['1700000000', '1700000001'], 'created_at')).toMatchObject({ kind: 'time', epoch: 's' })
    expect(guess(['1700000000000'], 'Timestamp')).toMatchObject({ kind: 'time', epoch: 'ms' })
    expect(guess(['1700000000', '12'], 'time').kind).toBe('number')
    expect(guess(['1700000000'], 'phone').kind).toBe('number')
    expect(guess(['1700000000.5'], 'time').kind).toBe('number')
    expect(guess(['1700000000'], 'format').kind).toBe('number')
  })

  it('takes decimal commas where they are possible and nothing contradicts', () => {
    expect(guess(['1,5', '2'], 'x', true)).toMatchObject({ kind: 'number', decimal: ',' })
    expect(guess(['1,5', '2'], 'x', false).kind).toBe('category')
    expect(guess(['1,5', 'a'], 'x', true).kind).toBe('category')
    expect(guess(['1,5', '-'], 'x', true)).toMatchObject({ kind: 'number', decimal: ',' })
    expect(guess([...many(18, (k) => `${k},5`), 'off'], 'x', true)).toMatchObject({ kind: 'mixed', decimal: ',' })
  })

  it('counts values, missing and different ones', () => {
    const column = new ColumnGuess('x')
    for (const text of ['a', 'b', 'a']) column.text(text, false, missingTests())
    column.text('NA', false, missingTests())
    expect(column.column().sample).toEqual({ values: 3, missing: 1, distinct: 2 })
  })
})

describe('inferSchema(records)', () => {
  it('trusts the types of values, and lists names in order of first sight', () => {
    const { columns } = inferSchema([{ b: '1', a: 1 }, { c: true, t: new Date(0), a: null }, { list: [1] }])
    expect(columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['b', 'category'], ['a', 'number'], ['c', 'boolean'], ['t', 'time'], ['list', 'object'],
    ])
  })

  it('does not count texts that stand for a missing number or time, unless the column holds words', () => {
    const rows = ['', '2024-01-02', 'N/A', '2024-01-03'].map((at, k) => ({ at, n: k % 2 === 0 ? 'NA' : k, word: at }))
    const { columns } = inferSchema([...rows, ...rows.map(({ at, n }) => ({ at, n, word: 'x' }))])
    expect(columns.map(({ kind, sample }) => [kind, sample.values, sample.missing]))
      .toEqual([['time', 4, 4], ['number', 4, 4], ['category', 8, 0]])
  })

  it('says so when it is given no records', () => {
    for (const none of [undefined, null, 5, 'text', {}]) {
      expect(() => inferSchema(none as never)).toThrow(/inferSchema.*wanted a list of records/)
    }
  })

  it('looks at 1,000 records', () => {
    const records = Array.from({ length: 1001 }, (_, k) => ({ x: k < 1000 ? k : 'late' }))
    expect(inferSchema(records).columns[0]).toMatchObject({ kind: 'number', sample: { values: 1000 } })
  })
})

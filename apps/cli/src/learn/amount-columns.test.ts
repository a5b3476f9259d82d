import { inferSchema, type SourceRecord } from '@eddy/sources'
import { describe, expect, it } from 'vitest'
import { amountColumns } from './amount-columns.ts'

const records: readonly SourceRecord[] = Array.from({ length: 200 }, (_, k) => ({
  cost: `$${(900 + k).toLocaleString('en-US')}.50`, share: `${k % 3}0 %`, city: `c${k % 90}`, size: k + 0.5,
  odd: k % 2 === 0 ? k : `${k},5`, y: `${k} kg`,
}))
const { columns } = inferSchema(records)
const note = (ignore: readonly string[] = []): string => (
  amountColumns(columns, records, { target: 'y', ignore }).join('\n')
)

describe('amountColumns(columns, sample, plan)', () => {
  it('names columns of amounts that are text, with an example', () => {
    expect(note()).toMatch(/^cost \("\$900\.50"\), odd \("1,5"\) hold amounts that are text, so each is a word; /)
    expect(note(['odd'])).toMatch(/^cost \("\$900\.50"\) holds amounts that are text/)
  })

  it('says nothing of numbers, words, few different amounts, the target, and what is ignored', () => {
    expect(note(['odd', 'cost'])).toBe('')
  })
})

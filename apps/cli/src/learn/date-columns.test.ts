import { csvSource, inferSchema, type SourceRecord } from '@eddy/sources'
import { describe, expect, it } from 'vitest'
import { dateColumns } from './date-columns.ts'

const plan = { target: 'y', ignore: ['left'] }

async function said(text: string): Promise<string> {
  const source = csvSource([text])
  const { columns } = await source.open()
  const records: SourceRecord[] = []
  for await (const record of source) records.push(record)
  return dateColumns(columns, records, plan).join('\n')
}

describe('dateColumns(columns, sample, plan)', () => {
  it('names columns of dates that both orders suit, or neither, with an example and what to do', async () => {
    expect(await said('day,both,y,left\n01/02/2024,31/01/2024,01/02/2024,01/02/2024\n')).toBe(
      'day ("01/02/2024") holds dates whose day and month cannot be told apart, so each is a word; '
      + 'written as 2024-01-31 they would be times',
    )
    expect(await said('day,both\n01/02/2024,31/01/2024\n02/02/2024,01/31/2024\n'))
      .toMatch(/^day \("01\/02\/2024"\), both \("31\/01\/2024"\) hold dates whose day/)
  })

  it('names dates of JSON lines, whose texts are left as they are', () => {
    const records = [{ day: '31.01.2024' }, { day: '01.02.2024' }]
    const [note] = dateColumns(inferSchema(records).columns, records, plan)
    expect(note).toMatch(/^day \("31.01.2024"\) holds dates that are text, so/)
  })

  it('says nothing of what is read as times, and of other words', async () => {
    const rows = '31/01/2024,01.02.2024,2024-02-01,red\n1/2/2024,02.02.2024,2024-02-02,1/2\n'
    expect(await said(`a,b,c,d\n${rows}`)).toBe('')
    expect(await said('word\n01/02/2024\nred\n')).toBe('')
  })
})

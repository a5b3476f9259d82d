import { describe, expect, it } from 'vitest'
import { chunks, readAll } from '../testing/read-all.ts'
import { type CsvSourceOptions, csvSource } from '../text-source.ts'

const read = (text: string, options: CsvSourceOptions = {}) => readAll(csvSource(chunks(text), options))
const namesOf = async (text: string, options: CsvSourceOptions = {}): Promise<unknown> => (
  (await read(text, options)).schema!.columns.map(({ name }) => name)
)
const times = (count: number, of: (k: number) => string): string => (
  Array.from({ length: count }, (_, k) => of(k)).join('')
)
const rows = times(12, (k) => `${k},x${k},${k}.5\n`)
const bank = '"Girokonto";"CH12 3456"\n""\n"Stand vom 31.12.2023:";"1.234,56 EUR"\n""\n'

describe('csvSource(bytes): lines above the header', () => {
  it.each([
    ['a title', `Sales of 2023\nid,name,price\n${rows}`, ['id', 'name', 'price']],
    ['a bank', `${bank}"Tag";"Zweck";"Betrag"\n${times(9, (k) => `"0${k + 1}.01.2024";"x";"-1.00${k},10 €"\n`)}`,
      ['Tag', 'Zweck', 'Betrag']],
    ['an office', `"Source","Bank",\n\n"Updated","2024-01-01",\n\n"Land","Code","Kind","1960","1961",\n${
      times(9, (k) => `"L${k}","C","x","${k}","${k}.5",\n`)}`, ['Land', 'Code', 'Kind', '1960', '1961', 'column_6']],
    ['a sum at the end', `Report\n\nid,name,price\n${rows}Sum,78\n`, ['id', 'name', 'price']],
  ])('are left out: %s', async (_, text, names) => {
    expect(await namesOf(text)).toEqual(names)
    expect((await read(text)).counters.parsed).toBeGreaterThanOrEqual(9)
  })

  it('are counted as lines, and a checkpoint goes on behind them', async () => {
    const text = `${bank}id;name;price\n${rows.replaceAll(',', ';')}bad\n`
    const { records, malformed } = await read(text)
    expect(malformed.map(({ line, byte }) => [line, text.slice(byte)])).toEqual([[18, 'bad\n']])
    const source = csvSource([text])
    let taken = 0
    for await (const _ of source) if (++taken === 5) break
    expect((await read(text, { from: source.checkpoint() })).records).toEqual(records.slice(5))
  })

  it.each([
    ['decimal commas', times(12, (k) => `${k},${k},5\n`)],
    ['a header in the middle', `1,2\n2,3\na,b,c\n${rows}4,5\n`],
    ['a table behind one of two rows', `1,2\n2,3\na,b,c\n${rows}`],
    ['another table behind it', `${times(6, (k) => `${k},1\n`)}a,b,c\n${rows}`], ['few rows', 'a,b,c\n1,2,3\n'],
    ['bars in a column', `a,n|m\n${times(12, (k) => `b,${k}|2\n`)}`],
    ['words only', `a,b,c\n${times(12, () => 'x,y,z\n')}`], ['names twice', `a,b,a\n${rows}`],
    ['a gap in it', `a,,c\n${rows}`], ['values in it', `a,b,7\n${rows}`], ['fewer fields', times(12, (k) => `${k}\n`)],
  ])('nothing else is taken for a title: %s', async (_, text) => {
    expect(await namesOf(`id,price\n${text}`)).toEqual(['id', 'price'])
  })

  it('are looked for only where the first line names the columns', async () => {
    expect(await namesOf(`Sales\nid,name,price\n${rows}`, { header: ['a'] })).toEqual(['a'])
    expect(await namesOf(`Sales\nid;name;price\n${rows.replaceAll(',', ';')}`, { delimiter: ',' })).toEqual(['Sales'])
  })
})

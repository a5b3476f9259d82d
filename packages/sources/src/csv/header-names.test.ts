import { describe, expect, it } from 'vitest'
import { chunks, readAll } from '../testing/read-all.ts'
import { csvSource } from '../text-source.ts'

const read = (text: string) => readAll(csvSource(chunks(text)))
const rows = async (text: string) => (await read(text)).records
const counts = async (text: string): Promise<unknown> => {
  const { schema, counters } = await read(text)
  return [schema!.columns.map(({ name }) => name), counters.parsed, counters.malformed]
}

describe('csvSource(bytes): a header with one field more or less than its rows', () => {
  it('leaves a last column without a name to rows that end with the delimiter', async () => {
    expect(await rows('a,b\n1,2,\n3,4,\n')).toEqual([{ a: 1, b: 2, column_3: null }, { a: 3, b: 4, column_3: null }])
    expect(await counts(`a,b\n${'1,2,\n'.repeat(20)}1,2\n`)).toEqual([['a', 'b'], 1, 20])
    expect(await counts(`a,b\n${'1,2,\n'.repeat(20)}bad\n`)).toEqual([['a', 'b', 'column_3'], 20, 1])
  })

  it('leaves out a last name that is empty where the rows have no such field', async () => {
    expect(await rows('a,b,\n1,2\n3,4\n')).toEqual([{ a: 1, b: 2 }, { a: 3, b: 4 }])
    expect(await rows('a,b,\n1,2,3\n')).toEqual([{ a: 1, b: 2, column_3: 3 }])
    expect(await counts('a,\n1,2,3\n')).toEqual([['a', 'column_2'], 0, 1])
  })

  it('takes the names of rows that R writes for a first column', async () => {
    expect(await rows('"a","b"\n"1",5,"x"\n"2",NA,"y"\n')).toEqual([
      { column_1: 1, a: 5, b: 'x' }, { column_1: 2, a: null, b: 'y' },
    ])
  })

  it('refuses rows with one field more for any other reason, such as decimal commas', async () => {
    expect(await counts('id,price\n1,1,5\n2,2,5\n')).toEqual([['id', 'price'], 0, 2])
    expect(await counts('"id","price"\n1,1,5\n2,2,5\n')).toEqual([['id', 'price'], 0, 2])
    expect(await counts('"id","price"\n"a",1,5\n"a",2,5\n')).toEqual([['id', 'price'], 0, 2])
  })
})

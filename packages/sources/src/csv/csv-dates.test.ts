import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunks, kindsOf, readAll } from '../testing/read-all.ts'
import { type CsvSourceOptions, csvSource } from '../text-source.ts'

const read = (text: string, options: CsvSourceOptions = {}) => readAll(csvSource(chunks(text), options))
const utc = (...parts: [number, number, number, number?, number?]): number => Date.UTC(...parts)

describe('csvSource(bytes): dates of digits alone', () => {
  it('reads them as times when the first rows show their order', async () => {
    const { records, schema } = await read(
      'uk;us;de;jp;at\n31/01/2024;1/31/24;31.01.2024;2024/01/31;1/2/2024 2:05 PM\n'
      + '01/02/2024;2/1/24;01.02.2024;2024/02/01;1/13/2024 12:00 AM\n',
    )
    const [first, second] = [utc(2024, 0, 31), utc(2024, 1, 1)]
    expect(records).toEqual([
      { uk: first, us: first, de: first, jp: first, at: utc(2024, 0, 2, 14, 5) },
      { uk: second, us: second, de: second, jp: second, at: utc(2024, 0, 13) },
    ])
    expect(schema!.columns.map(({ kind, order }) => [kind, order])).toEqual([
      ['time', 'dmy'], ['time', 'mdy'], ['time', 'dmy'], ['time', undefined], ['time', 'mdy'],
    ])
  })

  it('leaves them as words when both orders suit, or neither', async () => {
    const { records, schema } = await read('a,b\n01/02/2024,31/01/2024\n12/11/2024,01/31/2024\n')
    expect(kindsOf(schema)).toEqual({ a: 'category', b: 'category' })
    expect(records[0]).toEqual({ a: '01/02/2024', b: '31/01/2024' })
  })

  it('takes a later one of the other order as missing, says so once, and makes many of them words', async () => {
    const later = Array.from({ length: 25 }, (_, k) => `01/${13 + k % 12}/2024\n`).join('')
    const { records, revisions, counters, schema } = await read(
      `day\n31/12/2023\nsoon\n02/01/2024\n${later}`, { sampleRows: 1 },
    )
    expect(records.slice(0, 4).map(({ day }) => day)).toEqual([utc(2023, 11, 31), null, utc(2024, 0, 2), null])
    expect(revisions.map(({ from, to, record, value }) => [from, to, record, value])).toEqual([
      ['time', 'time', 4, '01/13/2024: taken as missing, wanted a date with its day first as before'],
      ['time', 'category', 23, '01/20/2024'],
    ])
    expect(records.slice(23).map(({ day }) => day)).toEqual(later.split('\n').slice(20, 25))
    expect([counters.contradictions, counters.revisions, schema!.version]).toEqual([21, 2, 2])
  })

  it('takes the order from the caller, and refuses what contradicts it', async () => {
    const text = 'a,b,c\n01/02/2024,01/02/2024,31/12/2023\n1/13/2024,1/11/2024,01/02/2024\n'
    const { records, malformed } = await read(text, { columns: { a: 'dmy', b: 'mdy', c: 'time' } })
    expect(records).toEqual([{ a: utc(2024, 1, 1), b: utc(2024, 0, 2), c: utc(2023, 11, 31) }])
    expect(malformed.map(({ code, reason }) => [code, reason])).toEqual([
      ['E_TIME', 'column "a" is "1/13/2024", wanted a date with its day first'],
    ])
  })

  it('decides by the first value of a column that was empty', async () => {
    const { records, revisions } = await read('a,b\n1,\n2,31.12.2023\n3,01.02.2024\n', { sampleRows: 1 })
    expect(records.map(({ b }) => b)).toEqual([null, utc(2023, 11, 31), utc(2024, 1, 1)])
    expect(revisions.map(({ from, to }) => [from, to])).toEqual([['empty', 'time']])
  })

  it('law: after a checkpoint that went through JSON dates are read, doubted and revised as without one', async () => {
    const day = fc.integer({ min: 1, max: 28 })
    const date = fc.tuple(day, fc.integer({ min: 1, max: 12 }), fc.constantFrom('/', '.', '-'))
      .map(([d, m, separator]) => [d, m, 2024].join(separator))
    const value = fc.oneof({ weight: 8, arbitrary: date }, { weight: 1, arbitrary: fc.constantFrom('', 'soon', '1/2') })
    await fc.assert(fc.asyncProperty(fc.array(value, { minLength: 3, maxLength: 60 }), fc.nat(), async (values, at) => {
      const text = `n,day\n0,31/12/2023\n${values.map((each, k) => `${k},${each}\n`).join('')}`
      const options = { sampleRows: 1 }
      const whole = await read(text, options)
      const first = csvSource([text], options)
      const wanted = 1 + at % (values.length - 1)
      let taken = 0
      for await (const _ of first) if (++taken === wanted) break
      const from = JSON.parse(JSON.stringify(first.checkpoint())) as NonNullable<CsvSourceOptions['from']>
      const rest = await read(text, { ...options, from })
      expect(rest.records).toEqual(whole.records.slice(wanted))
      expect([rest.counters, rest.schema]).toEqual([whole.counters, whole.schema])
    }), { numRuns: 200, seed: 7 })
  })
})

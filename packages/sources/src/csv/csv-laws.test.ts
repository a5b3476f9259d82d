import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunks, readAll } from '../testing/read-all.ts'
import { type CsvSourceOptions, csvSource } from '../text-source.ts'

const runs = Number(process.env['EDDY_LAW_RUNS'] ?? 300)
const seed = Number(process.env['EDDY_LAW_SEED'] ?? 20_240_229)

/** Texts made of the pieces that matter to CSV, often not well-formed. */
const messyText = fc.array(fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(',', ',', '\n', '\n', '\r\n', '"', '""', ' ', '1', '2.5', 'x', 'NA', 'true', ''),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\r', '\0', 'é', '\ud83d\ude00', '1e999', '-0', '2024-01-01', '__proto__', '"a\nb"', 'z'.repeat(30),
      '31/12/2023', '1/2/24', '12/31/2023', '01.02.2024', 'None', '-', '1,5',
    ),
  },
), { maxLength: 80 }).map((parts) => `a,b,c\n${parts.join('')}`)
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 })
const large = fc.array(fc.integer({ min: 10, max: 50 }), { maxLength: 20 })
const options: CsvSourceOptions = { recordBytesMax: 40, delimiter: ',' }

describe('laws of csvSource', () => {
  it('chunks: where the bytes are cut makes no difference', async () => {
    await fc.assert(fc.asyncProperty(messyText, sizes, fc.nat(4), async (text, cuts, sampleRows) => {
      const whole = await readAll(csvSource(chunks(text), { ...options, sampleRows }))
      const parts = await readAll(csvSource(chunks(text, cuts), { ...options, sampleRows }))
      expect(parts).toEqual(whole)
    }), { numRuns: runs, seed })
  })

  it('plain records: a column in quotes, which has all looked at closely, changes none of the others', async () => {
    const piece = fc.constantFrom(
      ',', ',', ',', '\n', '\n', '\r\n', ' ', '-', '.', '1', '2.5', '-0', '007', 'x', 'NA', 'true', '1e9', '1e999',
      '123456789012345', '1234567890123456', '\r', '\0', '2024-01-01', '', '31/12/2023', '12/31/2023', '#N/A',
    )
    await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 60 }), fc.nat(3), async (parts, sampleRows) => {
      const lines = `a,b,c\n${parts.join('')}`.split('\n').map((line) => (line === '\r' ? '' : line))
      const quoted = lines.map((line, k) => (line === '' ? line : `${k === 0 ? '"q"' : '"1"'},${line}`))
      const given: CsvSourceOptions = { delimiter: ',', sampleRows }
      const plain = await readAll(csvSource(chunks(lines.join('\n')), given))
      const closely = await readAll(csvSource(chunks(quoted.join('\n')), { ...given, columns: { q: 'category' } }))
      // Where all rows end with a comma, the column without a name is called by its place.
      const called = (name: string): string => (name === 'column_5' ? 'column_4' : name)
      const without = closely.records.map((record) => Object.fromEntries(
        Object.entries(record as object).filter(([name]) => name !== 'q').map(([name, each]) => [called(name), each]),
      ))
      expect(plain.records.map((record) => ({ ...record as object }))).toEqual(without)
      expect(plain.counters).toEqual(closely.counters)
      expect(plain.malformed.map(({ code, line }) => [code, line]))
        .toEqual(closely.malformed.map(({ code, line }) => [code, line]))
      expect(plain.schema?.columns)
        .toEqual(closely.schema?.columns.slice(1).map((column) => ({ ...column, name: called(column.name) })))
    }), { numRuns: runs, seed })
  })

  it('counts: every record is parsed or malformed, and numbered in order', async () => {
    await fc.assert(fc.asyncProperty(messyText, async (text) => {
      const { records, malformed, counters } = await readAll(csvSource(chunks(text), options))
      expect(counters.received).toBe(records.length + malformed.length)
      expect(counters).toMatchObject({ parsed: records.length, malformed: malformed.length })
      expect(Object.values(counters.reasons).reduce((sum, n) => sum + n, 0)).toBe(malformed.length)
      const bytes = new TextEncoder().encode(text)
      for (const { byte, line, raw } of malformed) {
        expect([...bytes.subarray(byte, byte + raw.length)]).toEqual([...raw])
        expect(line).toBe(bytes.subarray(0, byte).filter((b) => b === 10).length + 1)
      }
    }), { numRuns: runs, seed })
  })

  it('resume: a checkpoint after any record, through JSON, gives the rest and the same counts', async () => {
    await fc.assert(fc.asyncProperty(messyText, fc.nat(20), fc.nat(3), async (text, stop, sampleRows) => {
      const given = { ...options, sampleRows }
      const whole = await readAll(csvSource(chunks(text), given))
      const first = csvSource(chunks(text), given)
      const before: unknown[] = []
      if (stop > 0) {
        for await (const record of first) {
          before.push(record)
          if (before.length === stop) break
        }
      }
      const from = JSON.parse(JSON.stringify(first.checkpoint())) as ReturnType<typeof first.checkpoint>
      const rest = await readAll(csvSource(chunks(text), { ...given, from }))
      expect([...before, ...rest.records]).toEqual(whole.records)
      expect(rest.counters).toEqual(whole.counters)
      expect(rest.schema?.columns.map(({ kind }) => kind)).toEqual(whole.schema?.columns.map(({ kind }) => kind))
    }), { numRuns: runs, seed })
  })

  it('resume between batches: the same, wherever the bytes are cut', async () => {
    await fc.assert(fc.asyncProperty(messyText, large, fc.nat(8), async (text, cuts, stop) => {
      const given = { ...options, recordBytesMax: 12, sampleRows: 1 }
      const whole = await readAll(csvSource(chunks(text), given))
      const first = csvSource(chunks(text, cuts), given)
      const before: unknown[] = []
      let taken = 0
      for await (const batch of first.batches()) {
        before.push(...batch.records)
        if (++taken > stop) break
      }
      const rest = await readAll(csvSource(chunks(text, cuts), { ...given, from: first.checkpoint() }))
      expect([...before, ...rest.records]).toEqual(whole.records)
      expect(rest.counters).toEqual(whole.counters)
    }), { numRuns: runs, seed })
  })

  it('ways: batches(), records$ and for await give the same records, counts and positions', async () => {
    await fc.assert(fc.asyncProperty(messyText, sizes, async (text, cuts) => {
      const whole = await readAll(csvSource(chunks(text, cuts), options))
      const batched = csvSource(chunks(text, cuts), options)
      const records: unknown[] = []
      for await (const batch of batched.batches()) records.push(...batch.records)
      expect([records, batched.counters]).toEqual([whole.records, whole.counters])
      const pushed = csvSource(chunks(text, cuts), options)
      const seen: unknown[] = []
      await pushed.records$.forEach((record) => void seen.push(record))
      expect([seen, pushed.counters, pushed.position]).toEqual([whole.records, whole.counters, batched.position])
    }), { numRuns: Math.ceil(runs / 3), seed })
  })

  it('round trip: any table, quoted where it must be, is read as it was written', async () => {
    const field = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/[\0\ud800-\udfff]/u.test(text))
    const table = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 20 })
    await fc.assert(fc.asyncProperty(table, sizes, async (written, cuts) => {
      const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
      const text = `x,y\n${written.map((row) => row.map(quoted).join(',')).join('\r\n')}`
      const { records, malformed } = await readAll(csvSource(chunks(text, cuts), {
        columns: { x: 'text', y: 'category' }, missing: [], delimiter: ',',
      }))
      expect(malformed).toEqual([])
      expect(records.map(({ x, y }) => [x, y])).toEqual(written)
    }), { numRuns: runs, seed })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunks, kindsOf, readAll } from '../testing/read-all.ts'
import { type NdjsonSourceOptions, ndjsonSource } from '../text-source.ts'

const read = (text: string | Uint8Array, options: NdjsonSourceOptions = {}) =>
  readAll(ndjsonSource(chunks(text), options))
const runs = Number(process.env['EDDY_LAW_RUNS'] ?? 300)
const seed = Number(process.env['EDDY_LAW_SEED'] ?? 20_240_229)
const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}1${']'.repeat(depth - 1)}}`

describe('ndjsonSource(bytes)', () => {
  it('gives one record per line, whatever ends the line; blank lines and a byte order mark are nothing', async () => {
    const { records, counters } = await read('\ufeff{"a":1}\r\n\n  \t\n{"b":{"c":[true,null]}}')
    expect(records).toEqual([{ a: 1 }, { b: { c: [true, null] } }])
    expect(counters).toMatchObject({ received: 2, parsed: 2, malformed: 0 })
  })

  it('makes -0 a 0 at every depth, and leaves numeric texts and denormals alone', async () => {
    const [record] = (await read('{"a":-0,"b":[-0,{"__proto__":-0}],"c":"7","d":5e-324}\n')).records
    expect(record).toMatchObject({ a: 0, c: '7', d: 5e-324 })
    const [zero, inner] = record!['b'] as [number, Record<string, unknown>]
    expect([Object.is(zero, 0), Object.is(inner['__proto__'], 0)]).toEqual([true, true])
  })

  it.each([
    ['E_JSON', 'not json'], ['E_JSON', '{"a":1} x'], ['E_JSON', '{"a":NaN}'], ['E_TYPE', '[1]'], ['E_TYPE', 'null'],
    ['E_TYPE', '7'], ['E_NONFINITE', '{"a":1e999}'], ['E_NONFINITE', '{"a":{"b":[-1e400]}}'], ['E_SHAPE', nested(33)],
    ['E_SHAPE', `{"a":[${'1,'.repeat(10_000)}1]}`], ['E_UTF8', '{"a":"\\ud83d"}'], ['E_UTF8', '{"\\u0000":1}'],
    ['E_UTF8', '{"\\udc00":1}'], ['E_UTF8', '{"a":"\0"}'], ['E_SIZE', `{"a":"${'x'.repeat(262_144)}"}`],
  ])('counts %s for %.30s and goes on', async (code, line) => {
    const { records, malformed, counters } = await read(`{"n":1}\n${line}\n{"n":2}\n`)
    expect(records).toEqual([{ n: 1 }, { n: 2 }])
    expect(malformed).toMatchObject([{ code, record: 2, line: 2, byte: 8, source: 'ndjson' }])
    expect(malformed[0]!.raw.length).toBe(Math.min(4096, new TextEncoder().encode(line).length))
    expect(counters.reasons).toEqual({ [code]: 1 })
  })

  it('accepts 32 levels, whole surrogate pairs by escape, and a NUL in a value', async () => {
    const { counters } = await read(`${nested(32)}\n{"a":"\\ud83d\\ude00"}\n{"a":"\\u0000"}\n`)
    expect(counters).toMatchObject({ parsed: 3, malformed: 0 })
  })

  it('gives a depth of 100,000 a reason instead of an overflow', async () => {
    expect((await read(`${nested(100_000)}\n`)).malformed).toMatchObject([{ code: 'E_SHAPE' }])
  })

  it.each([
    ['depth', `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`],
    ['number of parts', `{"a":[${'1,'.repeat(500_000)}1]}`],
  ])('refuses a %s beyond the limit before it parses, also where records may be long', async (_, line) => {
    const { records, malformed } = await read(`${line}\n{"n":2}\n`, { recordBytesMax: 1 << 22 })
    expect([records, malformed.map(({ code }) => code)]).toEqual([[{ n: 2 }], ['E_SHAPE']])
  })

  it('counts no brackets and commas in texts, whatever their escapes', async () => {
    const text = JSON.stringify({ a: '[{,"\\'.repeat(6000), b: ['\\'.repeat(31), '"'] })
    expect((await read(`${text}\n`)).records).toEqual([JSON.parse(text)])
  })

  it('keeps __proto__ an own name and changes no prototype', async () => {
    const [record] = (await read('{"__proto__":{"evil":1},"constructor":2}\n')).records
    expect(Object.keys(record!)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>)['evil']).toBeUndefined()
  })

  it('infers columns from what the first chunk brings, when it is opened', async () => {
    const source = ndjsonSource(chunks('{"n":1,"s":"x","b":true,"o":{"a":1},"m":null}\n{"n":2,"day":"2024-01-01"}\n'))
    expect(kindsOf(await source.open())).toEqual({
      n: 'number', s: 'category', b: 'boolean', o: 'object', m: 'empty', day: 'time',
    })
    expect(source.counters.received).toBe(0)
    expect((await readAll(source)).records).toHaveLength(2)
  })

  it('chunks, counts, resume: cuts make no difference, all is counted, a checkpoint gives the rest', async () => {
    const line = fc.constantFrom(
      '{"a":1}', '{"a":"é"}', '{', '', ' ', '[]', '{"b":1e999}', `{"a":"${'z'.repeat(40)}"}`, '\r',
    )
    const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'))
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 40 })
    await fc.assert(fc.asyncProperty(text, sizes, fc.nat(8), async (content, cuts, stop) => {
      const options = { recordBytesMax: 30 }
      const whole = await readAll(ndjsonSource(chunks(content), options))
      const cut = await readAll(ndjsonSource(chunks(content, cuts), options))
      expect({ ...cut, schema: null }).toEqual({ ...whole, schema: null })
      expect(whole.counters.received).toBe(whole.records.length + whole.malformed.length)
      const first = ndjsonSource(chunks(content, cuts), options)
      const iterator = first[Symbol.asyncIterator]()
      const before: unknown[] = []
      while (before.length < stop) {
        const { done, value } = await iterator.next()
        if (done === true) break
        before.push(value)
      }
      const rest = await readAll(ndjsonSource(chunks(content), { ...options, from: first.checkpoint() }))
      expect([...before, ...rest.records]).toEqual(whole.records)
      expect(rest.counters).toEqual(whole.counters)
    }), { numRuns: runs, seed })
  })

  it('batches() tell of every malformed line, also those before the first record and after the last', async () => {
    const line = fc.constantFrom('{"a":1}', '{', '[]', '')
    const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'))
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 40 })
    await fc.assert(fc.asyncProperty(text, sizes, fc.boolean(), async (content, cuts, opens) => {
      const { malformed, records } = await readAll(ndjsonSource(chunks(content)))
      const source = ndjsonSource(chunks(content, cuts))
      if (opens) await source.open()
      const told: unknown[] = []
      let count = 0
      for await (const batch of source.batches()) {
        for (const { before, note } of batch.notes) {
          if (note.kind === 'malformed') told.push([note.malformed.record, count + before, note.malformed.code])
        }
        count += batch.length
      }
      expect(count).toBe(records.length)
      expect(told).toEqual(malformed.map(({ record, code }, k) => [record, record - 1 - k, code]))
      expect(source.counters.malformed).toBe(malformed.length)
    }), { numRuns: runs, seed })
  })

  it('gives up keeping what stands before the first record when that is without end, but counts it', async () => {
    const source = ndjsonSource(chunks(`${'{\n'.repeat(50_000)}{"a":1}\n{\n`, Array(200).fill(1000)))
    await source.open()
    const { malformed } = source.counters
    expect(malformed).toBeGreaterThan(48_000)
    let notes = 0
    for await (const batch of source.batches()) notes += batch.notes.length
    expect(malformed + notes).toBe(50_001)
    expect(source.counters).toMatchObject({ received: 50_002, parsed: 1, malformed: 50_001 })
  })
})

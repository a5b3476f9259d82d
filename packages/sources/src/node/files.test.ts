import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { readAll } from '../testing/read-all.ts'
import { csvFile, ndjsonFile } from './files.ts'
import { openSource, streamSource } from './open-source.ts'

const folder = mkdtempSync(join(tmpdir(), 'sources-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const count = 20_000
const csv = `n,word\n${Array.from({ length: count }, (_, k) => `${k},w${k % 100}\n`).join('')}`
const ndjson = Array.from({ length: count }, (_, n) => `{"n":${n}}\n`).join('')

describe('csvFile(path) and ndjsonFile(path)', () => {
  it.each([
    ['plain.csv', csv, csvFile], ['packed.csv.gz', gzipSync(csv), csvFile], ['lies.txt', gzipSync(csv), csvFile],
    ['plain.ndjson', ndjson, ndjsonFile], ['packed.jsonl', gzipSync(ndjson), ndjsonFile],
  ] as const)('%s: reads all, and continues after any checkpoint', async (name, content, make) => {
    const path = file(name, content)
    const { records } = await readAll(make(path))
    expect(records.map(({ n }) => n)).toEqual(Array.from({ length: count }, (_, k) => k))
    const source = make(path)
    let taken = 0
    for await (const _ of source) if (++taken === 12_345) break
    const rest = await readAll(make(path, { from: JSON.parse(JSON.stringify(source.checkpoint())) }))
    expect([rest.records[0]!['n'], rest.records.length, rest.counters.received])
      .toEqual([12_345, count - 12_345, count])
  })

  it.each([
    ['short.csv', csv, csvFile], ['short.csv.gz', gzipSync(csv), csvFile], ['short.ndjson', ndjson, ndjsonFile],
  ] as const)('%s: continues at its end, and refuses to where it has become shorter', async (name, content, make) => {
    const path = file(name, content)
    const source = make(path)
    for await (const _ of source);
    const from = source.checkpoint()
    expect(await readAll(make(path, { from }))).toMatchObject({ records: [], error: null })
    const text = name.includes('ndjson') ? ndjson : csv
    const less = text.slice(0, text.lastIndexOf('\n'))
    file(name, name.endsWith('.gz') ? gzipSync(less) : less)
    const { error, counters } = await readAll(make(path, { from }))
    expect(error).toMatchObject({ code: 'E_OPTION', position: from.position })
    expect(error?.message).toMatch(/short.*, at line 2000\d, byte \d+: it ends before the place to go on from\. It was/)
    expect(counters).toEqual(from.counters)
  })

  it.each([
    ['grows.csv', 'a,b\n1,2\n', '3,4', '5\n6,7\n', { a: 3, b: 4 }, csvFile],
    ['grows.ndjson', '{"a":1}\n', '{"a":3}', '}\n{"a":6}\n', { a: 3 }, ndjsonFile],
  ] as const)('%s: tells of the rest of a last line that was read before it had ended', async (
    name, begun, half, rest, last, make,
  ) => {
    const path = file(name, begun + half)
    const source = make(path)
    let record: object = {}
    for await (record of source);
    expect(record).toEqual(last)
    const from = source.checkpoint()
    const lines = begun.split('\n').length - 1
    expect(from.position).toMatchObject({ records: 2, open: { bytes: begun.length, lines } })
    file(name, begun + half + rest)
    const more = await readAll(make(path, { from }))
    expect(more.records).toMatchObject([{ a: 6 }])
    expect(more.counters).toMatchObject({ received: 4, malformed: 1, reasons: { E_TYPE: 1 } })
    // Where the line break came later, there is no rest.
    file(name, `${begun}${half}\r\n${half}\n`)
    const ended = make(path, { from })
    const whole = await readAll(ended)
    expect([whole.records, whole.counters.malformed]).toEqual([[last], 0])
    expect(ended.position).not.toHaveProperty('open')
  })

  it('refuses to go on inside a line of another file', async () => {
    const source = csvFile(file('first.csv', 'a,b\n1,2\n3,4\n'))
    for await (const _ of source);
    const from = source.checkpoint()
    const { error, records } = await readAll(csvFile(file('other.csv', 'a,b\n10,20\n30,40\n'), { from }))
    expect(error?.message).toMatch(/to go on from is inside a line\. It was cut short or/)
    expect(records).toEqual([])
  })

  it.each([
    ['missing.csv', /missing\.csv, at its start: ENOENT.*Check the path/], ['.', /EISDIR.*inside this folder/],
  ])('%s: fails and says what to do', async (name, message) => {
    const { error } = await readAll(csvFile(join(folder, name)))
    expect(error?.message).toMatch(message)
  })

  it('gives the file back, however reading ends', async () => {
    const path = file('handles.csv', csv)
    for (let times = 0; times < 60; times++) {
      const source = csvFile(path, { sampleRows: 1 })
      if (times % 3 === 0) for await (const _ of source) break
      else if (times % 3 === 1) await source.open().then(() => source.close())
      else await readAll(csvFile(path, { sampleRows: 1, required: ['no such column'] }))
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
    const { getActiveResourcesInfo } = process
    expect(getActiveResourcesInfo().filter((kind) => /FS|FileHandle/.test(kind))).toEqual([])
  })
})

describe('openSource(path) and streamSource(stream)', () => {
  it.each([
    ['a.csv', csv], ['b.json', ndjson], ['c', gzipSync(csv)], ['d.csv', gzipSync(ndjson)], ['e', `\n \n${ndjson}`],
  ] as const)('%s: the content says what the format is', async (name, content) => {
    const path = file(name, content)
    for (const source of [await openSource(path), await streamSource(createReadStream(path))]) {
      expect((await readAll(source)).counters).toMatchObject({ parsed: count, malformed: 0 })
    }
  })

  it('takes the format that is named', async () => {
    const source = await streamSource(Readable.from([Buffer.from('{a,b\n1,2\n')]), { format: 'csv' })
    expect((await readAll(source)).records).toEqual([{ '{a': 1, b: 2 }])
  })

  it('fails on a JSON array, on Parquet in a stream and on a missing file, and says what to do', async () => {
    await expect(openSource(file('array.json', '[{"a":1}]'))).rejects.toThrow(/one object per line/)
    await expect(streamSource(Readable.from([Buffer.from('PAR1')]))).rejects.toThrow(/Save it as a file/)
    await expect(openSource(join(folder, 'nowhere'))).rejects
      .toMatchObject({ code: 'E_SOURCE', hint: 'Check the path.' })
  })
})

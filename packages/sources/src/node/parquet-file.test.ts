import { createRequire } from 'node:module'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { kindsOf, readAll } from '../testing/read-all.ts'
import { openSource } from './open-source.ts'
import { parquetFile } from './parquet-file.ts'

const datasets = dirname(createRequire(import.meta.url).resolve('vega-datasets'))
const flights = join(datasets, '..', 'data', 'flights-3m.parquet')
const folder = mkdtempSync(join(tmpdir(), 'parquet-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('parquetFile(path)', () => {
  it('gives numbers, texts and times of real flights, as the columns say', async () => {
    const source = await openSource(flights)
    expect(kindsOf(await source.open())).toEqual({
      date: 'time', delay: 'number', distance: 'number', origin: 'category', destination: 'category',
    })
    const seen: Record<string, unknown>[] = []
    for await (const record of source) {
      seen.push(record)
      if (seen.length === 10_000) break
    }
    expect(source.position).toEqual({ records: 10_000, bytes: 0, lines: 0 })
    expect(seen[0]).toMatchObject({ origin: expect.stringMatching(/^[A-Z]{3}$/), distance: expect.any(Number) })
    expect(new Date(seen[0]!['date'] as number).getUTCFullYear()).toBe(2001)
  })

  it('knows times by their type, not by their name or their century', async () => {
    // born: timestamp, n: int32; 1970-01-02, nothing, 1950-06-01.
    const small = 'UEFSMRUGFSQVJFwVBhUCFQYVABUEFQAAAAMFAFwmBQAAAAAACAkWcP///xUGFRwVHFwVBhUAFQYVABUEFQAAAAMHAQAAAAIAAAAD'
      + 'AAAAFQQZPEgEcm9vdBUEABUEJQIYBGJvcm4lEgAVAiUCGAFuABYGGRwZLCYIHBUEGRUAGRgEYm9ybhUAFgYWThZOJggAACZWHBUC'
      + 'GRUAGRgBbhUAFgYWRhZGJlYAABaUARYGNpQBACgJaHlwYXJxdWV0GSwcAAAcAAAAeAAAAFBBUjE='
    const path = join(folder, 'small.parquet')
    writeFileSync(path, Buffer.from(small, 'base64'))
    const { records, schema } = await readAll(parquetFile(path))
    expect(records.map((record) => ({ ...record })))
      .toEqual([{ born: 86_400_000, n: 1 }, { born: null, n: 2 }, { born: Date.UTC(1950, 5, 1), n: 3 }])
    expect(schema!.columns.map(({ name, kind, epoch }) => [name, kind, epoch]))
      .toEqual([['born', 'time', 'ms'], ['n', 'number', null]])
    const from = { ...parquetFile(path).checkpoint(), position: { records: 2, bytes: 0, lines: 0 } }
    expect(kindsOf((await readAll(parquetFile(path, { from }))).schema)).toEqual({ born: 'time', n: 'number' })
  })

  it('continues after a checkpoint, inside a row group and beyond the first', async () => {
    const columns = ['delay', 'origin']
    const all = parquetFile(flights, { columns })
    const rest = async (records: number) => {
      const from = { ...all.checkpoint(), position: { records, bytes: 0, lines: 0 } }
      const source = parquetFile(flights, { columns, from })
      const seen: unknown[] = []
      for await (const record of source) {
        seen.push(record)
        if (seen.length === 3) break
      }
      return seen
    }
    const wanted = new Map<number, unknown>()
    let row = 0
    for await (const batch of all.batches()) {
      for (const record of batch.records) {
        if ([5000, 5001, 5002, 400_000, 400_001, 400_002].includes(row)) wanted.set(row, record)
        row++
      }
      if (row > 400_002) break
    }
    expect(await rest(5000)).toEqual([5000, 5001, 5002].map((k) => wanted.get(k)))
    expect(await rest(400_000)).toEqual([400_000, 400_001, 400_002].map((k) => wanted.get(k)))
  })

  it('fails on a column that is not there, a file that is cut, and a row group that is too large', async () => {
    expect((await readAll(parquetFile(flights, { columns: ['price'] }))).error?.message)
      .toMatch(/no column "price" among date/)
    const cut = join(folder, 'cut.parquet')
    writeFileSync(cut, readFileSync(flights).subarray(0, 100_000))
    expect((await readAll(parquetFile(cut))).error?.message).toMatch(/cannot be read as Parquet.*whole Parquet file/)
    expect((await readAll(parquetFile(flights, { groupBytesMax: 1000 }))).error?.code).toBe('E_BOMB')
  })

  it('fails on damaged bytes instead of giving wrong ones or crashing', async () => {
    const bytes = readFileSync(flights)
    const metadata = bytes.subarray(bytes.length - 4000)
    for (let seed = 0; seed < 40; seed++) {
      const damaged = Buffer.concat([bytes.subarray(0, 4), metadata])
      damaged[4 + ((seed * 97) % 3900)]! ^= 1 << (seed % 8)
      const path = join(folder, 'damaged.parquet')
      writeFileSync(path, damaged)
      expect((await readAll(parquetFile(path))).error).not.toBeNull()
    }
  })
})

import { firstValueFrom, Subject, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { SourceError } from './errors.ts'
import { recordStream } from './record-stream.ts'
import { readAll } from './testing/read-all.ts'
import { csvSource } from './text-source.ts'

const lines = (count: number): string => `n\n${Array.from({ length: count }, (_, k) => `${k}\n`).join('')}`

describe('RecordSource', () => {
  it('can be read once: a second reading says what to do', async () => {
    const source = csvSource([lines(3)])
    await readAll(source)
    expect(() => source[Symbol.asyncIterator]()).toThrow(/read already.*share/)
  })

  it('position and counters belong to the record just handed over', async () => {
    const source = csvSource(['n\n1\nx,y\n2\n\n3\nz,z\n'])
    const seen: unknown[] = []
    for await (const { n } of source) {
      const { received, malformed } = source.counters
      seen.push([n, source.position, received, malformed])
    }
    expect(seen).toEqual([
      [1, { records: 1, bytes: 4, lines: 2 }, 1, 0],
      [2, { records: 3, bytes: 10, lines: 4 }, 3, 1],
      [3, { records: 4, bytes: 13, lines: 6 }, 4, 1],
    ])
    expect([source.position, source.counters.malformed]).toEqual([{ records: 5, bytes: 17, lines: 7 }, 2])
  })

  it('positionAfter(k) of a batch is where the position of for await stands', async () => {
    const text = 'n\n1\nx,y\n2\n\n3\n'
    const source = csvSource([text])
    const positions: unknown[] = []
    for await (const _ of source) positions.push(source.position)
    const places: unknown[] = []
    for await (const batch of csvSource([text]).batches()) {
      batch.records.forEach((_, k) => places.push(batch.positionAfter(k)))
    }
    expect(places).toEqual(positions)
  })

  it('asks for no more than one chunk before the first record is taken', async () => {
    let asked = 0
    const input = async function* () {
      for (;;) {
        asked++
        yield new TextEncoder().encode(asked === 1 ? 'n\n1\n' : '2\n')
      }
    }
    const iterator = csvSource(input(), { sampleRows: 1 })[Symbol.asyncIterator]()
    await iterator.next()
    expect(asked).toBeLessThanOrEqual(2)
    await iterator.return!()
  })

  it('gives concurrent next() calls different records, in order', async () => {
    const iterator = csvSource([lines(5)])[Symbol.asyncIterator]()
    const results = await Promise.all(Array.from({ length: 7 }, () => iterator.next()))
    expect(results.map(({ value }) => value?.n)).toEqual([0, 1, 2, 3, 4, undefined, undefined])
  })

  it('gives back its input when the reader leaves early, in each way of reading', async () => {
    const closed: string[] = []
    const input = (name: string) => (async function* () {
      try {
        for (;;) yield new TextEncoder().encode('n\n1\n2\n')
      } finally {
        closed.push(name)
      }
    })()
    for await (const _ of csvSource(input('for await'), { sampleRows: 1 })) break
    for await (const _ of csvSource(input('batches'), { sampleRows: 1 }).batches()) break
    await firstValueFrom(csvSource(input('records$'), { sampleRows: 1 }).records$)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(closed.sort()).toEqual(['batches', 'for await', 'records$'])
  })

  it('passes an input error on as a SourceError with the position, after what came before', async () => {
    const input = async function* () {
      yield new TextEncoder().encode('n\n1\n2\n')
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
    }
    const { records, error } = await readAll(csvSource(input(), { name: 'disk.csv', sampleRows: 1 }))
    expect(records).toEqual([{ n: 1 }, { n: 2 }])
    expect(error).toBeInstanceOf(SourceError)
    expect(error).toMatchObject({ code: 'E_SOURCE', source: 'disk.csv', position: { records: 2, bytes: 6, lines: 3 } })
    expect(error!.message).toBe(
      'disk.csv, at line 4, byte 6: EIO: i/o error, read. '
      + 'Check that it can be read to its end, then continue from this position.',
    )
  })

  it('completes malformed$ and revised$ with the records', async () => {
    const source = csvSource(['n\n1\nx,y\n'])
    const all = firstValueFrom(source.malformed$.pipe(toArray()))
    const none = firstValueFrom(source.revised$.pipe(toArray()))
    await readAll(source)
    expect((await all).map(({ code }) => code)).toEqual(['E_ARITY'])
    expect(await none).toEqual([])
  })

  it('completes them when reading fails, so that the error is told once', async () => {
    const source = csvSource(['a\n1\n'], { required: ['b'] })
    const all = firstValueFrom(source.malformed$.pipe(toArray()))
    expect((await readAll(source)).error?.code).toBe('E_FORMAT')
    expect(await all).toEqual([])
  })

  it('emits a malformed record between its neighbours', async () => {
    const source = csvSource(['n\n1\nx,y\n2\n'])
    const order: unknown[] = []
    source.malformed$.subscribe(({ record }) => order.push(`bad ${record}`))
    await source.records$.forEach(({ n }) => void order.push(n))
    expect(order).toEqual([1, 'bad 2', 2])
  })

  it('a checkpoint while a record that is too long is passing by stands before that record', async () => {
    const options = { recordBytesMax: 12, sampleRows: 1 }
    const parts = [`a\n1\n${'z'.repeat(20)}`, `${'z'.repeat(20)}\n2\n`]
    const first = csvSource(parts, options)
    for await (const _ of first.batches()) break
    expect(first.position).toEqual({ records: 1, bytes: 4, lines: 2 })
    const { records, malformed, counters } = await readAll(csvSource(parts, { ...options, from: first.checkpoint() }))
    expect(records).toEqual([{ a: 2 }])
    expect(malformed).toMatchObject([{ code: 'E_SIZE', record: 2, line: 3, byte: 4, length: 40 }])
    expect(counters.received).toBe(3)
  })

  it('refuses a checkpoint that is not one of a CSV', () => {
    const { counters } = csvSource([''])
    expect(() => csvSource([''], { from: { position: { records: 1, bytes: 9, lines: 1 }, counters, layout: null } }))
      .toThrow(/no layout of columns/)
  })
})

describe('recordStream(records)', () => {
  it('reads iterables, async iterables and Observables', async () => {
    const records = [{ n: 1 }, { n: 2 }]
    const lazily = async function* () {
      yield* records
    }
    expect((await readAll(recordStream(records))).records).toEqual(records)
    expect((await readAll(recordStream(lazily()))).records).toEqual(records)
    const subject = new Subject<{ n: number }>()
    const reading = readAll(recordStream(subject))
    await Promise.resolve()
    records.forEach((record) => subject.next(record))
    subject.complete()
    expect((await reading).records).toEqual(records)
  })

  it('counts what is no record, and goes on', async () => {
    const given = [{ n: 1 }, 7, null, { n: 2 }, [3]] as { n: number }[]
    const { records, malformed, counters } = await readAll(recordStream(given))
    expect(records).toEqual([{ n: 1 }, { n: 2 }])
    expect(malformed.map(({ code, record, reason }) => [code, record, reason])).toEqual([
      ['E_TYPE', 2, 'it is a number, wanted an object with named values'],
      ['E_TYPE', 3, 'it is null, wanted an object with named values'],
      ['E_TYPE', 5, 'it is an array, wanted an object with named values'],
    ])
    expect(counters).toMatchObject({ received: 5, parsed: 2, malformed: 3 })
  })

  it('continues after a checkpoint', async () => {
    const given = Array.from({ length: 9 }, (_, n) => ({ n }))
    const first = recordStream(given)
    await firstValueFrom(first.records$.pipe(take(4), toArray()))
    const rest = await readAll(recordStream(given, { from: first.checkpoint() }))
    expect(rest.records.map(({ n }) => n)).toEqual([4, 5, 6, 7, 8])
    expect(rest.counters.received).toBe(9)
  })

  it.each([
    ['drop-oldest', [7, 8, 9]], ['drop-newest', [0, 1, 2]],
  ] as const)('holds 3 records that wait, then %s, and counts', async (overflow, kept) => {
    const subject = new Subject<{ n: number }>()
    const reading = readAll(recordStream(subject, { capacity: 3, overflow }))
    await Promise.resolve()
    for (let n = 0; n < 10; n++) subject.next({ n })
    subject.complete()
    const { records, counters } = await reading
    expect(records.map(({ n }) => n)).toEqual(kept)
    expect(counters).toMatchObject({ received: 10, parsed: 3, dropped: 7 })
  })

  it('fails by default when too many wait, and says what to choose', async () => {
    const subject = new Subject<{ n: number }>()
    const reading = readAll(recordStream(subject, { capacity: 3 }))
    await Promise.resolve()
    for (let n = 0; n < 10; n++) subject.next({ n })
    const { records, error } = await reading
    expect([records.length, error?.code]).toEqual([3, 'E_OVERFLOW'])
    expect(error!.message).toMatch(/drop-oldest/)
  })
})

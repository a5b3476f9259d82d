import { describe, expect, it } from 'vitest'
import { chunks, kindsOf, readAll } from '../testing/read-all.ts'
import { type CsvSourceOptions, csvSource } from '../text-source.ts'

const read = (text: string | Uint8Array, options: CsvSourceOptions = {}) => readAll(csvSource(chunks(text), options))
const rows = async (text: string | Uint8Array, options: CsvSourceOptions = {}) => (await read(text, options)).records
const bytes = (...parts: (string | number)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)])))

describe('csvSource(bytes): values', () => {
  it('gives numbers, booleans, categories and null for what is missing', async () => {
    expect(await rows('price,city,open\n1.5,Chur,true\n,Bern,\n-2e3,NA,false\n')).toEqual([
      { price: 1.5, city: 'Chur', open: true },
      { price: null, city: 'Bern', open: null },
      { price: -2000, city: null, open: false },
    ])
  })

  it('gives the same doubles as Number(text), and 0 for -0', async () => {
    const texts = [
      '0.1', '123456789012345', '1234567.12345678', '.5', '5.', '+7', '1e-300', '4.9e-324', '0.30000000000000004',
      '-0.0',
    ]
    const values = (await rows(`x\n${texts.join('\n')}\n`)).map(({ x }) => x)
    expect(values).toEqual(texts.map((text) => Number(text) + 0))
    expect(Object.is(values.at(-1), 0)).toBe(true)
  })

  it('reads ISO times, and epochs where the name says time, as milliseconds in UTC', async () => {
    const { records, schema } = await read(
      'day,time,id\n2024-02-29,1700000000,1700000000\n2024-03-01,1700000060,1700000060\n',
    )
    expect(records[0]).toEqual({ day: Date.UTC(2024, 1, 29), time: 1_700_000_000_000, id: 1_700_000_000 })
    expect(kindsOf(schema)).toEqual({ day: 'time', time: 'time', id: 'number' })
  })

  it('takes what programs write for no number as missing, and leaves it a word in a column of words', async () => {
    const text = 'a,b,c,d,garage\n1,yes,2024-01-01,2,Attached\n-,None,NaT,\\N,None\n#DIV/0!,no,-,<NA>,Attached\n'
    const { records, counters, schema } = await read(text, { sampleRows: 1 })
    expect(kindsOf(schema)).toEqual({ a: 'number', b: 'boolean', c: 'time', d: 'number', garage: 'category' })
    expect(records.slice(1)).toEqual([
      { a: null, b: null, c: null, d: null, garage: 'None' },
      { a: null, b: false, c: null, d: null, garage: 'Attached' },
    ])
    expect(counters).toMatchObject({ contradictions: 0, malformed: 0 })
    expect(await rows('a\n-\n--\n3\n', { sampleRows: 1 })).toEqual([{ a: null }, { a: null }, { a: 3 }])
    expect(await rows('a\n1\n-\n', { missing: ['?'] })).toEqual([{ a: '1' }, { a: '-' }])
  })

  it('takes a comma for a decimal point only where the delimiter is another one', async () => {
    expect(await rows('a;b\n1,5;x\n2;y\n')).toEqual([{ a: 1.5, b: 'x' }, { a: 2, b: 'y' }])
    expect(await rows('a,b\n"1,5",2\n"2,5",3\n')).toEqual([{ a: '1,5', b: 2 }, { a: '2,5', b: 3 }])
  })

  it('keeps integers beyond 2^53 as text, because their last digits are somebody', async () => {
    expect(await rows('id\n12345678901234567890\n12345678901234567891\n'))
      .toEqual([{ id: '12345678901234567890' }, { id: '12345678901234567891' }])
  })

  it('quarantines infinities in a column of numbers, and keeps them as words in one of words', async () => {
    const { records, malformed } = await read('a,b\n1,up\n1e999,up\ninf,down\n-Infinity,inf\nNaN,up\n2,inf\n')
    expect(records).toEqual([{ a: 1, b: 'up' }, { a: null, b: 'up' }, { a: 2, b: 'inf' }])
    expect(malformed.map(({ code, line }) => [code, line]))
      .toEqual([['E_NONFINITE', 3], ['E_NONFINITE', 4], ['E_NONFINITE', 5]])
    expect(malformed[0]!.reason).toBe('column "a" is "1e999", wanted a finite number')
  })
})

describe('csvSource(bytes): layout', () => {
  it('reads a byte order mark, CRLF, quotes, doubled quotes, line breaks in quotes, an unended last line', async () => {
    const text = '\ufeffname,note\r\n"Aeby, A.","said ""hi""\r\nand left"\r\n5" pipe, "\r\n"",x'
    expect(await rows(text)).toEqual([
      { name: 'Aeby, A.', note: 'said "hi"\r\nand left' }, { name: '5" pipe', note: '"' }, { name: null, note: 'x' },
    ])
  })

  it.each([['\t', 'tab'], [';', 'semicolon'], ['|', 'bar'], [',', 'comma']])('finds %j (%s)', async (d) => {
    expect(await rows(`a${d}b${d}c\n1${d}"x,y;z"${d}3\n`)).toEqual([{ a: 1, b: 'x,y;z', c: 3 }])
  })

  it('renames empty and repeated names, skips blank lines, trims bare fields', async () => {
    expect(await rows('a,,a,a_2\n\n1, x ," y ",2\n\r\n')).toEqual([{ a: 1, column_2: 'x', a_3: ' y ', a_2: 2 }])
  })

  it('takes names from the caller, or numbers the columns, when there is no header', async () => {
    expect(await rows('1,2\n3,4\n', { header: ['x', 'y'] })).toEqual([{ x: 1, y: 2 }, { x: 3, y: 4 }])
    expect(await rows('1,2\n', { header: false })).toEqual([{ column_1: 1, column_2: 2 }])
  })

  it('treats __proto__, constructor and toString as names like any other', async () => {
    const [record] = await rows('__proto__,constructor,toString\n1,2,3\n')
    expect(Object.keys(record!)).toEqual(['__proto__', 'constructor', 'toString'])
    expect(record!['__proto__']).toBe(1)
    const [other] = await rows('a\n1\n')
    expect([other!['__proto__'], other!['constructor'], 'toString' in other!]).toEqual([undefined, undefined, false])
    expect(({} as Record<string, unknown>)['1']).toBeUndefined()
  })

  it('finds the header after thousands of blank lines, wherever the sample ends', async () => {
    for (const blank of [1000, 1001, 1002, 2002, 5000]) {
      const { records, malformed } = await read(`${'\n'.repeat(blank)}a\r\n1\r\nx,y\n`)
      expect([records, malformed[0]!.line]).toEqual([[{ a: 1 }], blank + 3])
      const text = `${'\r\n'.repeat(blank)}a\r\n1\r\n`
      const slowly = await readAll(csvSource(chunks(text, Array.from(text, () => 1))))
      expect(slowly.records).toEqual([{ a: 1 }])
    }
  })

  it.each([
    ['', 0], ['\n\n', 0], ['\n'.repeat(3000), 0], ['a,b', 2], ['a,b\n', 2], ['a,b\r', 2],
  ])('gives no records for %.20j', async (text, columns) => {
    const { records, counters, schema, error } = await read(text)
    expect([records.length, counters.received, schema?.columns.length ?? 0, error]).toEqual([0, 0, columns, null])
  })

  it.each([
    [bytes('PAR1abcd'), /Parquet/], [bytes(0xff, 0xfe, 'a', 0, 'b', 0), /UTF-16.*iconv/],
    [bytes('a', 0, ',', 0, 'b', 0, '\n', 0), /NUL bytes.*iconv -f UTF-16LE/],
    [bytes('PK', 3, 4, 'xx'), /ZIP/], [bytes('a', 0xc3, '\n1\n'), /not UTF-8.* Convert it to UTF-8 \(iconv/],
    [bytes('a,"b\n1,2\n'), /quote/], [bytes(','.repeat(10_000), '\n'), /10001 columns, at most 10000 can be read\./],
    [bytes('a,b\r1,2\r'), /lines end with CR alone.*tr/], [bytes('a\r'.repeat(5_000_000)), /CR alone/],
    [bytes(0xfd, '7zXZ', 0, 0, 4), /compressed by xz.*\(xz -dc/], [bytes('(', 0xb5, '/', 0xfd, '$'), /zstd -dc/],
    [bytes('BZh91AY&SY', 7), /bzip2 -dc/], [bytes('ARROW1', 0, 0), /Arrow or Feather.* Parquet/],
    [bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), /old spreadsheet/],
    [bytes('z'.repeat(300_000)), /300000 bytes/], [bytes('z'.repeat(9_000_000), '\n1'), /more than 262144 bytes/],
  ])('fails with E_FORMAT on what is no CSV: %#', async (content, message) => {
    const { error } = await read(content)
    expect([error?.code, error?.message]).toEqual(['E_FORMAT', expect.stringMatching(message)])
  })
})

describe('csvSource(bytes): malformed records', () => {
  it('counts ragged rows and goes on; they say nothing about the kinds', async () => {
    const { records, malformed, counters, schema } = await read('a,b\n1,x\nz\n2,y,3\n3,w\n')
    expect(records).toEqual([{ a: 1, b: 'x' }, { a: 3, b: 'w' }])
    expect(malformed.map(({ code, record, line, byte, reason }) => ({ code, record, line, byte, reason }))).toEqual([
      { code: 'E_ARITY', record: 2, line: 3, byte: 8, reason: 'it has 1 fields, the header has 2' },
      { code: 'E_ARITY', record: 3, line: 4, byte: 10, reason: 'it has 3 fields, the header has 2' },
    ])
    expect(new TextDecoder().decode(malformed[1]!.raw)).toBe('2,y,3')
    expect(counters).toMatchObject({ received: 4, parsed: 2, malformed: 2, reasons: { E_ARITY: 2 }, contradictions: 0 })
    expect(kindsOf(schema)).toEqual({ a: 'number', b: 'category' })
  })

  it('quarantines invalid UTF-8 and NUL, and what stands before and after is read', async () => {
    const { records, malformed } = await read(bytes('a,b\nx,1\ny', 0xc3, ',2\nz', 0, ',3\nw,', 0xff, '\nv,5\n'))
    expect(records).toEqual([{ a: 'x', b: 1 }, { a: 'v', b: 5 }])
    expect(malformed.map(({ code, line }) => [code, line])).toEqual([['E_UTF8', 3], ['E_UTF8', 4], ['E_UTF8', 5]])
  })

  it.each([['a,b', 'a,b'], ['"a","b"', 'a,b'], ['a,b', '"a", b']])(
    'takes a header that comes again for no record, nor for values of its columns: %s, %s', async (header, again) => {
      const { records, schema, counters } = await read(`${header}\n1,yes\n${again}\n2,no\n`)
      expect(records.map(({ a }) => a)).toEqual([1, 2])
      expect(schema?.columns.map(({ kind }) => kind)).toEqual(['number', 'boolean'])
      expect(counters).toMatchObject({ malformed: 1, reasons: { E_TYPE: 1 } })
      for (const text of ['word\na\nword\n', 'a,b\n1,x\na,x\n']) expect(await rows(text)).toHaveLength(2)
    },
  )

  it('loses one line to a quote that never closes, not the rest of the file', async () => {
    const { records, malformed } = await read('a,b\n1,x\n2,"y\n3,z\n4,w\n')
    expect(records).toEqual([{ a: 1, b: 'x' }, { a: 3, b: 'z' }, { a: 4, b: 'w' }])
    expect(malformed).toMatchObject([{ code: 'E_CSV', line: 3, byte: 8, record: 2 }])
  })

  it('loses one line to a quote that closes in the middle of a field', async () => {
    expect((await read('a,b\n1,"x" y\n2,z\n')).malformed).toMatchObject([{ code: 'E_CSV', line: 2 }])
    const { records, malformed } = await read('a,b\n1,"x\n5,q" y\n2,z\n')
    expect(malformed).toMatchObject([{ code: 'E_CSV', line: 2, length: 4 }])
    expect(records).toEqual([{ a: 5, b: 'q" y' }, { a: 2, b: 'z' }])
  })

  it('counts records of too many bytes, keeps 4,096 of them, and goes on with the next line', async () => {
    const options = { recordBytesMax: 6000 }
    const long = 'z'.repeat(7000)
    const { records, malformed } = await read(`a\nfirst\n${long}\n${'y'.repeat(6000)}\nlast\n`, options)
    expect(records.map(({ a }) => (a as string).length)).toEqual([5, 6000, 4])
    expect(malformed).toMatchObject([{ code: 'E_SIZE', line: 3, byte: 8, length: 7000 }])
    expect(malformed[0]!.raw.length).toBe(4096)
  })

  it('demands what is required, and refuses what contradicts a declared kind', async () => {
    const { records, malformed } = await read(
      'a,b,c\n1,x,2024-01-01\n,y,\ntwo,z,\n3,w,soon\n4,v,\n',
      { columns: { a: 'number', b: 'category', c: 'time' }, required: ['a'] },
    )
    expect(records.map(({ a }) => a)).toEqual([1, 4])
    expect(malformed.map(({ code }) => code)).toEqual(['E_MISSING', 'E_TYPE', 'E_TIME'])
  })

  it('fails when a declared or required column does not exist', async () => {
    expect((await read('a\n1\n', { required: ['b'] })).error?.message).toMatch(/no column "b" among a/)
    expect((await read('a\n1\n', { columns: { c: 'number' } })).error?.code).toBe('E_FORMAT')
    const asked: string[] = []
    const columns = (name: string): 'category' | undefined => {
      asked.push(name)
      return name === 'a' ? 'category' : undefined
    }
    expect(await rows('a,b\n1,2\n', { columns })).toEqual([{ a: '1', b: 2 }])
    expect(asked).toEqual(['a', 'b'])
  })
})

describe('csvSource(bytes): revisions', () => {
  it('makes a column of numbers mixed at the first word, and one of categories when words are many', async () => {
    const few = Array.from({ length: 60 }, (_, k) => (k % 3 === 0 ? 'off' : `${k}`))
    const { records, revisions, counters, schema } = await read(`a\n1\n2\n${few.join('\n')}\n`, { sampleRows: 2 })
    expect(revisions).toMatchObject([
      { column: 'a', from: 'number', to: 'mixed', record: 3, line: 4, value: 'off' },
    ])
    expect(records[2]).toEqual({ a: 'off' })
    expect(records[3]).toEqual({ a: 1 })
    expect(counters).toMatchObject({ contradictions: 20, revisions: 1, parsed: 62 })
    expect(schema!.version).toBe(1)
    const many = await read(`a\n1\n2\n${'off\n7\n'.repeat(30)}`, { sampleRows: 2 })
    expect(many.revisions.map(({ to }) => to)).toEqual(['mixed', 'category'])
    expect(many.records.at(-1)).toEqual({ a: '7' })
  })

  it('revises at the same record after a checkpoint as without one', async () => {
    const text = `a\n1\n2\n${'off\n7\n'.repeat(30)}`
    const whole = await read(text, { sampleRows: 2 })
    const first = csvSource([text], { sampleRows: 2 })
    let taken = 0
    for await (const _ of first) if (++taken === 30) break
    const rest = await read(text, { sampleRows: 2, from: first.checkpoint() })
    expect(rest.revisions).toEqual(whole.revisions.slice(1))
    expect([rest.schema, rest.counters]).toEqual([whole.schema, whole.counters])
    expect(rest.records).toEqual(whole.records.slice(30))
  })

  it('decides on a column that was empty when its first value comes', async () => {
    const { records, revisions } = await read('a,b\n1,\n2,\n3,7\n4,8\n', { sampleRows: 2 })
    expect(records.map(({ b }) => b)).toEqual([null, null, 7, 8])
    expect(revisions.map(({ from, to, record }) => [from, to, record])).toEqual([['empty', 'number', 3]])
  })

  it('takes times that cannot be read as missing, and makes booleans categories', async () => {
    const { records, revisions, counters } = await read(
      't,b\n2024-01-01,yes\nsoon,no\n2024-01-02,maybe\n', { sampleRows: 1 },
    )
    expect(records.map(({ t, b }) => [t, b]))
      .toEqual([[Date.UTC(2024, 0, 1), true], [null, false], [Date.UTC(2024, 0, 2), 'maybe']])
    expect(revisions.map(({ column, to }) => [column, to])).toEqual([['b', 'category']])
    expect(counters.contradictions).toBe(2)
  })

  it('still reads true and false where other words have come between, also from a checkpoint on', async () => {
    const text = 'b\nyes\nmaybe\nyes\nNo\nNone\nmaybe\nno\n'
    const whole = await read(text, { sampleRows: 1 })
    expect(whole.records.map(({ b }) => b)).toEqual([true, 'maybe', true, false, null, 'maybe', false])
    expect(whole.counters.contradictions).toBe(1)
    const first = csvSource(chunks(text), { sampleRows: 1 })
    const records = first[Symbol.asyncIterator]()
    for (let k = 0; k < 4; k++) await records.next()
    const rest = await read(text, { from: structuredClone(first.checkpoint()) })
    expect([rest.records, rest.schema, rest.counters]).toEqual([whole.records.slice(4), whole.schema, whole.counters])
  })

  it('is not moved by a record that is malformed for another reason', async () => {
    const { revisions, counters } = await read('a,b\n1,2\nx,1e999\n3,4\n', { sampleRows: 1 })
    expect([revisions, counters.contradictions, counters.malformed]).toEqual([[], 0, 1])
  })
})

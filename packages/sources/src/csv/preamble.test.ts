import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunks, readAll } from '../testing/read-all.ts'
import { type CsvSourceOptions, csvSource } from '../text-source.ts'

const read = (text: string, options: CsvSourceOptions = {}) => readAll(csvSource(chunks(text), options))
const namesOf = async (text: string, options: CsvSourceOptions = {}): Promise<unknown> => (
  (await read(text, options)).schema?.columns.map(({ name }) => name)
)

describe('csvSource(bytes): sep=', () => {
  it.each([
    ['sep=;\na;b\n1;x,y\n', { a: 1, b: 'x,y' }], ['\ufeffSEP=;\r\na;b\r\n1;x\r\n', { a: 1, b: 'x' }],
    ['"sep=|"\na|b\n1|x\n', { a: 1, b: 'x' }], ['sep=\t\na\tb\n1\tx\n', { a: 1, b: 'x' }],
    ['sep=^\na^b\n1^x\n', { a: 1, b: 'x' }], ['sep=;;;\na;b\n1;x\n', { a: 1, b: 'x' }],
    ['sep=,\n# by a program\n\na,b\n1,x\n', { a: 1, b: 'x' }], ['\n\nsep=;\n\na;b\n1;x\n', { a: 1, b: 'x' }],
  ])('%j', async (text, record) => {
    for (const sampleRows of [0, 1, 1000]) expect((await read(text, { sampleRows })).records).toEqual([record])
  })

  it('stays a header when it names no delimiter, and gives way to the one that the caller names', async () => {
    expect(await namesOf('sep=x,b\n1,2\n')).toEqual(['sep=x', 'b'])
    expect(await namesOf('sep=\n1\n')).toEqual(['sep='])
    expect(await namesOf('sep=a\n1\n')).toEqual(['sep=a'])
    expect(await namesOf('a,b\nsep=;,1\n')).toEqual(['a', 'b'])
    expect((await read('sep=;\na,b;c\n1,2;3\n', { delimiter: ',' })).records).toEqual([{ a: 1, 'b;c': '2;3' }])
    expect((await read('sep=;\n1;2\n', { header: ['x', 'y'] })).records).toEqual([{ x: 1, y: 2 }])
  })
})

describe('csvSource(bytes): comments before the header', () => {
  it.each([
    ['prose', '# made by x\n# on Monday\nid,name\n1,Ann\n', ['id', 'name']],
    ['as many commas as the header', '# by x, on Monday\nid,name\n1,Ann\n', ['id', 'name']],
    ['one column', '# Celsius\nvalue\n1.5\n', ['value']],
    ['blank lines between', '# a\n\n#\n\nid;name\n1;Ann\n', ['id', 'name']],
    ['quotes and other delimiters', '# a "b" c; d; e; "f\nid,name\n1,Ann\n', ['id', 'name']],
    ['filled up by a spreadsheet', '# made by x,,\na,b,c\nx,y,z\n', ['a', 'b', 'c']],
    ['the header is the last of them', '##format=1,2\n#id\tname\n1\tAnn\n', ['#id', 'name']],
    ['years as names', '# from a bank of the world\nland,1990,1991\nCH,1,2\n', ['land', '1990', '1991']],
  ])('are left out: %s', async (_, text, names) => expect(await namesOf(text)).toEqual(names))

  it.each([
    ['#id,name\n1,Ann\n', ['#id', 'name']], ['#id,name\nx1,Ann\nx2,Bob\n', ['#id', 'name']], ['#\n1\n2\n', ['#']],
    ['#,name,age\n1,Ann,7\n', ['#', 'name', 'age']], ['# x y\n1\n', ['# x y']], ['#name\nAnn\nBob\n', ['#name']],
    ['# x,y\n1,2\n', ['# x', 'y']], ['#chrom\tfrom\nchr1\t5\n', ['#chrom', 'from']], ['#id,name\n', ['#id', 'name']],
    ['#id,name\nNA,Ann\n2,Bob\n', ['#id', 'name']], ['#id,name\n,Ann\n2,Bob\n', ['#id', 'name']],
    ['#a,,\nx,y,\nz,w,\n', ['#a', 'column_2', 'column_3']], ['#id,name\n#1,Ann\n2,Bob\n', ['#id', 'name']],
    ['#kind,age\nA,unknown\nB,5\nC,6\n', ['#kind', 'age']],
    ['"#id",name\n1,Ann\n', ['#id', 'name']], ['id,#\n1,2\n', ['id', '#']],
  ])('a header that begins with # stays one: %j', async (text, names) => expect(await namesOf(text)).toEqual(names))

  it('keeps a header with one field less than its rows, which are told of', async () => {
    const { schema, malformed } = await read('#id,name\n1,Ann,\n2,Bob,x\n')
    expect(schema!.columns.map(({ name }) => name)).toEqual(['#id', 'name'])
    expect(malformed.map(({ code, line }) => [code, line])).toEqual([['E_ARITY', 2], ['E_ARITY', 3]])
  })

  it('leaves a record that begins with # where the caller knows the names', async () => {
    expect((await read('# made by x\n1,2\n', { header: ['x', 'y'] })).records).toEqual([{ x: 1, y: 2 }])
    expect((await read('#1,2\n3,4\n', { header: ['x', 'y'] })).records).toEqual([{ x: '#1', y: 2 }, { x: '3', y: 4 }])
    expect((await read('# by x\n1,2\n', { header: false })).records).toEqual([{ column_1: 1, column_2: 2 }])
  })

  it('finds the header behind more comments than there are rows in the sample', async () => {
    for (const sampleRows of [0, 1, 10]) {
      const { records, malformed } = await read(`${'# a comment\n'.repeat(3000)}x\n1\n2,3\n`, { sampleRows })
      expect([records, malformed[0]!.line]).toEqual([[{ x: 1 }], 3003])
    }
  })

  it('law: cuts make no difference; lines and bytes are those of the file; a checkpoint gives the rest', async () => {
    const line = fc.constantFrom('# a, b', '#', '', '\r', '# "x', '##b')
    const body = fc.array(fc.constantFrom('1,x', '2,"y\nz"', 'bad', '3,w', ''), { minLength: 1, maxLength: 20 })
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 })
    const begin = fc.constantFrom('', '\ufeff', 'sep=,\n', 'sep=,\r\n')
    const parts = fc.tuple(begin, fc.array(line, { maxLength: 6 }), body)
    await fc.assert(fc.asyncProperty(parts, sizes, fc.nat(3), fc.nat(), async ([first, before, rows], cuts, n, at) => {
      const text = `${first}${before.map((each) => `${each}\n`).join('')}id,name\n0,v\n${rows.join('\n')}\n`
      const options = { sampleRows: 1 + n }
      const whole = await read(text, options)
      expect(whole.records[0]).toEqual({ id: 0, name: 'v' })
      expect(await readAll(csvSource(chunks(text, cuts), options))).toEqual(whole)
      const bytes = Buffer.from(text)
      for (const { line: found, byte } of whole.malformed) {
        expect(bytes.subarray(byte, byte + 3).toString()).toBe('bad')
        expect(found).toBe(bytes.subarray(0, byte).toString().split('\n').length)
      }
      const source = csvSource([text], options)
      const wanted = 1 + at % whole.records.length
      let taken = 0
      for await (const _ of source) if (++taken === wanted) break
      const rest = await read(text, { ...options, from: source.checkpoint() })
      expect([rest.records, rest.counters, rest.schema])
        .toEqual([whole.records.slice(wanted), whole.counters, whole.schema])
    }), { numRuns: 300, seed: 11 })
  })
})

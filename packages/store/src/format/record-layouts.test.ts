import { describe, expect, it } from 'vitest'
import { ByteWriter } from './byte-writer.ts'
import { decode } from './decode.ts'
import { encode, encodeInto } from './encode.ts'
import { RecordLayouts } from './record-layouts.ts'

describe('records written by the names of the last one', () => {
  const written = (values: readonly unknown[]): unknown[] => {
    const options = { ordered: true, layouts: new RecordLayouts() }
    return values.map((value) => {
      const writer = new ByteWriter()
      encodeInto(writer, value, options)
      expect(writer.written).toEqual(encode(value, { ordered: true }))
      return decode(writer.written)
    })
  }

  it('are the bytes of each by itself, whatever names come next', () => {
    const records = [{ a: 1, b: 'x' }, { a: 2, b: 'y' }, { a: 3 }, { b: 4, a: 5 }, { a: 6, b: 7, c: 8 }, {}, { a: 9 }]
    expect(written(records)).toEqual(records)
    expect(written(records.map((record) => ({ k: 1, record })))).toEqual(records.map((record) => ({ k: 1, record })))
  })

  it('hold nothing that is inherited, where it has the next name of the last one', () => {
    const parent = Object.assign(Object.create(null) as object, { b: 'inherited' })
    const heir = Object.assign(Object.create(parent) as object, { a: 2 })
    const [, own] = written([{ a: 1, b: 'own' }, heir]) as [object, object]
    expect(Object.keys(own)).toEqual(['a'])
  })
})

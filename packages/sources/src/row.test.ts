import { describe, expect, it } from 'vitest'
import { fieldName, Row, setField } from './row.ts'

describe('setField(row, k, name, value)', () => {
  it('sets the field of that name, whatever its place and whatever it is called', () => {
    const names = ['a', '__proto__', 'constructor', '0', '', ...Array.from({ length: 30 }, (_, k) => `column ${k}`)]
    const row = new Row()
    names.forEach((name, k) => setField(row, k, fieldName(name), k))
    expect(Object.keys(row).sort()).toEqual([...names].sort())
    names.forEach((name, k) => expect(row[name]).toBe(k))
    setField(row, 3, 'a', null)
    expect(row['a']).toBeNull()
  })
})

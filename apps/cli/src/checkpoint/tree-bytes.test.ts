import fc from 'fast-check'
import { Tensor } from 'eddy'
import { describe, expect, it } from 'vitest'
import { fromBytes, toBytes } from './tree-bytes.ts'

const name = fc.oneof(fc.string(), fc.constantFrom('$n', '$t', '$o', '__proto__', 'constructor', ''))
const tensor = fc.oneof(
  fc.float32Array().map((data) => Tensor.of([data.length], data)),
  fc.float64Array().map((data) => Tensor.of([1, data.length], data)),
)
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(fc.double(), fc.integer(), fc.string(), fc.boolean(), fc.constant(null), tensor),
    fc.array(tie('node')),
    fc.array(fc.tuple(name, tie('node'))).map((entries) => {
      const record: Record<string, unknown> = {}
      for (const [key, value] of entries) {
        Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true })
      }
      return record
    }),
  ),
})).node

describe('fromBytes(toBytes(tree))', () => {
  it('is the tree, to the last bit, whatever names, numbers and tensors it holds', () => {
    fc.assert(fc.property(tree, (before) => {
      expect(fromBytes(toBytes(before))).toEqual(before)
    }))
  })

  it('leaves undefined entries out, as JSON does', () => {
    expect(fromBytes(toBytes({ a: 1, b: undefined }))).toEqual({ a: 1 })
  })
})

describe('toBytes(tree)', () => {
  it('refuses what would be lost', () => {
    expect(() => toBytes({ f: () => 1 })).toThrow(/cannot hold a function/)
  })
})

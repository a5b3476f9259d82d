import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OpenClassPrediction } from '@eddy/online'
import { digest } from '@eddy/optim'
import { Tensor, tensor } from '@eddy/tensor'
import { StoreError } from '../errors.ts'
import { checksum } from './checksum.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { mutated } from '../testing/mutated.ts'

const runs = Number(process.env['EDDY_FORMAT_RUNS'] ?? 100_000)
const seed = Number(process.env['EDDY_FORMAT_SEED'] ?? 1)

const hex = (text: string, seed: number): string => {
  const bytes = new TextEncoder().encode(text)
  const sum = checksum(bytes, 0, bytes.length, seed, new Uint32Array(4))
  return [...sum].map((word) => word.toString(16).padStart(8, '0')).join('')
}

describe('checksum(bytes)', () => {
  it('is MurmurHash3 x86_128', () => {
    expect(hex('', 0)).toBe('00000000000000000000000000000000')
    // From another implementation, the npm package murmurhash3js 3.0.1.
    expect(hex('I will not buy this record, it is scratched.', 0)).toBe('a0a9683b25ac5e40d9af2895890dddf5')
    expect(hex('The quick brown fox jumps over the lazy dog', 7)).toBe('461c020febefeaf9c2cfe8e558927875')
    expect(hex('abcdefghijklmnop', 7)).toBe('5e646319ef849bc420cecbf81f49daa4')
  })

  it('does not depend on where the bytes stand', () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, k) => k * 7)
    for (let length = 0; length < 70; length++) {
      const sums = [0, 1, 2, 3, 4].map((shift) => {
        const moved = new Uint8Array(200)
        moved.set(bytes.subarray(0, length), shift)
        return [...checksum(moved, shift, shift + length, 5, new Uint32Array(4))].join()
      })
      expect(new Set(sums).size).toBe(1)
    }
  })

  it('differs for any two stretches that differ in one bit', () => {
    const bytes = Uint8Array.from({ length: 61 }, (_, k) => k * 11)
    const sums = new Set<string>()
    for (let bit = -1; bit < 8 * bytes.length; bit++) {
      const other = bytes.slice()
      if (bit >= 0) other[bit >> 3]! ^= 1 << (bit & 7)
      sums.add([...checksum(other, 0, other.length, 1, new Uint32Array(4))].join())
    }
    expect(sums.size).toBe(8 * bytes.length + 1)
  })
})

const names = fc.oneof(
  fc.string(), fc.constantFrom('', '__proto__', 'constructor', 'toString', '\ud800', 'é', '0', '10'),
)
const leaf = fc.oneof(
  fc.double(), fc.integer(), fc.constantFrom(-0, NaN, 2 ** 32, 2 ** 53, null, undefined, true, false), fc.string(),
  fc.string({ unit: 'binary' }), fc.constantFrom('\udc00a', '\ufeffbom', 'x'.repeat(200), 'ß'.repeat(70)),
  fc.bigInt(), fc.date({ noInvalidDate: true }), fc.float64Array({ maxLength: 9 }), fc.float32Array({ maxLength: 9 }),
  fc.int16Array(), fc.uint8Array(), fc.array(fc.double()).map((list) => tensor(Float64Array.from(list))),
  fc.tuple(fc.nat(3), fc.nat(3)).map(([a, b]) => Tensor.of([a, b], new Float32Array(a * b).fill(-0))),
)
/** Anything that a state or an event holds. */
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 5 }), fc.array(
    fc.tuple(names, tie('value')), { maxLength: 5 },
  ).map((entries) => Object.fromEntries(entries))),
})).value

const own = (): string[] => [Object, Array, Function].flatMap(({ prototype }) => Reflect.ownKeys(prototype).map(String))

describe('decode(encode(value))', () => {
  it('gives the value back to the last bit, -0 and every name included', () => {
    fc.assert(fc.property(anything, fc.boolean(), (value, ordered) => {
      const bytes = encode(value, { ordered })
      const back = decode(bytes)
      expect(isDeepStrictEqual(back, value)).toBe(true)
      expect(encode(back, { ordered })).toEqual(bytes)
      if (typeof value === 'object' && value !== null && isHashable(value)) {
        expect(digest(back as object)).toBe(digest(value))
      }
    }), { numRuns: 2000 })
  })

  it('writes the same bytes whatever the order of entries, unless order is asked for', () => {
    expect(encode({ b: 1, a: 2 })).toEqual(encode({ a: 2, b: 1 }))
    expect(Object.keys(decode(encode({ b: 1, a: 2 }, { ordered: true })) as object)).toEqual(['b', 'a'])
  })

  it('keeps the classes that states hold, and records without inherited names', () => {
    const guess = new OpenClassPrediction(Float64Array.of(0.25, 0.75), ['a', 'b'])
    expect(decode(encode({ guess }))).toEqual({ guess })
    const bare = Object.assign(Object.create(null) as object, { toString: 1 })
    const back = decode(encode(bare)) as object
    expect('valueOf' in back).toBe(false)
    expect({ ...back }).toEqual({ toString: 1 })
  })

  it('encode says where something is that cannot be kept', () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    expect(() => encode({ a: [1, { f: () => 1 }] })).toThrow(/^value\.a\[1\]\.f: a function cannot be kept/)
    expect(() => encode({ a: new Map() })).toThrow(/^value\.a: an object of Map cannot be kept/)
    expect(() => encode(circle)).toThrow(/more than 64 deep/)
    expect(() => encode({ get a() { throw new Error('no') } })).toThrow(StoreError)
  })
})

describe('decode(mutated bytes)', () => {
  const state = {
    training: { step: 7, parameters: { w: tensor([[1, -0], [NaN, 3]]) }, slots: { __proto__x: {} }, schedule: null },
    names: [{ a: 'x' }, { b: '\ud800' }], metrics: [1, 2, 3.5, -0], at: new Date(5), big: -12n, list: [null, undefined],
    odd: Int16Array.of(1, 2), guess: new OpenClassPrediction(Float64Array.of(1), ['k']), text: 'grün',
  }
  const base = encode(state)

  it(`never crashes, never takes what it would write otherwise: ${runs} mutations`, () => {
    const before = own()
    let refused = 0
    for (let run = 0; run < runs; run++) {
      const bytes = mutated(base, seed, run)
      try {
        const value = decode(bytes)
        // Accepted bytes are the ones that encode writes, in one order or the other.
        if (!isDeepStrictEqual(decode(encode(value)), value)) throw new Error('it is read as something else')
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'E_CORRUPT' || error.offset === null) {
          throw new Error(`mutation ${run} of EDDY_FORMAT_SEED=${seed}`, { cause: error })
        }
        refused++
      }
    }
    expect(refused).toBeGreaterThan(runs / 2)
    expect(own()).toEqual(before)
  })

  it('refuses what are no bytes', () => {
    for (const value of ['text', null, [1, 2]]) {
      expect(() => decode(value as never)).toThrow(/^these are no bytes, in decode: got .* Give what encode gave\.$/)
    }
  })

  it('refuses lengths before it makes room for them', () => {
    const huge = [0xff, 0xff, 0xff, 0xff, 0x7f]
    for (const kind of [...'avosxypONqw'].map((letter) => letter.charCodeAt(0))) {
      expect(() => decode(Uint8Array.of(kind, ...huge)), String.fromCharCode(kind)).toThrow(StoreError)
      expect(() => decode(Uint8Array.of(kind, 2, ...huge, ...huge)), String.fromCharCode(kind)).toThrow(StoreError)
    }
    const deep = Uint8Array.from({ length: 100_000 }, (_, k) => (k % 2 === 0 ? 97 : 1))
    expect(() => decode(deep)).toThrow(/more than 64 deep/)
  })
})

/** Whether the digest takes it: plain data, tensors and arrays of floats. */
function isHashable(value: unknown): boolean {
  if (typeof value === 'bigint' || value instanceof Date || value === undefined) return false
  if (ArrayBuffer.isView(value)) return value instanceof Float32Array || value instanceof Float64Array
  if (typeof value !== 'object' || value === null || value instanceof Tensor) return true
  return Object.values(value).every(isHashable)
}

import { readFileSync } from 'node:fs'
import { type Shape, Tensor } from '@eddy/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FormatError } from '../errors.ts'
import { readSafetensors } from './read-safetensors.ts'
import { writeSafetensors } from './write-safetensors.ts'

const fixtures = new URL('../../../../test/fixtures/interop/', import.meta.url)
const bytesIn = (name: string): Uint8Array => Uint8Array.from(readFileSync(new URL(name, fixtures)))
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

interface Reference {
  readonly writes: readonly {
    readonly name: string; readonly hex: string; readonly tensors: Readonly<Record<string,
      readonly [number[], number[]]>>
    readonly metadata?: Readonly<Record<string, string>>
  }[]
  readonly reads: readonly { readonly name: string; readonly hex: string; readonly shape: readonly number[] | null }[]
  readonly refuses: readonly { readonly name: string; readonly hex: string }[]
}

const reference = JSON.parse(readFileSync(new URL('reference-bytes.json', fixtures), 'utf8')) as Reference

/** A file with any header. */
function file(header: string, dataBytes = 0): Uint8Array {
  const json = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + json.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  return bytes
}

const entry = (from: number, to: number, shape = `[${(to - from) / 4}]`): string => (
  `{"dtype":"F32","shape":${shape},"data_offsets":[${from},${to}]}`
)

const bits = (data: ArrayBufferView): string => (
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')
)

describe('the reference implementation', () => {
  it.each(reference.writes)('writes the very bytes of writeSafetensors: $name', ({ hex, tensors, metadata = {} }) => {
    const own = Object.entries(tensors).map(([name, [shape, data]]) => (
      [name, Tensor.of<Shape>(shape, Float32Array.from(data))] as const
    ))
    const bytes = writeSafetensors(own, { metadata })
    expect(Buffer.from(bytes).toString('hex')).toBe(hex)
    const back = readSafetensors(bytes)
    expect([...back.tensors.keys()]).toEqual(own.map(([name]) => name))
    expect(Object.fromEntries(back.metadata)).toEqual(metadata)
  })

  it.each(reference.reads)('reads what readSafetensors reads: $name', ({ hex, shape }) => {
    const { tensors } = readSafetensors(fromHex(hex))
    expect([...tensors.values()].map((tensor) => tensor.shape)).toEqual(shape === null ? [] : [shape])
  })

  it.each(reference.refuses)('refuses what readSafetensors refuses: $name', ({ hex }) => {
    expect(() => readSafetensors(fromHex(hex))).toThrow(FormatError)
  })
})

describe('readSafetensors(bytes of others)', () => {
  it('reads what another JavaScript implementation wrote', () => {
    const { tensors, metadata } = readSafetensors(bytesIn('ruvllm.safetensors'))
    expect(Object.fromEntries(metadata)).toEqual({ name: 'x' })
    expect(tensors.get('layer.weight')!.toArray()).toEqual([[1, -2.5, 3], [Math.fround(0.1), 0, -0]])
    expect(tensors.get('layer.bias')!.toArray()).toEqual([Math.fround(1e-30), 2 ** 24])
  })

  it.each(['f64', 'f16', 'bf16', 'i64', 'i32', 'u8', 'bool'])('reads %s as PyTorch does, exactly', (kind) => {
    const answers = JSON.parse(readFileSync(new URL('torch-answers.json', fixtures), 'utf8')) as {
      readonly kinds: Readonly<Record<string, readonly string[]>>
    }
    const words: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: NaN }
    const wanted = answers.kinds[kind]!.map((text) => words[text] ?? Number(text))
    const { tensors } = readSafetensors(bytesIn('torch-state-dict.safetensors'))
    const got = Array.from(tensors.get(`kinds.${kind}`)!.data)
    expect(got.length).toBe(wanted.length)
    got.forEach((value, k) => expect(Object.is(value, wanted[k]), `${value} for ${wanted[k]}`).toBe(true))
  })

  it('reads a view into a larger buffer, wherever it starts', () => {
    const bytes = bytesIn('ruvllm.safetensors')
    const larger = new Uint8Array(bytes.length + 7)
    larger.set(bytes, 3)
    const { tensors } = readSafetensors(larger.subarray(3, 3 + bytes.length))
    expect(tensors.get('layer.bias')!.toArray()).toEqual([Math.fround(1e-30), 2 ** 24])
  })
})

const anyName = fc.string({ unit: 'binary', maxLength: 12 }).filter((name) => name !== '__proto__'
  && name !== '__metadata__')
const anyTensor = fc.tuple(fc.array(fc.nat(4), { maxLength: 4 }), fc.boolean()).chain(([shape, isWide]) => {
  const size = shape.reduce((product, length) => product * length, 1)
  // From bytes, so that every NaN occurs.
  const width = isWide ? 8 : 4
  return fc.uint8Array({ minLength: size * width, maxLength: size * width }).map(({ buffer }) => (
    Tensor.of<Shape>(shape, isWide ? new Float64Array(buffer) : new Float32Array(buffer))
  ))
})

describe('writeSafetensors(tensors)', () => {
  it('is undone by readSafetensors, bit for bit', () => {
    fc.assert(fc.property(
      fc.uniqueArray(fc.tuple(anyName, anyTensor), { selector: ([name]) => name, maxLength: 6 }),
      fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
      (tensors, metadata) => {
        const bytes = writeSafetensors(tensors, { metadata })
        const back = readSafetensors(bytes)
        expect(new Map(back.metadata)).toEqual(new Map(Object.entries(metadata)))
        expect(back.tensors.size).toBe(tensors.length)
        for (const [name, { shape, dtype, data }] of tensors) {
          const got = back.tensors.get(name)!
          expect(got.shape).toEqual(shape)
          expect(got.dtype).toBe(dtype)
          expect(bits(got.data)).toBe(bits(data))
        }
        expect(writeSafetensors([...tensors].reverse(), { metadata })).toEqual(bytes)
      },
    ), { numRuns: 500, seed: 1 })
  })

  it('refuses a name twice, and reserved ones', () => {
    const one = Tensor.of<Shape>([], Float32Array.of(1))
    expect(() => writeSafetensors([['a', one], ['a', one]])).toThrow(/"a": is given twice/)
    expect(() => writeSafetensors([['__metadata__', one]])).toThrow(/reserved/)
    expect(() => writeSafetensors([['__proto__', one]])).toThrow(/reserved/)
  })
})

describe('readSafetensors(hostile bytes) refuses', () => {
  it.each([
    ['a name twice', file(`{"a":${entry(0, 4)},"a":${entry(0, 4)}}`, 4), /tensor "a": is in the header twice/],
    ['a name twice, once escaped', file(`{"a":${entry(0, 4)},"\\u0061":${entry(0, 4)}}`, 4),
      /"a": is in the header twice/],
    ['a field twice', file('{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', 4),
      /"shape": is in the header twice/],
    ['__proto__', file(`{"__proto__":${entry(0, 4)}}`, 4), /means something else in JavaScript/],
    ['an overlap', file(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12), /"b": starts at byte 4 .* ends at 8.*overlap/],
    ['a hole', file(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, 12), /"b": starts at byte 8 .* ends at 4.*between/],
    ['offsets behind the end', file(`{"a":${entry(0, 400)}}`, 4),
      /"a": its data_offsets are \[0,400\], wanted two from 0 to 4/],
    ['offsets the wrong way round', file('{"a":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}}', 4), /data_offsets/],
    ['a size below zero', file(`{"a":${entry(0, 4, '[-1]')}}`, 4), /no list of at most 32 sizes/],
    ['a size that is no integer', file(`{"a":${entry(0, 4, '[0.5, 2]')}}`, 4), /no list of at most 32 sizes/],
    ['33 axes', file(`{"a":${entry(0, 4, `[${Array(33).fill(1).join()}]`)}}`, 4), /at most 32/],
    ['8-bit floats', file('{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}', 4),
      /"F8_E4M3", wanted one of BOOL/],
    ['a field too many', file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}', 4), /alone/],
    ['metadata that is no text', file('{"__metadata__":{"a":1}}'), /no record of texts/],
    ['a list for a header', file('[]'), /does not start with \{/],
    ['a byte for a BOOL that is none', (() => {
      const bytes = file('{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}', 1)
      bytes[bytes.length - 1] = 2
      return bytes
    })(), /element 0 is the byte 2/],
    ['an I64 beyond 2^53', (() => {
      const bytes = file('{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}', 8)
      new DataView(bytes.buffer).setBigInt64(bytes.length - 8, 2n ** 53n + 1n, true)
      return bytes
    })(), /9007199254740993/],
  ] as const)('%s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(FormatError)
    expect(() => readSafetensors(bytes)).toThrow(message)
  })

  it('more tensors or a longer header than allowed', () => {
    const bytes = file(`{"a":${entry(0, 4)},"b":${entry(4, 8)}}`, 8)
    expect(() => readSafetensors(bytes, { tensorsMax: 1 })).toThrow(/2 tensors, wanted at most 1/)
    expect(() => readSafetensors(bytes, { headerBytesMax: 50 })).toThrow(/wanted at most 50/)
  })
})

/** What a tensor of a file must be, worked out without the code under test. */
function expectTrue(bytes: Uint8Array): void {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Readonly<
    Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>
  >
  const { tensors } = readSafetensors(bytes)
  const widths: Readonly<Record<string, number>> = { F32: 4, F64: 8, F16: 2, BF16: 2, I64: 8, I32: 4, U8: 1, BOOL: 1 }
  let taken = 0
  for (const [name, { shape, data }] of tensors) {
    const { dtype, shape: stated, data_offsets: [from, to] } = header[name]!
    const size = stated.reduce((product, size) => product * size, 1)
    if (shape.join() !== stated.join() || data.length !== size) throw new Error(`${name} has another shape`)
    if (dtype in widths && widths[dtype]! * size !== to - from) throw new Error(`${name} has other bytes`)
    if (dtype === 'F32' || dtype === 'F64') {
      if (bits(data) !== bits(bytes.subarray(8 + length + from,
        8 + length + to))) throw new Error(`${name} has other bits`)
    }
    taken += to - from
  }
  const names = Object.keys(header).filter((name) => name !== '__metadata__')
  if (names.length !== tensors.size) throw new Error('a tensor is missing')
  if (taken !== bytes.length - 8 - length) throw new Error('bytes belong to nobody')
}

describe('readSafetensors(100,000 mutated files)', () => {
  it('refuses each with a FormatError or loads exactly what its header says', () => {
    const originals = [
      bytesIn('torch-state-dict.safetensors'), bytesIn('ruvllm.safetensors'),
      writeSafetensors({ a: Tensor.of<Shape>([2, 3], new Float32Array(6)),
        b: Tensor.of<Shape>([2], new Float64Array(2)) }),
      ...reference.writes.map(({ hex }) => fromHex(hex)),
    ]
    const seed = 20_260_101
    let state = seed
    const random = (below: number): number => {
      state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0
      return (state >>> 8) % below
    }
    const letters = new TextEncoder().encode('0123456789,:[]{}"\\-eF')
    let loaded = 0
    for (let k = 0; k < 100_000; k++) {
      let bytes = originals[k % originals.length]!.slice()
      const headerEnd = Math.min(bytes.length, 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true)))
      for (let edits = 1 + random(3); edits > 0 && bytes.length > 0; edits--) {
        const at = random(random(4) === 0 ? bytes.length : Math.min(headerEnd, bytes.length))
        const kind = random(6)
        if (kind === 0) bytes[at] = bytes[at]! ^ (1 << random(8))
        else if (kind === 1) bytes = bytes.slice(0, at)
        else if (kind === 2) bytes = Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1 + random(9)))
        else if (kind === 3) bytes = Uint8Array.of(...bytes.subarray(0, at), letters[random(letters.length)]!,
          ...bytes.subarray(at))
        else bytes[at] = letters[random(letters.length)]!
      }
      try {
        readSafetensors(bytes)
      } catch (error) {
        if (error instanceof FormatError) continue
        throw new Error(`seed ${seed}, file ${k}: ${String(error)}`, { cause: error })
      }
      loaded++
      try {
        expectTrue(bytes)
      } catch (error) {
        throw new Error(`seed ${seed}, file ${k}: ${String(error)}`, { cause: error })
      }
    }
    // Mutations of elements alone leave a file whole.
    expect(loaded).toBeGreaterThan(1000)
    expect(({} as Record<string, unknown>)['shape']).toBeUndefined()
  })
})

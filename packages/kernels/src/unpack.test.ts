import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pack } from '../scripts/pack.ts'
import { unpack } from './unpack.ts'

const seed = Number(process.env['EDDY_LAW_SEED'] ?? 20)

/** Bytes with much to copy: pieces of a short text, with some bytes changed, and noise between. */
const repetitive = fc.array(fc.oneof(
  fc.tuple(fc.nat(60), fc.nat(60)).map(([from, length]) => Array.from({ length }, (_, i) => (7 * (from + i)) % 251)),
  fc.array(fc.nat(255), { maxLength: 6 }),
), { maxLength: 60 }).map((pieces) => Uint8Array.from(pieces.flat()))

describe('unpack(pack(streams), sizes)', () => {
  it('gives the streams back, whatever they are; some may be empty', () => {
    const streams = fc.array(fc.oneof(fc.uint8Array({ maxLength: 400 }), repetitive), { maxLength: 4 })
    fc.assert(fc.property(streams, (parts) => {
      const back = unpack(pack(parts), parts.map(({ length }) => length))
      expect([...back]).toEqual(parts.flatMap((part) => [...part]))
    }), { seed, numRuns: 100 })
  })

  it('gives long runs back that are decided in several windows', () => {
    const bytes = Uint8Array.from({ length: 6000 }, (_, i) => (i < 3000 ? 0 : (i * i) >> 7))
    expect(unpack(pack([bytes]), [bytes.length])).toEqual(bytes)
  })
})

it('pack(streams) is small for what repeats: 10,000 zeros in under 100 bytes', () => {
  expect(atob(pack([new Uint8Array(10_000)])).length).toBeLessThan(100)
})

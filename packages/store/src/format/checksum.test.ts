import { describe, expect, it } from 'vitest'
import { rng } from '@eddy/tensor'
import { type Checksum, checksum } from './checksum.ts'
import { stripesOf } from './engine.ts'

const random = rng(Number(process.env['EDDY_LAW_SEED'] ?? 1), 'checksum')
const sumOf = (bytes: Uint8Array, from: number, to: number, seed: number): string => (
  checksum(bytes, from, to, seed, new Uint32Array(4) as Checksum).join()
)

/** MurmurHash3_x86_32 without its end, word by word, in sixteen lanes. */
function lanesOf(bytes: Uint8Array, seed: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const turned = (x: number, bits: number): number => x << bits | x >>> 32 - bits
  const lanes = new Uint8Array(64)
  const out = new DataView(lanes.buffer)
  for (let lane = 0; lane < 16; lane++) {
    let hash = seed | 0
    for (let at = 4 * lane; at < bytes.length; at += 64) {
      const word = Math.imul(turned(Math.imul(view.getInt32(at, true), 0xcc9e2d51), 15), 0x1b873593)
      hash = Math.imul(turned(hash ^ word, 13), 5) + 0xe6546b64 | 0
    }
    out.setInt32(4 * lane, hash, true)
  }
  return lanes
}

describe('checksum(bytes, from, to, seed)', () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, k) => random.integer(k, 256))

  it('the engine and plain loops agree, in pieces and wherever the bytes begin', () => {
    for (const length of [64, 128, 2048, 49_152, 49_216, 64 * 4000]) {
      for (const from of [0, 1, 4]) {
        const lanes = new Uint8Array(64)
        stripesOf(bytes, from, from + length, 0x9e3779b9, lanes)
        expect([...lanes], `${length} from ${from}`).toEqual([...lanesOf(bytes.slice(from, from + length), 0x9e3779b9)])
      }
    }
  })

  it('is made of the lanes and what is left, short or long, the same from any place', () => {
    for (const length of [0, 1, 15, 16, 255, 256, 257, 320, 1000, 2047, 2048, 2100, 9999, 200_001]) {
      const whole = sumOf(bytes.slice(7, 7 + length), 0, length, 5)
      expect(sumOf(bytes, 7, 7 + length, 5), `${length}`).toBe(whole)
      expect(sumOf(bytes, 7, 7 + length, 6)).not.toBe(whole)
    }
    // The same words in another length.
    expect(sumOf(new Uint8Array(4096), 0, 4096, 1)).not.toBe(sumOf(new Uint8Array(4096), 0, 4032, 1))
  })

  it('sees every flipped bit', () => {
    for (const length of [100, 300, 5000]) {
      const copy = bytes.slice(0, length)
      const seen = new Set([sumOf(copy, 0, length, 1)])
      for (let bit = 0; bit < 8 * length; bit += 1 + (bit & 7)) {
        copy[bit >>> 3]! ^= 1 << (bit & 7)
        seen.add(sumOf(copy, 0, length, 1))
        copy[bit >>> 3]! ^= 1 << (bit & 7)
      }
      let count = 1
      for (let bit = 0; bit < 8 * length; bit += 1 + (bit & 7)) count++
      expect(seen.size).toBe(count)
    }
  })
})

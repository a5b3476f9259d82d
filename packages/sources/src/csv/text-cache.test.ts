import { describe, expect, it } from 'vitest'
import { TextCache } from './text-cache.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (given: Uint8Array): string => new TextDecoder().decode(given)

describe('TextCache', () => {
  it('reads equal bytes once, wherever they stand', () => {
    const cache = new TextCache<string>()
    let reads = 0
    const counted = (given: Uint8Array): string => {
      reads++
      return read(given)
    }
    expect(cache.get(bytes('xxChurxx'), 2, 6, counted)).toBe('Chur')
    expect(cache.get(bytes('Chur'), 0, 4, counted)).toBe('Chur')
    expect(reads).toBe(1)
  })

  it('never mixes texts up, with far more of them than it has room for', () => {
    const cache = new TextCache<string>()
    for (let round = 0; round < 2; round++) {
      for (let k = 0; k < 5000; k++) {
        const text = k % 100 === 0 ? `${k}`.padEnd(40, 'z') : `w${k}`
        expect(cache.get(bytes(text), 0, text.length, read)).toBe(text)
      }
    }
  })
})

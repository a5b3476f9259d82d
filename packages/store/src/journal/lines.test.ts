import { describe, expect, it } from 'vitest'
import { rng } from '@eddy/tensor'
import { ByteReader } from '../format/byte-reader.ts'
import { ByteWriter } from '../format/byte-writer.ts'
import { lineBytesOf, putLines, Shadow, takeLines } from './lines.ts'

describe('putLines(writer, next, shadow), takeLines(reader, last, length)', () => {
  it('give the bytes back through any changes, growing and shrinking', () => {
    const seed = Number(process.env['EDDY_LAW_SEED'] ?? 1)
    const random = rng(seed, 'lines')
    const writer = new ByteWriter(8)
    const shadow = new Shadow()
    let next = new Uint8Array(0)
    let last: Uint8Array = new Uint8Array(0)
    for (let run = 0, at = 0; run < 3000; run++, at += 8) {
      const length = random.integer(at, 3) === 0 ? random.integer(at + 1, 1500) : next.length
      const other = new Uint8Array(length)
      other.set(next.subarray(0, length))
      if (length > next.length) other.fill(run, next.length)
      for (let k = random.integer(at + 2, 4); k > 0; k--) other[random.integer(at + 2 + k, length + 1)] = run
      // One of them in three begins where no word does.
      next = run % 3 === 0 ? new Uint8Array([0, ...other]).subarray(1) : other
      writer.clear()
      putLines(writer, next, shadow)
      expect(writer.length % 4).toBe(0)
      const reader = new ByteReader(writer.written, 'test')
      last = takeLines(reader, last, next.length)
      expect(reader.left).toBe(0)
      if (Buffer.compare(last, next) !== 0) throw new Error(`run ${run} of EDDY_LAW_SEED=${seed}`)
    }
  })

  it('do so where pieces end, and with lines longer than a piece', () => {
    const random = rng(2, 'long lines')
    for (const [length, run] of [[200_000, 0], [5_000_000, 1], [160_000_000, 2]] as const) {
      const [writer, shadow, next] = [new ByteWriter(8), new Shadow(), new Uint8Array(length)]
      let last: Uint8Array = new Uint8Array(0)
      for (let k = 0; k < 3; k++) {
        for (let j = 0; j < 5; j++) next[random.integer(100 * run + 10 * k + j, length)] = k + 1
        next[16_384] = k
        writer.clear()
        putLines(writer, next, shadow)
        if (k > 0) expect(writer.length).toBeLessThan(16_400 + 7 * lineBytesOf(length))
        last = takeLines(new ByteReader(writer.written, 'test'), last, length)
        expect(Buffer.compare(last, next)).toBe(0)
      }
    }
  })

  it('write the lines that differ and nothing else', () => {
    const writer = new ByteWriter()
    const shadow = new Shadow()
    const bytes = new Uint8Array(640).fill(7)
    const put = (isSame?: boolean): number => {
      writer.clear()
      putLines(writer, bytes, shadow, isSame)
      return writer.length
    }
    expect(put()).toBe(4 + 640)
    expect(put()).toBe(4)
    expect(put(true)).toBe(4)
    bytes[63] = bytes[576] = 1
    expect(put()).toBe(4 + 128)
    expect([...writer.written.subarray(0, 4)]).toEqual([1, 2, 0, 0])
  })

  it('make no room for what is not there', () => {
    const taken = (length: number, ...bytes: number[]) => () => (
      takeLines(new ByteReader(Uint8Array.from(bytes), 'test'), new Uint8Array(64), length)
    )
    expect(taken(2 ** 40, ...new Array<number>(9000).fill(255))).toThrow('a part of')
    expect(taken(65, 1, 0, 0, 0, ...new Array<number>(64).fill(1))).toThrow('a line is missing')
    expect(taken(64, 1, 0, 0, 0, 5)).toThrow('bytes follow')
    expect(lineBytesOf(2 ** 40) * 2 ** 16).toBe(2 ** 40)
  })
})

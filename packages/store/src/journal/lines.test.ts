import { describe, expect, it } from 'vitest'
import { rng } from '@eddy/tensor'
import { ByteReader } from '../format/byte-reader.ts'
import { ByteWriter } from '../format/byte-writer.ts'
import { EngineWriter } from '../format/engine-writer.ts'
import { putLines, Shadow, takeLines } from './lines.ts'

describe('putLines(writer, next, shadow), takeLines(reader, last, length)', () => {
  it.each([
    ['anywhere', () => new ByteWriter(8)], ['in the memory of the engine', () => new EngineWriter(8)],
  ])('give the bytes back through any changes, growing and shrinking, written %s', (_, make) => {
    const seed = Number(process.env['EDDY_LAW_SEED'] ?? 1)
    const random = rng(seed, 'lines')
    const writer = make()
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

  it('do so where pieces and blocks end, however long', () => {
    const random = rng(2, 'long lines')
    for (const [length, run] of [[16_384, 0], [200_000, 1], [5_000_001, 2], [100_000_000, 3]] as const) {
      const writer = run % 2 === 0 ? new ByteWriter(8) : new EngineWriter(8)
      const [shadow, next] = [new Shadow(), new Uint8Array(length)]
      let last: Uint8Array = new Uint8Array(0)
      for (let k = 0; k < 3; k++) {
        for (let j = 0; j < 5; j++) next[random.integer(100 * run + 10 * k + j, length)] = k + 1
        next[2047] = next[2048] = next[16_383] = next[length - 1] = k
        writer.clear()
        putLines(writer, next, shadow)
        // A bit for a block; for nine words their blocks and lines; what follows the lines.
        if (k > 0) expect(writer.length).toBeLessThan(length / 2048 / 8 + 4 + 9 * (4 + 2 + 4) + 64 + 4)
        last = takeLines(new ByteReader(writer.written, 'test'), last, length)
        expect(Buffer.compare(last, next)).toBe(0)
      }
    }
  })

  it('write the words that differ and nothing else, for every set of words of a line', () => {
    const writer = new ByteWriter()
    const shadow = new Shadow()
    const bytes = new Uint8Array(64 * 33).fill(7)
    const words = new Uint32Array(bytes.buffer)
    const put = (isSame?: boolean): readonly number[] => {
      writer.clear()
      putLines(writer, bytes, shadow, isSame)
      return [...writer.written]
    }
    expect(put()).toHaveLength(64 * 33)
    expect(put()).toEqual([0, 0, 0, 0])
    expect(put(true)).toEqual([0, 0, 0, 0])
    bytes[63] = bytes[256] = bytes[2048] = 1
    expect(put()).toEqual([
      3, 0, 0, 0, 17, 0, 0, 0, 0, 128, 7, 7, 7, 1, 1, 0, 1, 7, 7, 7, 1, 0, 0, 0, 1, 0, 1, 7, 7, 7, 0, 0,
    ])
    for (let set = 1; set < 2 ** 16; set++) {
      const wanted: number[] = []
      for (let k = 0; k < 16; k++) {
        if ((set & 1 << k) === 0) continue
        words[16 + k]! += set
        wanted.push(words[16 + k]!)
      }
      writer.clear()
      putLines(writer, bytes, shadow)
      const { buffer } = writer.bytes
      const found = Array.from({ length: wanted.length }, (_, k) => new DataView(buffer).getUint32(10 + 4 * k, true))
      if (found.join() !== wanted.join() || writer.bytes[8]! + 256 * writer.bytes[9]! !== set) {
        throw new Error(`${set}: ${found}, wanted ${wanted}`)
      }
    }
  })

  it('let shadows come and go, each with its own bytes', () => {
    const random = rng(3, 'shadows')
    const kept: { shadow: Shadow; bytes: Uint8Array }[] = []
    const writer = new ByteWriter()
    for (let run = 0; run < 400; run++) {
      const length = 1 + random.integer(3 * run, run % 40 === 0 ? 5_000_000 : 3000)
      if (kept.length < 9) kept.push({ shadow: new Shadow(), bytes: new Uint8Array(0) })
      const one = kept[random.integer(3 * run + 1, kept.length)]!
      if (run % 7 === 3) {
        one.shadow.release()
        one.bytes = new Uint8Array(0)
      }
      const next = new Uint8Array(length).fill(run)
      next.set(one.bytes.subarray(0, Math.min(length, random.integer(3 * run + 2, 3000))))
      writer.clear()
      putLines(writer, next, one.shadow)
      one.bytes = takeLines(new ByteReader(writer.written, 'test'), one.bytes, length)
      if (Buffer.compare(one.bytes, next) !== 0) throw new Error(`run ${run}`)
    }
  })

  it('make no room for what is not there', () => {
    const taken = (length: number, ...bytes: number[]) => () => (
      takeLines(new ByteReader(Uint8Array.from(bytes), 'test'), new Uint8Array(64), length)
    )
    expect(taken(2 ** 40, ...new Array<number>(9000).fill(255))).toThrow('a part of')
    expect(taken(65, 1, 0, 0, 0, ...new Array<number>(4).fill(1))).toThrow('it ends too early')
    expect(taken(64, 1, 0, 0, 0, 2, 0, 0, 0)).toThrow('a line that there is not')
    expect(taken(64, 1, 0, 0, 0, 1, 0, 0, 0, 1, 128, 5, 5, 5, 5)).toThrow('bytes follow')
    expect(taken(64, 1)).toThrow('bytes follow')
  })
})

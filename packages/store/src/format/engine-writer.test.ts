import { describe, expect, it } from 'vitest'
import { rng } from '@eddy/tensor'
import { ByteWriter } from './byte-writer.ts'
import { checksum } from './checksum.ts'
import { giveRoom, takeRoom } from './engine.ts'
import { EngineWriter } from './engine-writer.ts'

const random = rng(3, 'engine writer')
const bytes = Uint8Array.from({ length: 5_000_000 }, (_, k) => random.integer(k, 256))

describe('EngineWriter', () => {
  it('holds what a ByteWriter holds, however much that is, with the same checksum', () => {
    const [writer, other] = [new EngineWriter(16), new ByteWriter(16)]
    for (let run = 0, at = 0; run < 60; run++, at += 4) {
      for (const each of [writer, other]) {
        if (run % 10 === 0) each.clear()
        each.raw(bytes.subarray(0, random.integer(10_000_000 + at, run > 50 ? 5_000_000 : 20_000)))
        each.u8(run)
        each.count(2 ** run)
        each.f64(1 / run)
        each.text(`run ${run}`)
        expect(each.numbers(Array.from({ length: run * 3 }, (_, k) => k / 7))).toBe(true)
        each.align()
      }
      expect(Buffer.compare(writer.written, other.written), `run ${run}`).toBe(0)
      const [sum, wanted] = [writer, other].map((each) => checksum(each.bytes, 0, each.length, 7, new Uint32Array(4)))
      expect(sum).toEqual(wanted)
    }
    writer.release()
    expect(writer.written).toHaveLength(0)
  })

  it('clear() and reserve(count) find its bytes again when the memory has grown', () => {
    const writer = new EngineWriter(1000)
    writer.u8(1)
    const rooms = Array.from({ length: 8 }, () => takeRoom(2 ** 22)!)
    expect(writer.bytes).toHaveLength(0)
    writer.clear()
    writer.raw(bytes.subarray(0, 900))
    expect(Buffer.compare(writer.written, bytes.subarray(0, 900))).toBe(0)
    while (writer.bytes.length > 0) rooms.push(takeRoom(2 ** 22)!)
    writer.reserve(100)
    writer.u8(7)
    expect(Buffer.compare(writer.written, Buffer.from([...bytes.subarray(0, 900), 7]))).toBe(0)
    for (const room of rooms) giveRoom(room)
    writer.release()
  })
})

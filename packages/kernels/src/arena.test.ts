import { describe, expect, it } from 'vitest'
import { Arena } from './arena.ts'
import { fault, op } from './opcodes.ts'
import { pairs } from './pairs.ts'
import { Tape } from './tape.ts'

describe('Arena', () => {
  it('alloc gives zeroed, 16-byte aligned blocks, also after free', () => {
    const arena = Arena.create()
    for (let round = 0; round < 3; round++) {
      const blocks = [1, 15, 16, 17, 1000, 0].map((bytes) => ({ bytes, at: arena.alloc(bytes) }))
      for (const { bytes, at } of blocks) {
        expect(at % 16).toBe(0)
        expect(arena.u8.subarray(at, at + bytes + 16).every((b) => b === 0)).toBe(true)
        arena.u8.fill(255, at, at + bytes)
      }
      for (const { at } of blocks) arena.free(at)
    }
  })

  it('views are re-made after memory grew, and cached otherwise', () => {
    const arena = Arena.create()
    const at = arena.alloc(64)
    arena.write('f64', at, [1, 2, 3])
    const before = arena.f64
    expect(arena.f64).toBe(before)
    arena.alloc(2 ** 25)
    expect(before.length).toBe(0)
    expect(Array.from(arena.read('f64', at, 3))).toEqual([1, 2, 3])
    for (const view of [arena.f32, arena.i32, arena.u8]) expect(view.byteLength).toBeGreaterThan(2 ** 25)
  })

  it('read copies, array is live', () => {
    const arena = Arena.create()
    const at = arena.alloc(16)
    const [copy, live] = [arena.read('f32', at, 2), arena.array('f32', at, 2)]
    arena.write('f32', at, [1, 2])
    expect([...copy, ...live]).toEqual([0, 0, 1, 2])
  })

  it('alloc refuses what is not a size or does not fit', () => {
    const arena = Arena.create()
    for (const bytes of [-1, 1.5, Number.NaN, 2 ** 31]) expect(() => arena.alloc(bytes)).toThrow(RangeError)
  })

  it('extend gives zeroed pages that alloc never gives out, and 0 when there are no more', () => {
    const arena = Arena.create()
    const small = arena.alloc(100)
    const at = arena.extend(100_000)
    expect(at % 65_536).toBe(0)
    expect(arena.u8.subarray(at, at + 131_072).every((byte) => byte === 0)).toBe(true)
    for (const other of [small, ...Array.from({ length: 40 }, () => arena.alloc(10_000))]) {
      expect(other + 10_000 <= at || other >= at + 131_072).toBe(true)
    }
    expect(arena.extend(2 ** 32)).toBe(0)
    arena.free(arena.alloc(100_000))
  })

  it('addresses beyond 2 GiB are positive, and what lies there works like everything else', () => {
    const arena = Arena.create()
    expect(arena.extend(2 ** 31)).toBeGreaterThan(0)
    const at = arena.alloc(2 ** 24)
    expect(at).toBeGreaterThan(2 ** 31)
    const tape = new Tape()
    tape.emit(op.FILL, at, 5, { f64: 2 })
    const { from, to } = tape.place(arena)
    expect(arena.run('f32', from, to)).toBe(0)
    expect([...arena.read('f32', at, 6)]).toEqual([2, 2, 2, 2, 2, 0])
    tape.emit(op.SCAN, at, 5)
    arena.write('f32', at, [NaN])
    const again = tape.place(arena)
    arena.run('f32', again.from + 4 * tape.length - 16, again.to)
    expect(arena.control.errorAt).toBe(again.to - 16)
  })

  it('alloc beyond 2 GiB, where memory cannot double, grows it by an eighth and not for every block', () => {
    const arena = Arena.create()
    arena.extend(2 ** 31)
    const sizes = new Set([arena.u8.length])
    for (let k = 0; k < 100; k++) {
      const at = arena.alloc(2 ** 20)
      arena.u8[at] = 1
      sizes.add(arena.u8.length)
    }
    expect(sizes.size).toBe(2)
    // With the address space nearly used up, the room is taken as it comes, to the last block.
    for (let bytes = 2 ** 29; bytes >= 2 ** 23; bytes /= 2) while (arena.extend(bytes) > 0);
    const before = arena.u8.length
    const last = (): number => arena.alloc(2 ** 21)
    expect(() => { for (;;) last() }).toThrow(RangeError)
    expect(arena.u8.length).toBeGreaterThan(before)
  })

  it('memory stays flat over many alloc and free', () => {
    const arena = Arena.create()
    arena.free(arena.alloc(100_000))
    const { byteLength } = arena.u8
    for (let i = 0; i < 10_000; i++) arena.free(arena.alloc(1 + ((i * 7919) % 100_000)))
    expect(arena.u8.byteLength).toBe(byteLength)
  })

  it('CALL invokes the host in order, and a throw leaves run', () => {
    const calls: number[] = []
    const arena = Arena.create({
      call: (id) => {
        if (id === 9) throw new Error('nine')
        calls.push(id)
      },
    })
    const tape = new Tape()
    for (const id of [3, 1, 9, 4]) tape.emit(op.CALL, id)
    const { from, to } = tape.place(arena)
    expect(() => arena.run('f32', from, to)).toThrow('nine')
    expect(calls).toEqual([3, 1])
  })

  it('CALL without a call function says so', () => {
    const arena = Arena.create()
    const tape = new Tape()
    tape.emit(op.CALL, 7)
    const { from, to } = tape.place(arena)
    expect(() => arena.run('f64', from, to)).toThrow('CALL 7')
  })

  it('an unknown opcode stops with its address', () => {
    const arena = Arena.create()
    const tape = new Tape()
    tape.emit(op.STEP)
    tape.emit(999)
    const { from, to } = tape.place(arena)
    expect(arena.run('f32', from, to)).toBe(from + 8)
    expect([arena.control.error, arena.control.errorAt, arena.control.errorInfo]).toEqual([fault.opcode, from + 8, 999])
  })

  it('the control block holds step, seed, training and careful', () => {
    const { control } = Arena.create()
    control.step = 5
    control.seed = [0xffffffff, 7]
    control.training = true
    control.careful = true
    expect([control.step, control.seed, control.training, control.careful]).toEqual([5, [0xffffffff, 7], true, true])
  })
})

describe('Tape', () => {
  it('emit writes [opcode, words, operands] with f64 operands in two words', () => {
    const arena = Arena.create()
    const tape = new Tape()
    tape.emit(op.FILL, 16, 4, { f64: Math.PI })
    tape.emit(op.STEP)
    expect(tape.length).toBe(8)
    const { from, to } = tape.place(arena)
    expect(to - from).toBe(32)
    expect(Array.from(arena.i32.subarray(from / 4, from / 4 + 4))).toEqual([op.FILL, 6, 16, 4])
    expect(Array.from(arena.i32.subarray(from / 4 + 6, from / 4 + 8))).toEqual([op.STEP, 2])
    expect(new DataView(arena.u8.buffer).getFloat64(from + 16, true)).toBe(Math.PI)
  })

  it('emit refuses an operand that is no 32-bit integer', () => {
    expect(() => new Tape().emit(op.FILL, 0.5)).toThrow('operand 0.5 of opcode 1')
  })

  it('append adds the instructions of another tape', () => {
    const [a, b] = [new Tape(), new Tape()]
    a.emit(op.STEP)
    b.emit(op.STEP)
    a.append(b)
    const arena = Arena.create()
    const { from, to } = a.place(arena)
    arena.run('f32', from, to)
    expect(arena.control.step).toBe(2)
  })
})

describe('pairs', () => {
  it('write refuses more entries than the capacity', () => {
    const arena = Arena.create()
    expect(() => pairs.write(arena, 'f32', arena.alloc(64), 1, [1, 2], [1, 2])).toThrow(RangeError)
    expect(() => pairs.write(arena, 'f32', arena.alloc(64), 3, [1, 2], [1])).toThrow(RangeError)
  })
})

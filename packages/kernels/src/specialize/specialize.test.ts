import { afterEach, describe, expect, it, vi } from 'vitest'
import { Arena, useSpecializer } from '../arena.ts'
import { binary, layout, op, rule, unary } from '../opcodes.ts'
import { placeProgram } from '../program.ts'
import { Tape } from '../tape.ts'
import { dtypes, numbers } from '../testing.ts'
import { last, specialize } from './specialize.ts'

const none = { f64: 0 }

/** A 2-8-1 network with cross-entropy, learning by gradient descent from one event that stands in its slots. */
function network(dtype: 'f32' | 'f64', extra: (frame: Tape, at: number) => void = () => {}, arena = Arena.create()) {
  const slot = (n: number, seed = 0): number => {
    const at = arena.alloc(8 * n)
    if (seed > 0) arena.write(dtype, at, numbers(n, seed, -1, 1))
    return at
  }
  const [x, w, b, z, h, v, y, t] = [slot(2, 1), slot(16, 2), slot(8, 3), slot(8), slot(8), slot(8, 4), slot(1), slot(1)]
  const [loss, dloss, dy, dh, dz, rate] = [slot(1), slot(1), slot(1), slot(8), slot(8), arena.alloc(8)]
  arena.write(dtype, dloss, [1])
  arena.f64[rate / 8] = 0.1
  const frame = new Tape()
  frame.emit(op.LINEAR, x, w, b, z, 1, 2, 8)
  frame.emit(op.UNARY, unary.tanh, z, h, 8, none, none)
  frame.emit(op.LINEAR, h, v, 0, y, 1, 8, 1)
  frame.emit(op.BINARY, binary.binaryCrossEntropyWithLogits, y, t, loss, 1, 0, 0, none, none)
  frame.emit(op.BINARY_BACKWARD, binary.binaryCrossEntropyWithLogits, 0, y, t, loss, dloss, dy, 1, 0, 0, none, none)
  frame.emit(op.LINEAR_DX, dy, v, dh, 1, 8, 1)
  frame.emit(op.UNARY_BACKWARD, unary.tanh, z, h, dh, dz, 8, none, none)
  extra(frame, z)
  const scan = new Tape()
  scan.emit(op.SCAN, loss, 1)
  frame.emit(op.GUARD_QUICK, scan.length, 2, dz, 8, x, 2)
  frame.append(scan)
  const update = new Tape()
  const apply = [0, 1, rule.apply, 3, rate]
  update.emit(op.UPDATE, layout.outer, w, 8, 2, dz, x, ...apply)
  update.emit(op.UPDATE, layout.dense, b, 8, 1, dz, 0, ...apply)
  update.emit(op.UPDATE, layout.outer, v, 1, 8, dy, h, ...apply)
  update.emit(op.STEP)
  const [first, last] = [frame.place(arena), update.place(arena)]
  const { header } = placeProgram(arena, {
    frame: [first.from, first.to], update: [last.from, last.to], coefficients: 0, coefficientCount: 0,
    coefficientRows: 0, status: 0, inputs: [], outputs: [],
  })
  const memory = (): string => Buffer.from(arena.u8.slice(0, 1 << 16)).toString('base64')
  return { arena, header, memory, x, rate }
}

afterEach(() => {
  vi.restoreAllMocks()
  useSpecializer(specialize)
})

describe.each(dtypes)('specialize $dtype', ({ dtype }) => {
  it('leaves every byte of memory as the interpreter does, also where an event is not finite', () => {
    const [one, other] = [network(dtype), network(dtype)]
    useSpecializer(specialize)
    const { frame } = specialized(dtype, other)
    for (let k = 0; k < 50; k++) {
      const event = k % 7 === 5 ? [Number.NaN, 1] : k % 7 === 6 ? [1e20, -1e20] : numbers(2, k + 9, -2, 2)
      for (const { arena, x } of [one, other]) arena.write(dtype, x, event)
      expect(frame(other.header)).toBe(one.arena.frame(dtype, one.header))
      expect(other.memory()).toBe(one.memory())
    }
  })

  it('does in two parts what it does in one', () => {
    const [one, other] = [network(dtype), network(dtype)]
    useSpecializer(specialize)
    const [whole, parts] = [specialized(dtype, one), specialized(dtype, other)]
    for (let k = 0; k < 50; k++) {
      const event = k % 7 === 5 ? [Number.NaN, 1] : numbers(2, k + 9, -2, 2)
      for (const { arena, x } of [one, other]) arena.write(dtype, x, event)
      const code = whole.frame(one.header)
      expect(parts.frame(0)).toBe(code)
      if (code === 0) expect(parts.update()).toBe(true)
      expect(other.memory()).toBe(one.memory())
    }
  })

  it('works where memory lies beyond 2 GiB, of which only what is touched is backed', () => {
    const high = Arena.create()
    high.extend(2 ** 31)
    // What the heap still has before that is taken.
    for (let bytes = 2 ** 18; bytes >= 16; bytes /= 4) while (high.alloc(bytes) < 2 ** 31);
    const [one, other] = [network(dtype), network(dtype, () => {}, high)]
    expect(other.header).toBeGreaterThan(2 ** 31)
    useSpecializer(specialize)
    const { frame } = specialized(dtype, other)
    const values = ({ arena, x, rate }: typeof one): string => (
      Buffer.from(arena.u8.slice(x, rate)).toString('base64')
    )
    for (let k = 0; k < 50; k++) {
      const event = k % 7 === 5 ? [Number.NaN, 1] : numbers(2, k + 9, -2, 2)
      for (const { arena, x } of [one, other]) arena.write(dtype, x, event)
      expect(frame(other.header)).toBe(one.arena.frame(dtype, one.header))
      expect(values(other)).toBe(values(one))
    }
  })

  it('is made in pieces, between which memory may grow and frames may run', () => {
    const { arena, header, x } = network(dtype)
    const pieces = arena.specialize(dtype, header)
    let count = 0
    let made = pieces.next()
    for (; made.done !== true; made = pieces.next(), count++) {
      arena.write(dtype, x, numbers(2, count + 9, -2, 2))
      expect(arena.frame(dtype, header)).toBe(0)
      if (count === 2) arena.extend(1 << 16)
    }
    expect(count).toBeGreaterThan(8)
    expect(made.value!.frame(header)).toBe(0)
  })

  it('leaves a long tape to the interpreter', () => {
    const long = (count: number) => network(dtype, (frame, z) => {
      for (let k = 0; k < count; k++) frame.emit(op.UNARY, unary.erf, z, z, 8, none, none)
    })
    expect(specialized(dtype, long(3))).not.toBeNull()
    const { arena, header } = long(60)
    expect(last(arena.specialize(dtype, header))).toBeNull()
    expect(arena.frame(dtype, header)).toBe(0)
  })

  it('gives its place in the table back with the header', () => {
    const { arena, header } = network(dtype)
    const again = placeProgram(arena, {
      frame: [0, 0], update: [0, 0], coefficients: 0, coefficientCount: 0, coefficientRows: 0, status: 0,
      inputs: [], outputs: [],
    })
    const special = specialized(dtype, { arena, header })
    arena.install(header, special)
    const place = arena.i32[header / 4 + 10]
    expect(place).toBeGreaterThan(0)
    arena.free(header)
    arena.install(again.header, special)
    expect(arena.i32[again.header / 4 + 10]).toBe(place)
  })

  it('interprets on where code may not be made', () => {
    const { arena, header } = network(dtype)
    vi.spyOn(WebAssembly, 'Module').mockImplementation(function refuse() {
      throw new WebAssembly.CompileError('refused by the content security policy')
    })
    expect(last(arena.specialize(dtype, header))).toBeNull()
    expect(arena.frame(dtype, header)).toBe(0)
  })
})

function specialized(dtype: 'f32' | 'f64', { arena, header }: Pick<ReturnType<typeof network>, 'arena' | 'header'>) {
  const special = last(arena.specialize(dtype, header))
  expect(special).not.toBeNull()
  return special!
}

import { describe, expect, it } from 'vitest'
import { Arena, bytesOf, type Frame, useSpecializer } from './arena.ts'
import { binary, fault, layout, op, rule, unary } from './opcodes.ts'
import { placeProgram, type RingPort } from './program.ts'
import { last, specialize } from './specialize/specialize.ts'
import { Tape } from './tape.ts'
import { dtypes, numbers } from './testing.ts'

const events = 40
const [inputs, hidden] = [3, 5]

/** A 3-5-1 network with squared error and momentum, its events in rings; some events are not finite, some huge. */
function build(dtype: 'f32' | 'f64') {
  const arena = Arena.create()
  const bytes = bytesOf[dtype]
  const slot = (n: number): number => arena.alloc(n * bytes)
  const filled = (n: number, seed: number): number => {
    const at = slot(n)
    arena.write(dtype, at, numbers(n, seed, -1, 1))
    return at
  }
  const [x, z, h, dh, dz] = [slot(inputs), slot(hidden), slot(hidden), slot(hidden), slot(hidden)]
  const [t, y, loss, dloss, dy] = [slot(1), slot(1), slot(1), slot(1), slot(1)]
  const [w1, b1, w2] = [filled(hidden * inputs, 1), filled(hidden, 2), filled(hidden, 3)]
  const [m1, m2, m3] = [slot(hidden * inputs), slot(hidden), slot(hidden)]
  arena.write(dtype, dloss, [1])
  const coefficients = arena.alloc(5 * 8)
  const none = { f64: 0 }
  const frame = new Tape()
  frame.emit(op.SCAN, x, inputs)
  frame.emit(op.LINEAR, x, w1, b1, z, 1, inputs, hidden)
  frame.emit(op.UNARY, unary.tanh, z, h, hidden, none, none)
  frame.emit(op.LINEAR, h, w2, 0, y, 1, hidden, 1)
  frame.emit(op.BINARY, binary.squaredError, y, t, loss, 1, 0, 0, none, none)
  frame.emit(op.SCAN, loss, 1)
  frame.emit(op.BINARY_BACKWARD, binary.squaredError, 0, y, t, loss, dloss, dy, 1, 0, 0, none, none)
  frame.emit(op.LINEAR_DX, dy, w2, dh, 1, hidden, 1)
  frame.emit(op.UNARY_BACKWARD, unary.tanh, z, h, dh, dz, hidden, none, none)
  frame.emit(op.GUARD_OUTER, dy, 1, h, hidden)
  frame.emit(op.GUARD_OUTER, dz, hidden, x, inputs)
  const update = new Tape()
  const learn = (slots: number): number[] => [
    2, rule.momentum, 4, slots, coefficients, rule.apply, 3, coefficients + 32,
  ]
  update.emit(op.UPDATE, layout.outer, w2, 1, hidden, dy, h, 0, ...learn(m3))
  update.emit(op.UPDATE, layout.outer, w1, hidden, inputs, dz, x, 0, ...learn(m1))
  update.emit(op.UPDATE, layout.dense, b1, hidden, 1, dz, 0, 0, ...learn(m2))
  update.emit(op.SWEEP, m1, hidden * inputs, 8)
  update.emit(op.STEP)
  const [framePlace, updatePlace] = [frame.place(arena), update.place(arena)]
  const stride = (n: number): number => (n * bytes + 15) & ~15
  const [xs, ts, losses, predictions] = [
    arena.alloc(events * stride(inputs)), arena.alloc(events * 16), arena.alloc(events * 16), arena.alloc(events * 16),
  ]
  for (let k = 0; k < events; k++) {
    const row = numbers(inputs, 100 + k)
    if (k % 9 === 4) row[1] = Number.NaN
    arena.write(dtype, xs + k * stride(inputs), row)
    arena.write(dtype, ts + k * 16, [k === 17 ? Infinity : k === 23 ? 2 ** 45 : row[0]! * row[1]!])
  }
  const rows = arena.alloc(events * 40)
  for (let k = 0; k < events; k++) arena.f64.set([0.9, 1, 0, k === 0 ? 1 : 0, 0.05 / (1 + k)], rows / 8 + 5 * k)
  const status = arena.alloc(4 * events)
  const program = {
    frame: [framePlace.from, framePlace.to],
    update: [updatePlace.from, updatePlace.to],
    coefficients,
    coefficientCount: 5,
    coefficientRows: rows,
    status,
    inputs: [
      { slot: x, bytes: inputs * bytes, ring: xs, stride: stride(inputs) },
      { slot: t, bytes, ring: ts, stride: 16 },
    ],
    outputs: [
      { slot: loss, bytes, ring: losses, stride: 16 },
      { slot: y, bytes, ring: predictions, stride: 16 },
    ],
  } as const
  const { header } = placeProgram(arena, program)
  const parameters = (): string => [w1, b1, w2, m1, m2, m3].map(
    (at) => arena.u8.slice(at, at + hidden * inputs * bytes).join(),
  ).join()
  return { arena, program, header, parameters, rows, status }
}

/** Copies event k from the rings into the input slots. */
function load(arena: Arena, inputs: readonly RingPort[], k: number): void {
  for (const { slot, ring, stride, bytes } of inputs) {
    arena.u8.copyWithin(slot, ring + k * stride, ring + k * stride + bytes)
  }
}

const ways = dtypes.flatMap(({ dtype }) => (['interpreted', 'specialised'] as const).map((way) => ({ dtype, way })))

describe.each(ways)('frame and burst $dtype, $way', ({ dtype, way }) => {
  useSpecializer(specialize)
  const frameOf = ({ arena, header }: ReturnType<typeof build>): Frame => (
    way === 'interpreted' ? () => arena.frame(dtype, header) : last(arena.specialize(dtype, header))!.frame
  )

  it('a rejected frame changes no parameter, slot or step; a careful one stops before the update', () => {
    const built = build(dtype)
    const { arena, program, header, parameters, rows } = built
    const frame = frameOf(built)
    arena.f64.copyWithin(program.coefficients / 8, rows / 8, rows / 8 + 5)
    const outcomes: number[] = []
    for (let k = 0; k < events; k++) {
      load(arena, program.inputs, k)
      const before = parameters()
      const { step } = arena.control
      outcomes.push(frame(header))
      const committed = outcomes[k] === 0
      expect(parameters() === before).toBe(!committed)
      expect(arena.control.step - step).toBe(committed ? 1 : 0)
      expect(arena.control.error).toBe(outcomes[k] === 1 ? fault.nonFinite : fault.none)
      expect(arena.control.careful).toBe(outcomes[k] === 2)
    }
    expect(outcomes.map((o, k) => (o ? `${k}:${o}` : '')).filter(Boolean)).toEqual(
      ['4:1', '13:1', '17:1', '22:1', '23:2', '31:1'],
    )
  })

  it.each([[[events]], [[1, 2, 3, 4, 5]], [[7]]])('bursts of %j leave the bits of one frame at a time', (sizes) => {
    const one = build(dtype)
    const losses: number[] = []
    let committed = 0
    for (let k = 0; k < events; k++) {
      load(one.arena, one.program.inputs, k)
      one.arena.f64.copyWithin(
        one.program.coefficients / 8, one.rows / 8 + 5 * committed, one.rows / 8 + 5 * committed + 5,
      )
      if (one.arena.frame(dtype, one.header) === 0) committed++
      losses.push(one.arena.array(dtype, one.program.outputs[0].slot, 1)[0]!)
    }
    const rejected = [4, 13, 17, 22, 31]
    const many = build(dtype)
    if (way === 'specialised') expect(frameOf(many)).not.toBeNull()
    const cells = many.rows
    let at = 0
    for (let i = 0; at < events; i++) {
      const count = Math.min(sizes[i % sizes.length]!, events - at)
      // the rows of a burst start at its first update
      many.arena.i32[many.header / 4 + 6] = cells + many.arena.control.step * 40
      const next = many.arena.burst(dtype, many.header, at, count)
      const stopped = next < at + count
      if (stopped) expect(next === 23 ? many.arena.control.careful : rejected.includes(next)).toBe(true)
      at = stopped ? next + 1 : next
    }
    expect(many.parameters()).toBe(one.parameters())
    expect(many.arena.control.step).toBe(committed)
    const statuses = Array.from(many.arena.i32.subarray(many.status / 4, many.status / 4 + events))
    expect(statuses.flatMap((s, k) => (s === fault.none ? [] : [k]))).toEqual(rejected)
    for (const [k, loss] of losses.entries()) {
      if (k !== 23 && !rejected.includes(k)) {
        expect(many.arena.array(dtype, many.program.outputs[0].ring + 16 * k, 1)[0]).toBe(loss)
      }
    }
  })
})

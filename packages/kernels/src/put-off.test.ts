import { describe, expect, it } from 'vitest'
import { layout, op, rule } from './opcodes.ts'
import { placeProgram } from './program.ts'
import { putOff } from './put-off.ts'
import { Tape } from './tape.ts'
import { Bench, dtypes, numbers } from './testing.ts'

/** y = w x + b, SCAN of y, w -= rate * y x, over rings of x and y. */
function machine(dtype: 'f32' | 'f64', inputs: number, outputs: number, count: number, waiting: boolean) {
  const bench = new Bench(dtype)
  const { arena } = bench
  const size = dtype === 'f32' ? 4 : 8
  const [x, y] = [bench.slot(inputs), bench.slot(outputs)]
  const [w, b, rate] = [
    bench.slot(numbers(inputs * outputs, 1)), bench.slot(numbers(outputs, 2)), bench.slot([0.01], 'f64'),
  ]
  const tape = new Tape()
  tape.emit(op.LINEAR, x, w, b, y, 1, inputs, outputs)
  tape.emit(op.SCAN, y, outputs)
  const middle = tape.length
  tape.emit(op.UPDATE, layout.outer, w, outputs, inputs, y, x, 0, 1, rule.apply, 3, rate)
  tape.emit(op.STEP)
  const end = tape.length
  const blocks = waiting
    ? putOff(tape, dtype, { from: 0, to: middle }, { from: middle, to: end }, (bytes) => arena.alloc(bytes)) : []
  for (const block of blocks) tape.emit(op.SETTLE, block)
  const { from, to } = tape.place(arena)
  const strideX = (inputs * size + 15) & ~15
  const strideY = (outputs * size + 15) & ~15
  const [ringX, ringY] = [arena.alloc(count * strideX), arena.alloc(count * strideY)]
  for (let k = 0; k < count; k++) arena.write(dtype, ringX + k * strideX, numbers(inputs, 10 + k))
  const { header } = placeProgram(arena, {
    frame: [from, from + 4 * middle], update: [from + 4 * middle, from + 4 * end], settle: [from + 4 * end, to],
    coefficients: 0, coefficientCount: 0, coefficientRows: 0, status: 0,
    inputs: [{ slot: x, bytes: strideX, ring: ringX, stride: strideX }],
    outputs: [{ slot: y, bytes: strideY, ring: ringY, stride: strideY }],
  })
  const seen = (done: number) => ({
    w: bench.get(w, inputs * outputs),
    ys: Array.from({ length: done }, (_, k) => arena.read(dtype, ringY + k * strideY, outputs)),
  })
  return { bench, blocks, header, seen, spoil: (k: number) => arena.write(dtype, ringX + k * strideX, [Number.NaN]) }
}

describe.each(dtypes)('an update that waits for the next event of a burst, $dtype', ({ dtype }) => {
  it.each([[64, 8], [65, 9], [67, 11], [33, 16], [128, 5], [784, 12]])('%i -> %i: the same bits', (inputs, outputs) => {
    const [now, late] = [machine(dtype, inputs, outputs, 7, false), machine(dtype, inputs, outputs, 7, true)]
    expect([now.blocks.length, late.blocks.length]).toEqual([0, 1])
    for (const { bench, header } of [now, late]) expect(bench.arena.burst(dtype, header, 0, 7)).toBe(7)
    expect(late.seen(7)).toEqual(now.seen(7))
  })

  it('is taken, too, when the next event is rejected, which is told as ever', () => {
    const [now, late] = [machine(dtype, 70, 10, 6, false), machine(dtype, 70, 10, 6, true)]
    for (const { bench, header, spoil } of [now, late]) {
      spoil(3)
      expect(bench.arena.burst(dtype, header, 0, 6)).toBe(3)
      expect(bench.arena.control.error).not.toBe(0)
    }
    expect(late.seen(3)).toEqual(now.seen(3))
  })

  it('does not wait outside a burst', () => {
    const [now, late] = [machine(dtype, 70, 10, 1, false), machine(dtype, 70, 10, 1, true)]
    for (const { bench, header } of [now, late]) expect(bench.arena.frame(dtype, header)).toBe(0)
    expect(late.seen(0)).toEqual(now.seen(0))
  })

  it('does not wait where something else reads the weight', () => {
    const bench = new Bench(dtype)
    const [w, x, y, rate] = [bench.slot(4096), bench.slot(64), bench.slot(64), bench.slot([0.1], 'f64')]
    const tape = new Tape()
    tape.emit(op.LINEAR, x, w, 0, y, 1, 64, 64)
    tape.emit(op.COPY, y, w, 64)
    const middle = tape.length
    tape.emit(op.UPDATE, layout.outer, w, 64, 64, y, x, 0, 1, rule.apply, 3, rate)
    const blocks = putOff(tape, dtype, { from: 0, to: middle }, { from: middle, to: tape.length }, () => 16)
    expect(blocks).toEqual([])
  })
})

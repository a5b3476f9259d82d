import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { binary, layout, op, rule, unary } from './opcodes.ts'
import { Bench, dtypes, numbers } from './testing.ts'

// What the kernels compute is the same on every processor and every engine, bit for bit: these digests were taken once.
// A change of a formula, a coefficient or an order of summation changes them; then every learner's digest changes too.
const pinned = {
  f32: 'e39457bf1f74dbd2655cd2e2cf23920210438b14ad1102c1a1f4f493aa64912b',
  f64: 'a07a81a56f6b92ecb583a8df310ee712ab6b6e07d8d7b8bc687e7cc535854123',
}
const [unaries, binaries] = [unary.powScalar + 1, binary.hinge + 1]

it.each(dtypes)('the bits of all $dtype functions, a layer, a loss and three steps of Adam', ({ dtype }) => {
  const bench = new Bench(dtype)
  const n = 997
  const hash = createHash('sha256')
  const note = (at: number, count: number): void => {
    const bytes = count * (dtype === 'f32' ? 4 : 8)
    hash.update(bench.arena.u8.slice(at, at + bytes))
  }
  const [x, positive, dy] = [numbers(n, 1, 0.01, 9), numbers(n, 2, 0.01, 0.99), numbers(n, 3)].map((v) => bench.slot(v))
  const [y, dx] = [bench.slot(n), bench.slot(n)]
  for (let f = 0; f < unaries; f++) {
    bench.run(op.UNARY, f, x!, y, n, { f64: 0.7 }, { f64: 1.3 })
    bench.run(op.UNARY_BACKWARD, f, x!, y, dy!, dx, n, { f64: 0.7 }, { f64: 1.3 })
    note(y, n)
    note(dx, n)
  }
  for (let f = 0; f < binaries; f++) {
    bench.run(op.BINARY, f, positive!, x!, y, n, 0, 0, { f64: 0.7 }, { f64: 1.3 })
    bench.run(op.BINARY_BACKWARD, f, 0, positive!, x!, y, dy!, dx, n, 0, 0, { f64: 0.7 }, { f64: 1.3 })
    note(y, n)
    note(dx, n)
  }
  const [inputs, outputs] = [53, 18]
  const size = inputs * outputs
  const [w, m, v] = [bench.slot(numbers(size, 4)), bench.slot(size), bench.slot(size)]
  const cells = bench.slot([0.9, 0.1, 0.999, 0.001, 1e-8, 1.1, 1.2, 0.01], 'f64')
  const label = bench.slot([7])
  const [logits, loss, probs] = [bench.slot(outputs), bench.slot(1), bench.slot(outputs)]
  const one = bench.slot([1])
  for (let step = 0; step < 3; step++) {
    bench.run(op.LINEAR, x!, w, 0, logits, 1, inputs, outputs)
    bench.run(op.CROSS_ENTROPY, logits, label, loss, probs, 1, outputs)
    bench.run(op.CROSS_ENTROPY_BACKWARD, probs, label, one, probs, 1, outputs)
    const transforms = [rule.adam, 6, m, v, 0, cells, rule.apply, 3, cells + 56]
    bench.run(op.UPDATE, layout.outer, w, outputs, inputs, probs, x!, 0, 2, ...transforms)
    note(loss, 1)
  }
  note(w, size)
  expect(hash.digest('hex')).toBe(pinned[dtype])
})

/**
 * Times the kernels on their own, in nanoseconds per call and per element: `tsx packages/kernels/bench/main.ts
 * [filter]`.
 *
 * Every measurement is the lower quartile of many short repetitions of one tape, all measurements interleaved, so that
 * a busy machine disturbs them alike. The timer covers one `arena.run` of `repeat` copies of the instruction. The
 * checksum printed last has read every result.
 */
import { Arena, binary, bytesOf, type Dtype, layout, op, pairs, rule, Tape, unary } from '../src/index.ts'

interface Measurement {
  readonly name: string
  readonly elements: number
  readonly run: () => void
  readonly repeat: number
  readonly times: number[]
}

const filter = process.argv[2] ?? ''
const arena = Arena.create()
const measurements: Measurement[] = []
const results: [dtype: Dtype, at: number, n: number][] = []

function slot(dtype: Dtype, n: number, value: (i: number) => number = (i) => Math.sin(i * 12.9898) * 0.5): number {
  const at = arena.alloc(n * bytesOf[dtype])
  arena.write(dtype, at, Float64Array.from({ length: n }, (_, i) => value(i)))
  results.push([dtype, at, n])
  return at
}

function measure(name: string, dtype: Dtype, elements: number, emit: (tape: Tape) => void): void {
  if (!`${name} ${dtype}`.includes(filter)) return
  const repeat = Math.max(5, Math.min(200, Math.floor(20_000 / elements)))
  const tape = new Tape()
  for (let i = 0; i < repeat; i++) emit(tape)
  const { from, to } = tape.place(arena)
  measurements.push({ name: `${name} ${dtype}`, elements, repeat, times: [], run: () => arena.run(dtype, from, to) })
}

/** A tape that fills the lists of LINEAR_COLUMNS. */
function listsOf(...operands: number[]): [from: number, to: number] {
  const tape = new Tape()
  tape.emit(op.LINEAR_COLUMNS, ...operands)
  const { from, to } = tape.place(arena)
  return [from, to]
}

const zero = { f64: 0 }
for (const dtype of ['f32', 'f64'] as const) {
  for (const [inputs, outputs] of [[784, 128], [128, 10], [32, 64], [8, 1], [2, 8]] as const) {
    const [x, w, b, y] = [
      slot(dtype, inputs), slot(dtype, inputs * outputs), slot(dtype, outputs), slot(dtype, outputs),
    ]
    const [dx, m, v] = [slot(dtype, inputs), slot(dtype, inputs * outputs), slot(dtype, inputs * outputs, () => 0.25)]
    const cells = slot('f64', 8, (i) => [0.9, 0.1, 0.999, 0.001, 1e-8, 1.1, 1.2, 1e-9][i]!)
    const plain = slot('f64', 4, (i) => [0.9, 0.1, 0, 0][i]!)
    const size = inputs * outputs
    const shape = `${inputs}x${outputs}`
    measure(`LINEAR ${shape}`, dtype, size, (t) => t.emit(op.LINEAR, x, w, b, y, 1, inputs, outputs))
    if (outputs >= 8 && dtype === 'f32') {
      const zeros = slot(dtype, inputs, (i) => ((i * 7919) % 5 === 0 ? 0.3 : 0))
      const sums = slot(dtype, 4 * (outputs + 4))
      for (const [name, from] of [['', x], [' 80% zeros', zeros]] as const) {
        const lists = arena.alloc(4 * (inputs + 16))
        measure(`LINEAR_COLUMNS ${shape}${name}`, dtype, size, (t) => t.emit(
          op.LINEAR_COLUMNS, from, w, b, y, inputs, outputs, lists, sums,
        ))
        arena.run(dtype, ...listsOf(from, w, b, y, inputs, outputs, lists, sums))
        measure(`SGD columns ${shape}${name}`, dtype, size, (t) => t.emit(
          op.UPDATE, layout.outer, w, inputs, outputs, from, y, lists, 1, rule.apply, 3, cells + 56,
        ))
      }
    }
    measure(`LINEAR_DX ${shape}`, dtype, size, (t) => t.emit(op.LINEAR_DX, y, w, dx, 1, inputs, outputs))
    measure(`LINEAR_DW ${shape}`, dtype, size, (t) => t.emit(op.LINEAR_DW, y, x, m, 1, inputs, outputs))
    const apply = [rule.apply, 3, cells + 56]
    const update = (t: Tape, transforms: number[], k: number): void =>
      t.emit(op.UPDATE, layout.outer, w, outputs, inputs, y, x, 0, k, ...transforms, ...apply)
    measure(`SGD outer ${shape}`, dtype, size, (t) => update(t, [], 1))
    measure(`momentum outer ${shape}`, dtype, size, (t) => update(t, [rule.momentum, 4, m, plain], 2))
    measure(`adagrad outer ${shape}`, dtype, size, (t) => update(t, [rule.adagrad, 4, v, cells + 32], 2))
    measure(`adam outer ${shape}`, dtype, size, (t) => update(t, [rule.adam, 6, m, v, 0, cells], 2))
    measure(`adam dense ${shape}`, dtype, size, (t) =>
      t.emit(op.UPDATE, layout.dense, w, outputs, inputs, w, 0, 0, 2, rule.adam, 6, m, v, 0, cells, ...apply),
    )
  }
  for (const n of [8, 128]) {
    const [x, y, dy, dx] = [slot(dtype, n), slot(dtype, n), slot(dtype, n), slot(dtype, n)]
    for (const f of ['relu', 'tanh', 'sigmoid', 'exp', 'log', 'gelu', 'silu', 'softplus'] as const) {
      measure(`${f} ${n}`, dtype, n, (t) => t.emit(op.UNARY, unary[f], x, y, n, { f64: 1 }, { f64: 20 }))
      measure(
        `${f}' ${n}`, dtype, n, (t) => t.emit(op.UNARY_BACKWARD, unary[f], x, y, dy, dx, n, { f64: 1 }, { f64: 20 }),
      )
    }
    measure(`softmax ${n}`, dtype, n, (t) => t.emit(op.SOFTMAX, 0, x, y, 1, n, 1))
    measure(`SCAN ${n}`, dtype, n, (t) => t.emit(op.SCAN, x, n))
    measure(`GUARD_OUTER ${n}`, dtype, n, (t) => t.emit(op.GUARD_OUTER, x, n, y, n))
  }
  const [x, t0, y, probs] = [slot(dtype, 10), slot(dtype, 10, () => 1), slot(dtype, 10), slot(dtype, 10)]
  measure('bceLogits 1', dtype, 1, (t) => t.emit(
    op.BINARY, binary.binaryCrossEntropyWithLogits, x, t0, y, 1, 0, 0, zero, zero,
  ))
  measure("bceLogits' 1", dtype, 1, (t) => t.emit(
    op.BINARY_BACKWARD, binary.binaryCrossEntropyWithLogits, 0, x, t0, y, t0, probs, 1, 0, 0, zero, zero,
  ))
  measure('squaredError 1', dtype, 1, (t) => t.emit(op.BINARY, binary.squaredError, x, t0, y, 1, 0, 0, zero, zero))
  measure('crossEntropy 10', dtype, 10, (t) => t.emit(op.CROSS_ENTROPY, x, t0, y, probs, 1, 10))
  measure('STEP', dtype, 1, (t) => t.emit(op.STEP))
  const rows = 2 ** 18
  for (const [width, nonzeros] of [[1, 30], [128, 150]] as const) {
    const table = width === 1 ? rows : 784
    const [w, g, dy, out] = [
      slot(dtype, table * width), slot(dtype, table * width, () => 0.25), slot(dtype, width), slot(dtype, width),
    ]
    const sparse = arena.alloc(pairs.bytes(dtype, 200))
    const indices = Array.from({ length: nonzeros }, (_, k) => (k * 7919 + 13) % table)
    pairs.write(arena, dtype, sparse, 200, indices, indices.map(() => 0.5))
    const lr = slot('f64', 2, () => 1e-9)
    const name = `${nonzeros}x${width}`
    measure(`SPARSE_LINEAR ${name}`, dtype, nonzeros * width, (t) => t.emit(
      op.SPARSE_LINEAR, sparse, 200, w, 0, out, table, width, width,
    ))
    measure(`SGD rows ${name}`, dtype, nonzeros * width, (t) =>
      t.emit(op.UPDATE, layout.rows, w, width, width, sparse, dy, 200, 1, rule.apply, 3, lr),
    )
    measure(`adagrad rows ${name}`, dtype, nonzeros * width, (t) =>
      t.emit(
        op.UPDATE, layout.rows, w, width, width, sparse, dy, 200, 2, rule.adagrad, 4, g, lr + 8, rule.apply, 3, lr,
      ),
    )
  }
}

for (let round = 0; round < 60; round++) {
  for (const m of measurements) {
    const start = process.hrtime.bigint()
    m.run()
    if (round >= 10) m.times.push(Number(process.hrtime.bigint() - start) / m.repeat)
  }
}
for (const { name, elements, times } of measurements) {
  const ns = [...times].sort((a, b) => a - b)[Math.floor(times.length / 4)]!
  console.log(
    `${name.padEnd(28)} ${ns.toFixed(1).padStart(10)} ns ${(ns / elements).toFixed(3).padStart(9)} ns/element`,
  )
}
let checksum = 0
for (const [dtype, at, n] of results) checksum += arena.array(dtype, at, n).reduce(
  (sum: number, x: number) => sum + x, 0,
)
console.log(`checksum ${checksum}`)

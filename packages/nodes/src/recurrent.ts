import { type AnyNode, asNode, buffer, denseNode, GraphError, type Leaf, type Node } from '@eddy/graph'
import { checkOptions, type Shape, ShapeError, ValueError, zeros } from '@eddy/tensor'
import { hardtanh } from './activations.ts'
import { add, minimum, mul, sub } from './arithmetic.ts'
import { concat } from './concat.ts'
import { abs } from './elementary.ts'
import type { Values } from './layer.ts'
import { type Memory, remember } from './remember.ts'
import { reshape } from './reshape.ts'
import { slice } from './slice.ts'

type Any = Node<Shape>

/** A cell with what `recurrent` must know of it. `step` gives the next state; its first part is the output. */
export interface RecurrentCell {
  readonly label: string
  readonly inputs: number
  /** Lengths of the parts of the state. */
  readonly states: readonly number[]
  readonly step: (x: Any, state: readonly Any[]) => readonly Any[]
}

export interface RecurrentOptions {
  /** Gradients flow back through this many events, the present one included; default 1. The cost grows with it. */
  readonly truncate?: number
  /** A whole number per event; when it differs from that of the event before, the state starts from zero. */
  readonly reset?: Values<Shape>
  readonly name?: string
}

/**
 * A recurrent layer whose state is carried from event to event, with truncated backpropagation through time.
 *
 * At event t the cell is unrolled over the last `truncate` inputs with present parameters, from the state before them,
 * which is constant: h_j = cell(x_j, h_(j-1)) for j = t - truncate + 1 .. t; the output is h_t. The state and the
 * inputs
 * are buffers: they move on when an event commits, never by a prediction or a rejected event, and are saved, restored
 * and
 * undone with the training. Only the present input receives a gradient.
 * Shapes: [in] -> [hidden]. Source: Williams and Peng 1990 (truncated BPTT with h = truncate, h' = 1).
 * @throws ValueError when `truncate` is no positive integer; ShapeError for another number of inputs.
 *
 * @example
 * const hidden = x.pipe(recurrent(gruCell(8, 16), { truncate: 20 }))
 */
export function recurrent(cell: RecurrentCell, options: RecurrentOptions = {}): (x: Values<Shape>) => Node<[number]> {
  checkOptions('recurrent', options, ['truncate', 'reset', 'name'])
  const { truncate = 1, reset, name = 'recurrent' } = options
  if (typeof cell?.step !== 'function') {
    throw new GraphError('needs a cell', 'recurrent', 'For example recurrent(gruCell(4, 8))')
  }
  const label = `recurrent(${cell.label})`
  if (!Number.isInteger(truncate) || truncate < 1) {
    throw new ValueError({
      what: 'that many events cannot be looked back on', where: label, got: truncate, wanted: 'a positive integer',
      hint: 'Use 1 to carry the state without gradients through time.',
    })
  }
  return (x) => {
    const node = denseNode(x, label)
    if (node.shape.length !== 1 || node.shape[0] !== cell.inputs) {
      throw new ShapeError({
        what: 'the number of inputs differs', where: `${label} after ${node.label}`, got: node.shape,
        wanted: [cell.inputs], hint: 'Give it one vector per event.',
      })
    }
    const key = reset === undefined ? null : asNode(reset, label)
    return unrolled(cell, truncate, node as Any, key, name) as Node<[number]>
  }
}

function unrolled(cell: RecurrentCell, length: number, x: Any, key: AnyNode | null, name: string): Any {
  const memories: Memory[] = []
  const same = key === null ? null : sameKey(key as Any, memories)
  const kept = (node: Any): Any => (same === null ? node : mul(node, same) as Any)
  const starts = cell.states.map((size, k) => memory([size], cell.states.length === 1 ? 'state' : `state${k}`))
  let state: readonly Any[] = starts.map((start) => kept(start as Any))
  if (length > 1) {
    const past = memory([length - 1, cell.inputs], 'inputs')
    const count = memory([1], 'count')
    const seen = kept(count as Any)
    const rows = concat([past as Any, reshape([1, cell.inputs])(x)]) as Any
    for (let j = 0; j < length - 1; j++) {
      const row = reshape([cell.inputs])(slice(j, j + 1)(rows)) as Any
      state = masked(cell.step(row, state), state, validity(seen, length - 1 - j))
      if (j === 0) starts.forEach((start, k) => memories.push([state[k]!, start]))
    }
    memories.push([slice(1, length)(rows) as Any, past], [minimum(add(seen, 1), length - 1) as Any, count])
  }
  const next = cell.step(x, state)
  if (length === 1) starts.forEach((start, k) => memories.push([next[k]!, start]))
  return remember(next[0]!, memories, name)
}

function memory(shape: Shape, role: string): Leaf {
  return buffer({ shape, initializer: zeros() }, { role, precision: 'run' })
}

/** 1 while the key stays the same, else 0. */
function sameKey(key: Any, memories: Memory[]): Any {
  const last = memory(key.shape, 'key')
  memories.push([key, last])
  return sub(1, hardtanh(0, 1)(abs(sub(key, last as Any) as Any))) as Any
}

/** 1 when at least `age` inputs have been seen before this one, else 0. */
function validity(seen: Any, age: number): Any {
  return hardtanh(0, 1)(sub(seen, age - 1) as Any)
}

/** Exactly the new state where `valid` is 1, exactly the old one where it is 0. */
function masked(next: readonly Any[], before: readonly Any[], valid: Any): readonly Any[] {
  const invalid = sub(1, valid) as Any
  return next.map((part, k) => add(mul(part, valid) as Any, mul(before[k]!, invalid) as Any) as Any)
}

import type { Gradient, Optimizer, Scope, Slot, UpdateTarget } from '@eddy/graph'

/**
 * What an optimizer puts on the tape, as text: two with the same text differ in their coefficients alone, so one
 * program serves both. null when that cannot be told, because the optimizer calls back into JavaScript.
 */
export function formOf(optimizer: Optimizer): string | null {
  const words: unknown[] = [optimizer.cells, optimizer.bounded, optimizer.schedule !== undefined]
  let next = 1
  const slot = (size: number, pairs = 0): Slot => ({ at: 16 * next++, size, shape: [size], dtype: 'f32', pairs })
  let calls = 0
  const scope: Scope = {
    dtype: 'f32', key: 0,
    emit: (opcode, ...operands) => {
      words.push(opcode, ...operands.map((operand) => (
        typeof operand === 'object' && 'at' in operand ? operand.at : operand
      )))
    },
    temporary: (size) => slot(size),
    view: () => new Float32Array(1),
    call: () => void calls++,
  }
  const specs = optimizer.slots([3, 5])
  const targets = gradients(slot).map((gradient): UpdateTarget => (
    { value: { ...slot(15), shape: [3, 5] }, gradient, slots: specs.map(() => slot(15)) }
  ))
  try {
    optimizer.prelude?.(scope, targets, 8, slot(1))
    for (const target of targets) optimizer.update(scope, target, 8)
  } catch {
    return null
  }
  return calls > 0 ? null : JSON.stringify([specs, words])
}

/** One gradient of each layout. */
function gradients(slot: (size: number, pairs?: number) => Slot): readonly Gradient[] {
  return [
    { kind: 'dense', slot: slot(15) },
    { kind: 'outer', rows: slot(3), columns: slot(5) },
    { kind: 'rows', gradient: slot(5), pairs: slot(2, 2) },
    { kind: 'lookup', gradient: slot(5), index: slot(1) },
  ]
}

/** An optimizer that is another one at every turn; all have the form of `first`. */
export function takeTurns(first: Optimizer, current: () => Optimizer): Optimizer {
  const { schedule } = first
  return {
    ...first, constant: false,
    coefficients: (step, state, out, at) => current().coefficients(step, state, out, at),
    ...(schedule === undefined ? {} : {
      schedule: { initial: schedule.initial, observe: (state, loss) => current().schedule!.observe(state, loss) },
    }),
  }
}

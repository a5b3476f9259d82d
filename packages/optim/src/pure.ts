import { Arena } from '@eddy/kernels'
import type { Optimizer, Slot, UpdateTarget } from '@eddy/graph'
import { allocate, Tensor, ValueError } from '@eddy/tensor'
import { Bench } from './bench.ts'
import { checkGradient, type GradientValue } from './gradient-value.ts'
import { checkKeys } from './keys.ts'

export type Parameters = Readonly<Record<string, Tensor>>

/** What an optimizer remembers between updates: an immutable tree. */
export interface OptimizerState {
  /** Updates made so far. */
  readonly step: number
  /** By parameter, then by slot. */
  readonly slots: Readonly<Record<string, Readonly<Record<string, Tensor>>>>
  /** State of a schedule that watches the loss, else null. */
  readonly schedule: unknown
}

/** By parameter. */
export type Gradients = Readonly<Record<string, GradientValue>>

export interface Updated {
  readonly state: OptimizerState
  readonly parameters: Parameters
}

/** An optimizer as two pure functions. */
export interface UpdatePair {
  readonly init: (parameters: Parameters) => OptimizerState
  /** A parameter without a gradient stays as it is. `loss` is for optimizers and schedules that look at it. */
  readonly update: (
    state: OptimizerState, parameters: Parameters, gradients: Gradients, loss?: number,
  ) => Updated
}

/**
 * An optimizer as a pair of pure functions: immutable tensors in, immutable tensors out, inputs untouched and shared
 * where nothing changed. Any `Optimizer` of the graph will do, your own too.
 * It runs the very instructions that a training graph runs, in a private arena, so that no formula exists twice and the
 * results agree bit for bit. For tests, for teaching, and for training without a graph; a graph is faster.
 * @throws ValueError or ShapeError when a gradient does not fit or is not finite; KeyError for a name that is not data.
 * @example
 * const { init, update } = pure(adam({ learningRate: 0.01 }))
 * let state = init({ w }), parameters = { w }
 * ;({ state, parameters } = update(state, parameters, { w: gradient }))
 */
export function pure(optimizer: Optimizer): UpdatePair {
  const callbacks: (() => void)[] = []
  let arena: Arena | null = null
  const update: UpdatePair['update'] = (state, parameters, gradients, loss) => {
    const names = checkUpdate(optimizer, state, parameters, gradients)
    arena ??= Arena.create({ call: (id) => callbacks[id]!() })
    const bench = new Bench(arena, callbacks, parameters[names[0] ?? '']?.dtype ?? 'f32')
    try {
      const changed = updated(bench, optimizer, names, state, parameters, gradients, loss)
      return Object.freeze({ state: nextState(optimizer, state, changed, loss), parameters: changed.parameters })
    } finally {
      bench.free()
      callbacks.length = 0
    }
  }
  return Object.freeze({ init: (parameters: Parameters) => initialState(optimizer, parameters), update })
}

function initialState(optimizer: Optimizer, parameters: Parameters): OptimizerState {
  checkKeys(parameters, 'init')
  const slots = Object.entries(parameters).map(([name, { shape, dtype, size }]) => {
    const own = optimizer.slots(shape).map((slot) => (
      [slot.name, Object.freeze(Tensor.of(shape, allocate(dtype, size).fill(slot.fill)))] as const
    ))
    return [name, Object.freeze(Object.fromEntries(own))] as const
  })
  const schedule = optimizer.schedule?.initial ?? null
  return Object.freeze({ step: 0, slots: Object.freeze(Object.fromEntries(slots)), schedule })
}

type Changed = Pick<OptimizerState, 'slots'> & { readonly parameters: Parameters }

function updated(
  bench: Bench, optimizer: Optimizer, names: readonly string[], state: OptimizerState, parameters: Parameters,
  gradients: Gradients, loss: number | undefined,
): Changed {
  const targets: UpdateTarget[] = names.map((name) => {
    const parameter = parameters[name]!
    const slots = optimizer.slots(parameter.shape).map((slot) => bench.put(state.slots[name]![slot.name]!))
    return { value: bench.put(parameter), gradient: bench.putGradient(gradients[name]!), slots }
  })
  const coefficients = new Float64Array(optimizer.cells)
  optimizer.coefficients(state.step, state.schedule, coefficients, 0)
  const cells = bench.put(Tensor.of([optimizer.cells], coefficients)).at
  optimizer.prelude?.(bench.scope, targets, cells, lossSlot(bench, loss))
  for (const target of targets) optimizer.update(bench.scope, target, cells)
  bench.run(state.step)

  const newParameters = { ...parameters }
  const newSlots = { ...state.slots }
  names.forEach((name, k) => {
    const { value, slots } = targets[k]!
    const before = state.slots[name]!
    newParameters[name] = bench.take(value, parameters[name]!)
    const own = optimizer.slots(value.shape).map((slot, i) => (
      [slot.name, bench.take(slots[i]!, before[slot.name]!)] as const
    ))
    const same = own.every(([slot, tensor]) => tensor === before[slot])
    newSlots[name] = same ? before : Object.freeze(Object.fromEntries(own))
  })
  return { parameters: Object.freeze(newParameters), slots: Object.freeze(newSlots) }
}

/** The loss as the prelude may read it; one that was not given throws when it is read. */
function lossSlot(bench: Bench, loss: number | undefined): Slot {
  const { dtype } = bench.scope
  if (loss !== undefined) return bench.put(Tensor.of([], allocate(dtype, 1).fill(loss)))
  return {
    size: 1, shape: [], dtype, pairs: 0,
    get at(): never {
      throw refuse('this optimizer looks at the loss', loss, 'update(state, parameters, gradients, loss)')
    },
  }
}

function nextState(
  optimizer: Optimizer, state: OptimizerState, { slots }: Changed, loss: number | undefined,
): OptimizerState {
  const observe = optimizer.schedule?.observe
  const schedule = observe !== undefined && loss !== undefined ? observe(state.schedule, loss) : state.schedule
  return Object.freeze({ step: state.step + 1, slots, schedule })
}

/** The names to update, in the order of `parameters`: it is the order in which a global norm is summed. */
function checkUpdate(
  optimizer: Optimizer, state: OptimizerState, parameters: Parameters, gradients: Gradients,
): readonly string[] {
  checkKeys(parameters, 'update')
  const names = Object.keys(parameters).filter((name) => Object.hasOwn(gradients, name))
  const stranger = Object.keys(gradients).find((name) => !Object.hasOwn(parameters, name))
  if (stranger !== undefined) throw refuse('a gradient has no parameter', stranger, Object.keys(parameters).join(', '))
  for (const name of names) {
    const parameter = parameters[name]!
    checkGradient(name, parameter, gradients[name]!)
    if (parameter.dtype !== parameters[names[0]!]!.dtype) {
      throw refuse(`${name} has another element type than ${names[0]}`, parameter.dtype, 'one dtype for all')
    }
    for (const slot of optimizer.slots(parameter.shape)) {
      const tensor = state.slots[name]?.[slot.name]
      if (tensor?.size !== parameter.size || tensor.dtype !== parameter.dtype) {
        throw refuse(`the state has no slot ${slot.name} that fits ${name}`, tensor ?? null, `a tensor like ${name}`)
      }
    }
  }
  return names
}

function refuse(what: string, got: unknown, wanted: string): ValueError {
  return new ValueError({
    what, where: 'update', got, wanted, hint: 'Use the state that init or update returned for these parameters.',
  })
}

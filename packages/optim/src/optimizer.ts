import { type Operand } from '@eddy/kernels'
import * as layout from '@eddy/kernels/layout'
import * as op from '@eddy/kernels/op'
import * as rule from '@eddy/kernels/rule'
import type { Optimizer, OptimizerSlot, Scope, Slot, UpdateTarget } from '@eddy/graph'
import { ValueError } from '@eddy/tensor'
import { isBounded } from './bound.ts'
import { layoutOperands } from './layout-operands.ts'
import { publish } from './training-state.ts'
import type { Transform } from './transform.ts'

/** An optimizer made of transforms; `chain` puts more in front of them. */
export interface TransformOptimizer extends Optimizer {
  readonly transforms: readonly Transform[]
}

interface Place {
  readonly transform: Transform
  /** Index of its first slot among all slots of the optimizer. */
  readonly slotIndex: number
  /** Byte offset of its cells. */
  readonly cellsOffset: number
  /** How many events make one of its steps. */
  readonly window: number
}

/**
 * Makes a list of transforms into the graph's `Optimizer`: one UPDATE instruction per parameter, and sweeps. With
 * `accumulate` there are two: one that sums every event's gradient, and one for the sum, skipped at most events.
 * @throws ValueError unless the last transform, and no other, writes the weight; when a transform that looks at the raw
 * gradients is not the first; when two transforms accumulate; or when two schedules watch the loss.
 */
export function optimizerOf(name: string, transforms: readonly Transform[]): TransformOptimizer {
  checkOrder(name, transforms)
  const places = placesOf(transforms)
  const slots = Object.freeze(namedSlots(transforms))
  const watch = transforms.find((transform) => transform.watch !== undefined)?.watch
  return Object.freeze({
    name,
    transforms: Object.freeze([...transforms]),
    slots: () => slots,
    cells: transforms.reduce((sum, transform) => sum + transform.cells, 0),
    constant: transforms.every((transform) => transform.constant),
    coefficients: (step: number, schedule: unknown, out: Float64Array, at: number) => {
      for (const { transform, cellsOffset, window } of places) {
        transform.coefficients(Math.floor(step / window), schedule, out, at + cellsOffset / 8)
      }
    },
    prelude: (scope: Scope, targets: readonly UpdateTarget[], cells: number, loss: Slot) => {
      for (const { transform, cellsOffset } of places) transform.prelude?.(scope, targets, cells + cellsOffset, loss)
    },
    update: (scope: Scope, target: UpdateTarget, cells: number) => emitUpdate(scope, target, cells, places),
    bounded: isBounded(transforms),
    local: transforms.every((transform) => transform.window === undefined),
    publish,
    ...(watch === undefined ? {} : { schedule: watch }),
  })
}

function placesOf(transforms: readonly Transform[]): readonly Place[] {
  let slotIndex = 0
  let cellsOffset = 0
  let window = 1
  return transforms.map((transform) => {
    const place = { transform, slotIndex, cellsOffset, window }
    slotIndex += transform.slots.length
    cellsOffset += 8 * transform.cells
    window = transform.window ?? window
    return place
  })
}

/** The slots of all transforms; a name that comes again is numbered. */
function namedSlots(transforms: readonly Transform[]): readonly OptimizerSlot[] {
  const seen = new Map<string, number>()
  return transforms.flatMap((transform) => transform.slots).map(({ name, fill }) => {
    const count = seen.get(name) ?? 0
    seen.set(name, count + 1)
    return Object.freeze({ name: count === 0 ? name : `${name}_${count}`, fill })
  })
}

function emitUpdate(scope: Scope, target: UpdateTarget, cells: number, places: readonly Place[]): void {
  const { gradient } = target
  const isSparse = gradient.kind === 'rows' || gradient.kind === 'lookup'
  const ends = places.findIndex(({ transform }) => transform.window !== undefined) + 1
  const first = places.slice(0, ends === 0 ? places.length : ends)
  const operands = operandsOf(scope, target, cells, first)
  scope.emit(op.UPDATE, ...layoutOperands(target, gradient), first.length, ...operands)
  if (ends > 0) {
    const { slotIndex, cellsOffset } = first.at(-1)!
    const sum = target.slots[slotIndex]!
    const rest = [rule.scale, 3, cells + cellsOffset + 8, ...operandsOf(scope, target, cells, places.slice(ends))]
    const head = layoutOperands(target, { kind: 'dense', slot: sum })
    scope.emit(op.WHEN, cells + cellsOffset, words.head + head.length + 1 + rest.length + words.fill)
    if (isSparse) head[0] = layout.touched
    scope.emit(op.UPDATE, ...head, places.length - ends + 1, ...rest)
    scope.emit(op.FILL, sum, sum.size, { f64: 0 })
  }
  // Rows that a sparse gradient touches are flushed by UPDATE itself.
  if (!isSparse) emitSweeps(scope, target, places)
}

/** Words of an instruction before its operands, and of a whole FILL. */
const words = { head: 2, fill: 6 } as const

/** [rule, number of words, slots..., cells] of each transform. */
function operandsOf(
  scope: Scope, target: UpdateTarget, cells: number, places: readonly Place[],
): readonly (Operand | Slot)[] {
  return places.flatMap(({ transform, slotIndex, cellsOffset }) => {
    const slots = target.slots.slice(slotIndex, slotIndex + transform.slots.length)
    const prepared = transform.prepare?.(scope, target, cells + cellsOffset) ?? null
    const operands = transform.operands(slots, cells + cellsOffset, prepared)
    return [transform.rule, 2 + operands.length, ...operands]
  })
}

function emitSweeps(scope: Scope, target: UpdateTarget, places: readonly Place[]): void {
  for (const { transform, slotIndex } of places) {
    transform.sweeps.forEach((ticks, k) => {
      const slot = target.slots[slotIndex + k]!
      if (ticks > 0) scope.emit(op.SWEEP, slot, slot.size, ticks)
    })
  }
}

function checkOrder(name: string, transforms: readonly Transform[]): void {
  const names = transforms.map((transform) => transform.name)
  const refuse = (what: string, wanted: string, hint: string): never => {
    throw new ValueError({ what, where: name, got: names, wanted, hint })
  }
  const last = transforms.length - 1
  if (last < 0 || transforms.some((transform, k) => (transform.learningRateMax !== undefined) !== (k === last))) {
    refuse('exactly the last member must write the weight', 'transforms, then one optimizer',
      'End the chain with an optimizer such as adam(), or with applyLearningRate().')
  }
  const measuring = transforms.find(({ prelude, prepare }, k) => k > 0 && (prelude ?? prepare) !== undefined)
  if (measuring !== undefined) {
    refuse('a transform that measures the raw gradients stands behind another one', 'it in front',
      `Move ${measuring.name} to the front of the chain.`)
  }
  if (transforms.filter((transform) => transform.window !== undefined).length > 1) {
    refuse('two transforms accumulate', 'one', 'Keep one accumulate, with the product of both counts.')
  }
  if (transforms.filter((transform) => transform.watch !== undefined).length > 1) {
    refuse('two schedules watch the loss', 'one', 'Keep one reduceOnPlateau.')
  }
}

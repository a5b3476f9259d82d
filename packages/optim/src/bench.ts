import { type Arena, bytesOf, type Operand, pairs, Tape } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import type { Gradient, Scope, Slot } from '@eddy/graph'
import { type DType, EddyError, type Shape, sizeOf, Tensor } from '@eddy/tensor'
import type { GradientValue } from './gradient-value.ts'

/** The kernels refused an instruction: a defect of the optimizer that wrote it, or of the kernels. */
export class UpdateError extends EddyError {
  override readonly name = 'UpdateError'
}

/**
 * A private place to run a few instructions once, outside any graph: tensors in, instructions, tensors out.
 * `free` gives everything back, so one arena serves any number of benches.
 */
export class Bench {
  readonly scope: Scope
  readonly #arena: Arena
  readonly #dtype: DType
  readonly #tape = new Tape()
  readonly #blocks: number[] = []

  /** `callbacks` must be what the arena's call function looks ids up in. */
  constructor(arena: Arena, callbacks: (() => void)[], dtype: DType) {
    this.#arena = arena
    this.#dtype = dtype
    this.scope = {
      dtype,
      key: 0,
      emit: (opcode, ...operands) => this.#tape.emit(opcode, ...operands.map(addressOf)),
      temporary: (size, own) => this.slot([size], own),
      view: (slot) => arena.array(slot.dtype, slot.at, slot.size),
      call: (callback) => this.#tape.emit(op.CALL, callbacks.push(callback) - 1),
    }
  }

  slot(shape: Shape, dtype: DType = this.#dtype): Slot {
    const size = sizeOf(shape)
    return { at: this.#block(size * bytesOf[dtype]), size, shape, dtype, pairs: 0 }
  }

  put({ shape, dtype, data }: Tensor): Slot {
    const slot = this.slot(shape, dtype)
    this.#arena.write(dtype, slot.at, data)
    return slot
  }

  putGradient(gradient: GradientValue): Gradient {
    if (gradient instanceof Tensor) return { kind: 'dense', slot: this.put(gradient) }
    switch (gradient.kind) {
      case 'outer':
        return { kind: 'outer', rows: this.put(gradient.rows), columns: this.put(gradient.columns) }
      case 'rows':
        return { kind: 'rows', gradient: this.put(gradient.gradient), pairs: this.#putPairs(gradient) }
      case 'lookup': {
        const index = this.slot([gradient.indices.length])
        this.#arena.write(index.dtype, index.at, gradient.indices)
        return { kind: 'lookup', gradient: this.put(gradient.gradient), index }
      }
    }
  }

  /** The tensor `before` itself when no bit of the slot differs from it. */
  take(slot: Slot, before: Tensor): Tensor {
    const after = Tensor.of(before.shape, this.#arena.read(slot.dtype, slot.at, slot.size))
    return after.equals(before) ? before : Object.freeze(after)
  }

  /** Runs everything emitted so far, as part of update number `step`. */
  run(step: number): void {
    this.#arena.control.step = step
    const tape = this.#tape.place(this.#arena)
    this.#blocks.push(tape.from)
    if (this.#arena.run(this.#dtype, tape.from, tape.to) !== 0) {
      const { error, errorInfo } = this.#arena.control
      throw new UpdateError('E_UPDATE', `update: the machine stopped with fault ${error} (${errorInfo}). `
        + 'Nothing was updated. Report it with the optimizer that you used.')
    }
  }

  free(): void {
    for (const at of this.#blocks.splice(0)) this.#arena.free(at)
  }

  #putPairs({ indices, values }: { readonly indices: readonly number[]; readonly values: Tensor }): Slot {
    const capacity = Math.max(1, indices.length)
    const at = this.#block(pairs.bytes(this.#dtype, capacity))
    pairs.write(this.#arena, this.#dtype, at, capacity, indices, values.data)
    return { at, size: capacity, shape: [capacity], dtype: this.#dtype, pairs: capacity }
  }

  #block(bytes: number): number {
    const at = this.#arena.alloc(Math.max(bytes, 16))
    this.#blocks.push(at)
    return at
  }
}

function addressOf(operand: Operand | Slot): Operand {
  return typeof operand === 'object' && 'at' in operand ? operand.at : operand
}

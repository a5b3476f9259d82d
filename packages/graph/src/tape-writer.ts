import { bytesOf, type Operand, Tape } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import { type DType, type Shape, sizeOf } from '@eddy/tensor'
import type { AnyNode } from './node.ts'
import type { Scope } from './operator.ts'
import { sharedArena } from './shared-arena.ts'
import type { Slot } from './slot.ts'
import type { Store } from './store.ts'

/** Where in an event's life an instruction, or a failure, belongs. */
export type Phase = 'input' | 'forward' | 'loss' | 'backward' | 'update' | 'observe'

/** A range of tape words that belongs to one node. */
interface Owned {
  readonly from: number
  readonly node: AnyNode
  readonly phase: Phase
}

/** A stretch of tape, in byte addresses once the tape is placed. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Memory and instructions of one program, so that they can be given back. */
export class TapeWriter {
  readonly store: Store
  readonly memory = sharedArena(this)
  readonly #tape = new Tape()
  readonly #owners: Owned[] = []
  readonly #calls = new Map<number, () => void>()
  #base = 0
  /** The JavaScript operator that is running, for blame when it throws. */
  culprit: { readonly node: AnyNode; readonly phase: Phase } | null = null

  constructor(store: Store) {
    this.store = store
  }

  /** Position of the next instruction, in words. */
  get position(): number {
    return this.#tape.length
  }

  /** Whether the tape calls back into JavaScript. */
  get hasCalls(): boolean {
    return this.#calls.size > 0
  }

  bytes(count: number): number {
    return this.memory.alloc(count)
  }

  slot(shape: Shape, dtype: DType = this.store.dtype): Slot {
    const size = sizeOf(shape)
    return { at: this.bytes(size * bytesOf[dtype]), size, shape, dtype, pairs: 0 }
  }

  /** What `node` may do while `phase` is being written; all it emits is blamed on it. */
  scope(node: AnyNode, phase: Phase): Scope {
    this.#owners.push({ from: this.position, node, phase })
    const { store } = this
    return {
      dtype: store.dtype,
      key: hashOf(node.name),
      emit: (opcode, ...operands) => this.emit(opcode, ...operands),
      temporary: (size, dtype) => this.slot([size], dtype),
      view: (slot) => store.arena.array(slot.dtype, slot.at, slot.size),
      call: (callback) => {
        const blame = { node, phase }
        const call = (): void => {
          this.culprit = blame
          callback()
          this.culprit = null
        }
        const id = this.memory.registerCall(call)
        this.#calls.set(id, call)
        this.emit(op.CALL, id)
      },
    }
  }

  emit(opcode: number, ...operands: readonly (Operand | Slot)[]): void {
    this.#tape.emit(opcode, ...operands.map((operand) => (isSlot(operand) ? operand.at : operand)))
  }

  /** Puts the tape into the arena. Ranges and owners are meaningful after that. */
  place(): void {
    const placed = this.#tape.place(this.store.arena)
    this.memory.adopt(placed.from)
    this.#base = placed.from
  }

  range(from: number, to: number): Range {
    return { from: this.#base + 4 * from, to: this.#base + 4 * to }
  }

  /** The node whose instruction stands at a byte address. */
  ownerOf(address: number): { readonly node: AnyNode; readonly phase: Phase } | null {
    const word = (address - this.#base) / 4
    let owner: Owned | null = null
    for (const candidate of this.#owners) {
      if (candidate.from > word) break
      owner = candidate
    }
    return owner
  }

  /** Gives all memory and callbacks back. */
  free(): void {
    this.memory.clear()
    for (const id of this.#calls.keys()) this.memory.releaseCall(id)
  }
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo): a number that depends on nothing but the name. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash | 0
}

function isSlot(operand: Operand | Slot): operand is Slot {
  return typeof operand === 'object' && 'at' in operand
}

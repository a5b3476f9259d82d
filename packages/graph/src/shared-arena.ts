import { Arena } from '@eddy/kernels'
import { type Reservation, Reservations } from './reservations.ts'

/**
 * One owner's part of the process-wide arena.
 *
 * All models share one WebAssembly memory, because engines reserve gigabytes of address space for each one and a
 * hundred models would exhaust it. An owner that is garbage collected gives its blocks back.
 */
export class SharedArena {
  readonly arena: Arena
  readonly #blocks: Set<number>

  constructor(arena: Arena, blocks: Set<number>) {
    this.arena = arena
    this.#blocks = blocks
  }

  alloc(bytes: number): number {
    const at = this.arena.alloc(Math.max(bytes, 16))
    this.#blocks.add(at)
    return at
  }

  /** Address space for a table that grows, see `Reservations#take`; `free` gives it back. */
  reserve(needed: number, wanted: number): Reservation | null {
    const reservation = reservations!.take(needed, wanted)
    if (reservation !== null) this.#blocks.add(reservation.at)
    return reservation
  }

  /** Takes over a block that was allocated elsewhere. */
  adopt(at: number): void {
    this.#blocks.add(at)
  }

  free(at: number): void {
    if (this.#blocks.delete(at)) release(at)
  }

  /** Frees all there is. */
  clear(): void {
    for (const at of this.#blocks) this.free(at)
  }

  /** Who has told the machine last where its frame stands: a number from `newcomer`, or 0. */
  get occupant(): number {
    return occupant
  }

  set occupant(who: number) {
    occupant = who
  }

  /** Registers a JavaScript operator for the CALL instruction; whoever does so keeps it as long as it is needed. */
  registerCall(callback: () => void): number {
    const id = nextCall++
    calls.set(id, new WeakRef(callback))
    return id
  }

  releaseCall(id: number): void {
    calls.delete(id)
  }
}

/** They refer to their programs, which may be collected. */
const calls = new Map<number, WeakRef<() => void>>()
let nextCall = 1
let shared: Arena | null = null
let occupant = 0
let newcomers = 0
let reservations: Reservations | null = null

const leftovers = new FinalizationRegistry<Set<number>>((blocks) => {
  for (const at of blocks) release(at)
})

function release(at: number): void {
  if (!reservations!.release(at)) shared!.free(at)
}

/** A number for somebody who runs frames. */
export function newcomer(): number {
  return ++newcomers
}

/** The arena of this process, and what `owner` has in it. */
export function sharedArena(owner: object): SharedArena {
  shared ??= Arena.create({ call: (id) => calls.get(id)!.deref()!() })
  reservations ??= new Reservations(shared)
  const blocks = new Set<number>()
  leftovers.register(owner, blocks)
  return new SharedArena(shared, blocks)
}

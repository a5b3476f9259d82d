import { packed } from './wasm.ts'

/** What the compiled module exports; see assembly/index.ts. */
interface Exports {
  readonly memory: WebAssembly.Memory
  fit(block: number, inputs: number, size: number, noise: number, wider: number, traceMax: number): number
  nearest(
    columns: number, squares: number, query: number, window: number, width: number, count: number, own: number,
    distances: number, places: number,
  ): void
}

/** A piece of the module's memory: its address, a multiple of 16, and its size in bytes. */
export interface Room {
  readonly at: number
  readonly bytes: number
}

const smallest = 1024
const pageBytes = 2 ** 16

/**
 * The compiled module of this package and its memory, which all models share: engines reserve gigabytes of address
 * space for each memory. It is handed out in powers of two; an owner that is garbage collected gives its rooms back.
 */
class Compiled {
  readonly fit: Exports['fit']
  readonly nearest: Exports['nearest']
  /** The memory, another object once it has grown: take it anew for each use. */
  f64!: Float64Array
  i32!: Int32Array
  readonly #memory: WebAssembly.Memory
  #end = pageBytes
  /** Addresses that are free, by size. */
  readonly #free = new Map<number, number[]>()
  readonly #leftovers = new FinalizationRegistry<Room>((room) => this.#release(room))

  constructor() {
    const module = new WebAssembly.Module(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)))
    const { memory, fit, nearest } = new WebAssembly.Instance(module).exports as unknown as Exports
    this.#memory = memory
    this.fit = fit
    this.nearest = nearest
    this.#look()
  }

  /** Room for so many f64, all of them 0. @throws RangeError when memory is exhausted. */
  take(owner: object, numbers: number): Room {
    let bytes = smallest
    while (bytes < 8 * numbers) bytes *= 2
    const room = { at: this.#free.get(bytes)?.pop() ?? this.#append(bytes), bytes }
    this.f64.fill(0, room.at >>> 3, (room.at + bytes) >>> 3)
    this.#leftovers.register(owner, room, room)
    return room
  }

  /** Gives a room back before its owner is gone. */
  free(room: Room): void {
    this.#leftovers.unregister(room)
    this.#release(room)
  }

  #release({ at, bytes }: Room): void {
    const free = this.#free.get(bytes)
    if (free === undefined) this.#free.set(bytes, [at])
    else free.push(at)
  }

  #append(bytes: number): number {
    const at = this.#end
    const { byteLength } = this.#memory.buffer
    if (at + bytes > byteLength) {
      this.#memory.grow(Math.ceil(Math.max(bytes, Math.min(byteLength, 2 ** 30)) / pageBytes))
      this.#look()
    }
    this.#end += bytes
    return at
  }

  #look(): void {
    this.f64 = new Float64Array(this.#memory.buffer)
    this.i32 = new Int32Array(this.#memory.buffer)
  }
}

let running: Compiled | null = null

/** Made once in a process, when it is first asked for. */
export function compiled(): Compiled {
  return (running ??= new Compiled())
}

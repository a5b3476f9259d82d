import { ByteWriter } from './byte-writer.ts'
import { bytesOfRoom, giveRoom, type Room, takeRoom } from './engine.ts'

/** Rooms of writers that nobody holds any more. */
const left = /* @__PURE__ */ new FinalizationRegistry<Room>(giveRoom)

/**
 * A writer whose bytes are in the engine's memory, unless they are many: what the engine finds is written there, and
 * looked at, without a copy. Memory that has grown leaves arrays behind that have no elements: after a room was taken,
 * `clear` or `reserve` comes before the next byte. Takes room when the first byte is written.
 */
export class EngineWriter extends ByteWriter {
  #room: Room | null = null
  readonly #least: number

  constructor(least: number) {
    super(0)
    this.#least = least
  }

  override clear(): void {
    this.#find()
    super.clear()
  }

  /** Gives the room back; nothing is written any more. */
  release(): void {
    this.length = 0
    this.use(new Uint8Array(0))
    if (this.#room === null) return
    left.unregister(this)
    giveRoom(this.#room)
    this.#room = null
  }

  protected override grow(wanted: number): void {
    this.#find()
    if (this.bytes.length >= wanted) return
    const capacity = Math.max(wanted, this.#least)
    const written = this.written.slice()
    const room = takeRoom(capacity)
    this.release()
    if (room !== null) left.register(this, room, this)
    this.#room = room
    this.use(room === null ? new Uint8Array(capacity) : bytesOfRoom(room))
    this.raw(written)
  }

  #find(): void {
    if (this.#room !== null && this.bytes.length === 0) this.use(bytesOfRoom(this.#room))
  }
}

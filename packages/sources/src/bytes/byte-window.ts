/** The bytes of a stream that have come and are not used up yet: `bytes` from `start` to its end. */
export class ByteWindow {
  bytes = new Uint8Array(0)
  start = 0
  /** Bytes of the stream before `start`. */
  offset = 0
  #room = new Uint8Array(256)

  get end(): number {
    return this.bytes.length
  }

  /** Appends a copy of a chunk. Earlier indexes into `bytes` lose their meaning; those relative to `start` keep it. */
  append(chunk: Uint8Array): void {
    const alive = this.bytes.subarray(this.start)
    const needed = alive.length + chunk.length
    let end = this.bytes.length
    if (end + chunk.length > this.#room.length) {
      const room = needed * 2 > this.#room.length ? new Uint8Array(needed * 2) : this.#room
      room.set(alive)
      this.#room = room
      this.start = 0
      end = alive.length
    }
    this.#room.set(chunk, end)
    this.bytes = this.#room.subarray(0, end + chunk.length)
  }

  /** Uses up the next `count` bytes. */
  advance(count: number): void {
    this.start += count
    this.offset += count
  }
}

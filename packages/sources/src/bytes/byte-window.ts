/** The bytes of a stream that have come and are not used up yet. `bytes[start..end)` are alive. */
export class ByteWindow {
  bytes = new Uint8Array(256)
  start = 0
  end = 0
  /** Bytes of the stream before `start`. */
  offset = 0

  /** Appends a copy of a chunk. Earlier indexes into `bytes` lose their meaning; those relative to `start` keep it. */
  append(chunk: Uint8Array): void {
    const alive = this.end - this.start
    if (this.end + chunk.length > this.bytes.length) {
      const needed = alive + chunk.length
      const room = needed * 2 > this.bytes.length ? new Uint8Array(needed * 2) : this.bytes
      room.set(this.bytes.subarray(this.start, this.end))
      this.bytes = room
      this.start = 0
      this.end = alive
    }
    this.bytes.set(chunk, this.end)
    this.end += chunk.length
  }

  /** Uses up the next `count` bytes. */
  advance(count: number): void {
    this.start += count
    this.offset += count
  }
}

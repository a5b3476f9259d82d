import { burstLength, type BurstRing } from './burst-ring.ts'
import { Intake } from './intake.ts'
import type { Program } from './program.ts'

/** What takes more bytes than this is copied for each burst. */
const bytesMax = 2 ** 28

/** The inputs of a list of events, copied once: row k belongs to event k. */
export class ResidentRows {
  readonly events: readonly unknown[]
  readonly #program: Program
  /** A block of rows for each input, one block after the other. */
  readonly #at: number
  readonly #strides: readonly number[]
  /** How many rows from each one on are whole, at most as many as a burst takes. */
  readonly #whole: Uint16Array

  /** @throws RangeError when there is no room. */
  constructor(program: Program, inputs: BurstRing['inputs'], events: readonly unknown[]) {
    this.events = events
    this.#program = program
    this.#strides = [...inputs.values()].map(({ stride }) => stride)
    this.#whole = new Uint16Array(events.length + 1)
    const bytes = events.length * this.#strides.reduce((sum, stride) => sum + stride, 0)
    if (bytes > bytesMax) throw new RangeError(`${bytes} bytes of resident events, at most ${bytesMax}`)
    this.#at = program.writer.bytes(bytes)
    const rows = this.rowsAt(0)
    this.#fill([...inputs].map(([node, { slot, stride }], i) => (
      new Intake(program.store, node, { ...slot, at: rows[i]! }, stride)
    )))
  }

  /** How many events from `from` on one burst can take from here. */
  count(from: number): number {
    return this.#whole[from]!
  }

  /** Where the row of an event stands, for each input. */
  rowsAt(event: number): readonly number[] {
    let block = this.#at
    return this.#strides.map((stride) => {
      const at = block + event * stride
      block += this.events.length * stride
      return at
    })
  }

  free(): void {
    this.#program.writer.memory.free(this.#at)
  }

  /** An event that cannot be written is left to the host, which reports what is wrong with it. */
  #fill(intakes: readonly Intake[]): void {
    const whole = this.#whole
    for (let k = this.events.length - 1; k >= 0; k--) {
      try {
        for (const intake of intakes) intake.write(intake.select(this.events[k]), k)
        whole[k] = Math.min(burstLength, whole[k + 1]! + 1)
      } catch {
        whole[k] = 0
      }
    }
  }
}

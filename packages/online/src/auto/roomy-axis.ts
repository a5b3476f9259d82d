import type { Axis } from '@eddy/graph'

const leastRoom = 1024

/**
 * An axis with room: so many rows that a new name seldom asks for more. Rows that nobody has named yet are drawn
 * already, and stay as they were drawn until somebody does: a row is a function of the seed and its number alone.
 * Formula: the least power of two from 1,024 on that holds the names, so that it is a function of their number.
 */
export class RoomyAxis implements Axis {
  readonly #axis: Axis
  #room = leastRoom

  constructor(axis: Axis) {
    this.#axis = axis
  }

  get size(): number {
    const { size } = this.#axis
    while (this.#room < size) this.#room *= 2
    // Names that are taken back take their rows with them.
    while (this.#room > leastRoom && this.#room / 2 >= size) this.#room /= 2
    return this.#room
  }

  get pairs(): number {
    return this.#axis.pairs
  }
}

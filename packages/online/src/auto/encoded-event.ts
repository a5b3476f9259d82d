import { PairList } from './pair-list.ts'

/** A field that has one of several values; the same object whenever its name is known. */
export interface Category {
  readonly field: string
  /** Slot of the field with this value on the named axis; -1 for one that was never learned. */
  readonly slot: number
  readonly hash: number
  /** A part of a date, which says when and not which. */
  readonly ofTime: boolean
}

/**
 * One event as the experts see it; reused from event to event, so that nothing is allocated: of each list, the first so
 * many elements count.
 */
export class EncodedEvent {
  /** Everything, along the named axis: standardised numbers, 1 for a category or a word's share. */
  readonly pairs = new PairList()
  /** Standardised numbers and the numbers of their columns. */
  readonly columns: number[] = []
  readonly values: number[] = []
  numbers = 0
  readonly categories: Category[] = []
  named = 0
  /** A hash of each field with its value, numbers in steps. */
  readonly bins: number[] = []
  fields = 0
  /** The bins, and each two of them, as rows of a table. */
  readonly crossed = new PairList()
  readonly binned = new PairList()

  clear(): void {
    this.pairs.clear()
    this.binned.clear()
    this.crossed.clear()
    this.numbers = this.named = this.fields = 0
  }

  number(column: number, z: number): void {
    this.columns[this.numbers] = column
    this.values[this.numbers++] = z
  }

  category(category: Category): void {
    this.categories[this.named++] = category
  }

  bin(hash: number): void {
    this.bins[this.fields++] = hash
  }
}

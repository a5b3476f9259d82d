import { PairList } from './pair-list.ts'

/** A field that has one of several values. */
export interface Category {
  readonly field: string
  readonly value: string
  readonly hash: number
  /** A part of a date, which says when and not which. */
  readonly ofTime: boolean
}

/** One event as the experts see it; reused from event to event. */
export class EncodedEvent {
  /** Everything, along the named axis: standardised numbers, 1 for a category or a word's share. */
  readonly pairs = new PairList()
  /** Standardised numbers and the numbers of their columns. */
  readonly columns: number[] = []
  readonly values: number[] = []
  readonly categories: Category[] = []
  /** A hash of each field with its value, numbers in steps. */
  readonly bins: number[] = []
  /** The bins, and each two of them, as rows of a table. */
  readonly crossed = new PairList()
  readonly binned = new PairList()

  clear(): void {
    this.pairs.clear()
    this.binned.clear()
    this.crossed.clear()
    this.columns.length = this.values.length = this.categories.length = this.bins.length = 0
  }
}

import type { Task } from 'eddy'

/** More different labels than these are not counted: they are no classes. */
const distinctMax = 1000
/** Whole numbers may be the numbers of so many classes. */
const numberedMax = 20

/** What the labels of a stream are like, collected one by one. */
export class LabelFacts {
  readonly #classes = new Set<string>()
  #count = 0
  #numbers = 0
  #whole = 0
  #booleans = 0
  #least = Infinity
  #greatest = -Infinity

  /** Labels seen; missing ones do not count. */
  get count(): number {
    return this.#count
  }

  /** The different labels as text: numbers by size, else by name. */
  get classes(): readonly string[] {
    const names = [...this.#classes]
    if (this.#numbers === this.#count) return names.sort((a, b) => Number(a) - Number(b))
    return names.sort((a, b) => (a < b ? -1 : 1))
  }

  add(label: unknown): void {
    if (label === null || label === undefined) return
    this.#count++
    if (typeof label === 'number') {
      this.#numbers++
      if (Number.isInteger(label)) this.#whole++
      this.#least = Math.min(this.#least, label)
      this.#greatest = Math.max(this.#greatest, label)
    } else if (typeof label === 'boolean') this.#booleans++
    if (this.#classes.size < distinctMax) this.#classes.add(String(label))
  }

  /** Whether most labels are numbers. */
  get areNumbers(): boolean {
    return this.#numbers >= this.#count * 0.5
  }

  /**
   * The task that such labels belong to. Two different labels are two classes; text is classes; numbers are numbers,
   * unless they are whole, few (3 to 20), without a gap from 0 or 1 on, and each comes up five times on average.
   */
  get task(): Task {
    const { size } = this.#classes
    if (this.#booleans === this.#count && this.#count > 0) return 'binary'
    if (this.#numbers < this.#count * 0.9) return size === 2 ? 'binary' : 'multiclass'
    if (this.#numbers < this.#count) return 'regression'
    if (size === 2 || (size === 1 && (this.#least === 0 || this.#least === 1))) return 'binary'
    const isNumbered = this.#whole === this.#count && (this.#least === 0 || this.#least === 1)
      && size === this.#greatest - this.#least + 1
    return isNumbered && size >= 3 && size <= numberedMax && this.#count >= 5 * size ? 'multiclass' : 'regression'
  }

  /** Two classes, the positive one last; the missing one of 0 and 1, or of false and true, is known. */
  get pair(): readonly string[] {
    const { classes } = this
    if (classes.length !== 1) return classes
    if (this.#booleans > 0) return ['false', 'true']
    return this.#numbers > 0 && (this.#least === 0 || this.#least === 1) ? ['0', '1'] : classes
  }
}

import type { SourceRecord } from '@eddy/sources'
import type { Task } from 'eddy'
import { wordOf } from './column-word.ts'
import { chanceOfNoOrder } from './label-order.ts'
import { numberText } from './number-text.ts'

/** More different labels than these are not counted: they are no classes. */
const distinctMax = 1000
/** Whole numbers may be the numbers of so many classes; of so many where their column is called so. */
const numberedMax = { unnamed: 30, named: 100 }
/** Labels that are looked at together with their records. */
const orderedMax = 1000
/** Whole numbers are amounts when their order is as telling as by chance only so seldom; many are so more readily. */
const chanceMax = (size: number): number => (size > 10 ? 0.05 : 0.01)

const noTexts: { readonly count: number; readonly first: string | null } = { count: 0, first: null }

/** Why whole numbers were taken for what they were: their column's name, their order, or neither. */
export type Reason = 'name' | 'order' | null

/** What the labels of a stream are like, collected one by one. */
export class LabelFacts {
  readonly #word: 'class' | 'amount' | null
  readonly #unseen: ReadonlySet<string>
  readonly #labels: number[] = []
  readonly #records: SourceRecord[] = []
  #guess: { readonly count: number; readonly task: Task; readonly reason: Reason } | null = null
  readonly #classes = new Set<string>()
  #count = 0
  #numbers = 0
  #whole = 0
  #booleans = 0
  /** Texts that are numbers, those that only look like some, and all others, with the first of each. */
  readonly #texts = { plain: noTexts, amount: noTexts, other: noTexts }
  #least = Infinity
  #greatest = -Infinity

  /** `target` is what their column is called; `ignore` are columns that are no features. */
  constructor({ target, ignore }: { readonly target: string; readonly ignore: readonly string[] }) {
    this.#word = wordOf(target)
    this.#unseen = new Set([target, ...ignore])
  }

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

  add(label: unknown, record: SourceRecord): void {
    if (label === null || label === undefined) return
    this.#count++
    if (typeof label === 'number') {
      this.#numbers++
      if (Number.isInteger(label)) this.#whole++
      this.#least = Math.min(this.#least, label)
      this.#greatest = Math.max(this.#greatest, label)
      if (this.#labels.length < orderedMax && this.#labels.push(label) > 0) this.#records.push(record)
    } else if (typeof label === 'boolean') this.#booleans++
    else {
      const text = String(label)
      const kind = numberText(text) ?? 'other'
      const { count, first } = this.#texts[kind]
      this.#texts[kind] = { count: count + 1, first: first ?? text }
    }
    if (this.#classes.size < distinctMax) this.#classes.add(String(label))
  }

  /** Whether most labels are numbers, or text that is one. */
  get areNumbers(): boolean {
    return this.#numbers + this.#texts.plain.count >= this.#count * 0.5
  }

  /** The first text that looks like a number and is none, where most labels are or look like numbers; else null. */
  get amount(): string | null {
    const { plain, amount } = this.#texts
    return this.#numbers + plain.count + amount.count >= this.#count * 0.5 ? amount.first : null
  }

  /** The first text that is a number, and the first label that is none. */
  get numeric(): { readonly text: string | null; readonly other: string | null } {
    return { text: this.#texts.plain.first, other: this.#texts.amount.first ?? this.#texts.other.first }
  }

  /** Whether there are too many different labels for classes: several, and most of them seldom. */
  get areMany(): boolean {
    const { size } = this.#classes
    return size > 2 && (size > numberedMax.unnamed || this.#count < 5 * size)
  }

  /** Whether all labels are whole numbers, as classes may be numbered by. */
  get areWhole(): boolean {
    return this.#whole === this.#count
  }

  /**
   * The task that such labels belong to. Two different labels are two classes; text is classes; numbers are numbers,
   * unless they are whole, 3 to 30, without a gap from 0 or 1 on, each comes up five times on average, and their order
   * means nothing. The name of their column overrules all that for whole numbers: `quality` holds amounts, `species`
   * up to 100 classes.
   */
  get task(): Task {
    return this.#guessed.task
  }

  /** What decided on `task`, where whole numbers could be both. */
  get reason(): Reason {
    return this.#guessed.reason
  }

  get #guessed(): { readonly task: Task; readonly reason: Reason } {
    // Comparing orders takes some milliseconds.
    if (this.#guess?.count !== this.#count) this.#guess = { ...this.#decided(), count: this.#count }
    return this.#guess!
  }

  #decided(): { readonly task: Task; readonly reason: Reason } {
    const { size } = this.#classes
    const as = (task: Task, reason: Reason = null): { task: Task; reason: Reason } => ({ task, reason })
    if (this.#booleans === this.#count && this.#count > 0) return as('binary')
    if (this.#numbers < this.#count * 0.9) return as(size === 2 ? 'binary' : 'multiclass')
    if (this.#numbers < this.#count) return as('regression')
    if (size === 2 || (size === 1 && (this.#least === 0 || this.#least === 1))) return as('binary')
    if (!this.areWhole || size < 3) return as('regression')
    if (this.#word === 'class') {
      return size <= numberedMax.named && this.#count >= 2 * size ? as('multiclass', 'name') : as('regression')
    }
    const isNumbered = (this.#least === 0 || this.#least === 1) && size === this.#greatest - this.#least + 1
      && size <= numberedMax.unnamed && this.#count >= 5 * size
    if (!isNumbered) return as('regression')
    if (this.#word === 'amount') return as('regression', 'name')
    return this.#isOrdered() ? as('regression', 'order') : as('multiclass')
  }

  #isOrdered(): boolean {
    const seen = this.#records.map((record) => (
      Object.fromEntries(Object.entries(record).filter(([name]) => !this.#unseen.has(name)))
    ))
    return chanceOfNoOrder(this.#labels, seen) < chanceMax(this.#classes.size)
  }

  /** Two classes, the positive one last; the missing one of 0 and 1, or of false and true, is known. */
  get pair(): readonly string[] {
    const { classes } = this
    if (classes.length !== 1) return classes
    if (this.#booleans > 0) return ['false', 'true']
    return this.#numbers > 0 && (this.#least === 0 || this.#least === 1) ? ['0', '1'] : classes
  }
}

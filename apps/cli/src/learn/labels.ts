import type { Task } from 'eddy'
import { readNumber as readPlain } from '@eddy/sources'
import { suggestion } from '../nearest.ts'
import { numberText } from './number-text.ts'

/** Numbers larger than this cannot be learned. */
export const magnitudeMax = 1e30

const metMax = 1000

/** What a label is to the model: a number, or the position of its class; or why it is none. */
export type Reading = number | { readonly code: 'E_LABEL' | 'E_NONFINITE' | 'E_RANGE'; readonly reason: string }

/** Reads labels. Classes are known by their text, so that 1 and '1' are one; those not met before may be added. */
export class Labels {
  readonly task: Task
  /** Most classes; Infinity when there is no limit. */
  readonly #most: number
  readonly #names: string[]
  readonly #numbers: Map<string, number>
  /** Whole numbers that labels were expected to be, any for none; null: labels may be anything. */
  readonly #expected: ReadonlySet<string> | null
  readonly #words: readonly [no: string, yes: string] | null
  /** Labels as they came, so that most need not be made text. */
  readonly #met = new Map<unknown, number>()

  constructor(
    task: Task, classes: readonly string[], most: number, numbered: readonly number[] | null = null,
    words: readonly [no: string, yes: string] | null = null,
  ) {
    this.task = task
    this.#words = words
    this.#expected = numbered === null ? null : new Set(numbered.map(String))
    this.#most = most
    this.#names = [...classes]
    this.#numbers = new Map(classes.map((name, k) => [name, k]))
  }

  /** By position; of two, the second is the positive one. */
  get classes(): readonly string[] {
    return this.#names
  }

  /** What `read` gave for a label that it need not look at again; undefined for others. */
  met(label: unknown): number | undefined {
    return this.#met.get(label)
  }

  /** A label as its column has it. */
  written(label: unknown): unknown {
    return typeof label === 'boolean' && this.#words !== null ? asWord(String(label), this.#words) : label
  }

  /** The label must not be missing. */
  read(label: unknown): Reading {
    return this.task === 'regression' ? readNumber(label) : this.#readClass(label)
  }

  #readClass(label: unknown): Reading {
    const met = this.#met.get(label)
    if (met !== undefined) return met
    if (typeof label === 'object') return { code: 'E_LABEL', reason: 'it is no number, text, true or false' }
    const name = String(this.written(label))
    const known = this.#numbers.get(name)
    if (known !== undefined) {
      // Few different values are one class: 1, '1'. Numbers without end are none.
      if (this.#met.size < metMax) this.#met.set(label, known)
      return known
    }
    const stray = this.#strayReason(name)
    if (stray !== null) return { code: 'E_LABEL', reason: stray }
    if (this.#names.length >= this.#most) {
      const hint = this.task === 'binary' ? ' Give --task multiclass for more than two.' : ''
      const reason = `it is ${shown(name)}, none of the classes.${suggestion(name, this.#names)}${hint}`
      return { code: 'E_LABEL', reason }
    }
    this.#numbers.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }

  /** Why a class that was not met does not belong to those that are numbered. */
  #strayReason(name: string): string | null {
    const expected = this.#expected
    if (expected === null || (expected.size === 0 ? /^-?\d+$/.test(name) : expected.has(name))) return null
    const wanted = expected.size === 0 ? 'a whole number like the others' : 'one of those of the first records'
    return `it is ${shown(name)}, wanted ${wanted}. Give --task regression if labels are amounts.`
  }
}

/** What stands for `true` and `false`. */
export function asWord(name: string, [no, yes]: readonly [no: string, yes: string]): string {
  return name === 'true' ? yes : name === 'false' ? no : name
}

function readNumber(given: unknown): Reading {
  const label = typeof given === 'string' ? numberOf(given) : given
  if (typeof label !== 'number') {
    const wanted = numberText(String(label)) === 'amount' ? 'a plain number, as in 1234.5' : 'a number'
    return { code: 'E_LABEL', reason: `it is ${shown(String(label))}, wanted ${wanted}` }
  }
  if (!Number.isFinite(label)) return { code: 'E_NONFINITE', reason: `it is ${label}, wanted a finite number` }
  if (Math.abs(label) > magnitudeMax) return { code: 'E_RANGE', reason: `it is ${label}, wanted at most 1e30 in size` }
  return label + 0
}

/** The number that a text is, or the text: a column of words may have numbers among them. */
function numberOf(text: string): number | string {
  const value = readPlain(text)
  return Number.isNaN(value) ? text : value
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}

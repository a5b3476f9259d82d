import { EventError } from '@eddy/graph'
import { formatValue } from '@eddy/tensor'
import { BadValueError, type Encoder } from '../encoder.ts'
import { finiteNumber } from '../encoders/numeric.ts'
import type { Features } from '../features.ts'
import { absorb, mix, startHash } from '../hash-text.ts'
import type { NamedAxis } from '../named-axis.ts'
import { Column } from './columns.ts'
import { circles, dateParts } from './dates.ts'
import type { EncodedEvent } from './encoded-event.ts'
import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'
import { termsOf, wordsOf, wordsOfText } from './words.ts'

/** Rows of the table of bins and of pairs of bins. */
export const crossRows = 2 ** 15
/** Slots at the front of the axis, for names that found no room. */
export const overflowSlots = 2 ** 8
/** Fields whose bins are paired with each other. */
const crossedMax = 10
/** Missing fields are a feature of their own while there are no more fields than this. */
const missingMax = 64
/** Numbers of an array field. */
const vectorMax = 1024

/** What is known about one field. */
interface Field {
  readonly name: string
  readonly encoder: Encoder | null
  readonly hash: number
  /** Events that had text there, and its words. */
  texts: number
  words: number
  /** Position of the last event that had it. */
  seen: number
}

/**
 * Turns events into what the experts learn from. Fields need no declaration: numbers are standardised, booleans and
 * short text are categories, long text is words and pairs of words, ISO dates are time, season, month, weekday and
 * hour, arrays are numbers; what is absent, null or undefined is missing, which is a feature as well.
 *
 * Reading changes nothing; `commit` takes in what the last read event has brought.
 */
export class EventEncoder {
  readonly axis: NamedAxis
  /** Numbers of learned events that shared a row because the axis was full. */
  hashed = 0
  readonly #features: Features | null
  readonly #ignore: ReadonlySet<string>
  readonly #declared: ReadonlyMap<string, Encoder>
  readonly #fields = new Map<string, Field>()
  readonly #columns: Column[] = []
  readonly #byName = new Map<string, Column>()
  #keys: readonly string[] = []
  #sorted: readonly string[] = []
  #position = 0
  #hashing = 0
  #learns = false
  #out!: EncodedEvent
  /** What the event in flight would change. */
  #newFields: Field[] = []
  #newColumns: Column[] = []
  #updated: Column[] = []
  #updates: number[] = []
  #texts: [Field, number][] = []
  #present: Field[] = []

  constructor(axis: NamedAxis, features: Features | null, target: string | null) {
    this.axis = axis
    this.#features = features
    this.#ignore = new Set([...(features?.ignore ?? []), ...(target === null ? [] : [target])])
    this.#declared = new Map(features?.declared ?? [])
  }

  /** How many columns of numbers are known. */
  get columns(): number {
    return this.#columns.length
  }

  /**
   * Encodes an event. `learns`: new names get slots, tentatively; otherwise they contribute nothing.
   * @throws EventError naming the field when a value cannot be used.
   */
  read(event: unknown, out: EncodedEvent, learns: boolean): void {
    if (typeof event !== 'object' || event === null || Array.isArray(event)) {
      throw new EventError(formatValue(event), 'a record of named values', 'Map the stream to objects before')
    }
    this.#rollback()
    this.#out = out
    this.#learns = learns
    this.#position++
    out.clear()
    const record = event as Readonly<Record<string, unknown>>
    for (const name of this.#namesOf(record)) this.#readField(name, record[name])
    this.#readMissing()
    this.#cross()
    this.#makeRoom()
  }

  /** The event that was read last has been learned. */
  commit(): void {
    this.axis.commit()
    for (const field of this.#newFields) this.#fields.set(field.name, field)
    for (const column of this.#newColumns) this.#keep(column)
    for (let i = 0; i < this.#updated.length; i++) this.#updated[i]!.learn(this.#updates[i]!)
    for (const [field, words] of this.#texts) {
      field.texts++
      field.words += words
    }
    this.hashed += this.#hashing
    this.#clear()
  }

  /** Forgets what was read and not committed. */
  #rollback(): void {
    this.axis.rollback()
    this.#clear()
  }

  #clear(): void {
    this.#hashing = 0
    this.#newFields.length = this.#newColumns.length = this.#updated.length = 0
    this.#updates.length = this.#texts.length = this.#present.length = 0
  }

  #keep(column: Column): void {
    this.#columns.push(column)
    this.#byName.set(column.name, column)
  }

  /** The names of an event's own fields in ascending order; kept while events have the same keys. */
  #namesOf(record: Readonly<Record<string, unknown>>): readonly string[] {
    const keys = Object.keys(record)
    const before = this.#keys
    let same = keys.length === before.length
    for (let i = 0; same && i < keys.length; i++) same = keys[i] === before[i]
    if (same) return this.#sorted
    const ignoresUnknown = this.#features !== null && this.#features.unknown === 'ignore'
    this.#keys = keys
    this.#sorted = keys
      .filter((name) => !this.#ignore.has(name) && !(ignoresUnknown && !this.#declared.has(name))).sort()
    return this.#sorted
  }

  #readField(name: string, value: unknown): void {
    const field = this.#fields.get(name) ?? this.#newField(name)
    const given = value ?? field.encoder?.missing
    if (given === undefined || given === null || given === '') return
    field.seen = this.#position
    try {
      if (field.encoder !== null) this.#readDeclared(field, field.encoder, given)
      else if (typeof given === 'number') this.#number(field, null, finiteNumber(given))
      else if (typeof given === 'string') this.#text(field, given)
      else if (typeof given === 'boolean') this.#category(field, given ? 'true' : 'false', false)
      else this.#vector(field, given)
    } catch (error) {
      throw inField(name, error)
    }
  }

  #newField(name: string): Field {
    const unknown = this.#features?.unknown
    const encoder = this.#declared.get(name) ?? (typeof unknown === 'object' ? unknown : null)
    const field = { name, encoder, hash: absorb(startHash(2), name), texts: 0, words: 0, seen: 0 }
    this.#newFields.push(field)
    return field
  }

  #readDeclared(field: Field, encoder: Encoder, value: unknown): void {
    encoder.encode(value, (part, number) => {
      if (encoder.standardize) this.#number(field, part, finiteNumber(number))
      else if (part !== null && number === 1 && encoder.table === undefined) this.#category(field, part, false)
      else this.#pair(field, part, finiteNumber(number))
    })
  }

  #text(field: Field, text: string): void {
    const parts = dateParts(text)
    if (parts !== null) {
      this.#number(field, '\u0000days', parts.days)
      for (const [part, value] of circles(parts)) this.#number(field, `\u0000${part}`, value)
      this.#category(field, `month ${parts.month}`, true)
      this.#category(field, `weekday ${parts.weekday}`, true)
      if (parts.hour !== null) this.#category(field, `hour ${parts.hour}`, true)
      return
    }
    const words = wordsOf(text)
    this.#texts.push([field, words.length])
    if (field.words + words.length <= wordsOfText * (field.texts + 1)) {
      this.#category(field, text.length > 100 ? text.slice(0, 100) : text, false)
      return
    }
    const terms = termsOf(words)
    const share = Math.max(0.1, 1 / Math.sqrt(Math.max(1, terms.length)))
    for (const term of terms) this.#pair(field, term, share)
  }

  #vector(field: Field, value: unknown): void {
    const list = value as ArrayLike<unknown>
    if (!(Array.isArray(value) || ArrayBuffer.isView(value)) || !(list.length <= vectorMax)) {
      throw new BadValueError(
        value, `a number, text, a boolean or at most ${vectorMax} numbers`, 'Ignore it: features({}, { ignore })',
      )
    }
    for (let i = 0; i < list.length; i++) this.#number(field, `\u0000${i}`, finiteNumber(list[i]))
  }

  #number(field: Field, part: string | null, x: number): void {
    const name = part === null ? field.name : `${field.name}\u0000${part}`
    let column = this.#byName.get(name)
    if (column === undefined) {
      if (!this.#learns) return
      const slot = this.axis.add(field.name, part, true)
      column = new Column(name, this.#columns.length + this.#newColumns.length, slot < 0 ? 0 : slot)
      this.#newColumns.push(column)
    }
    const z = column.standardized(x)
    const { pairs, columns, values, bins } = this.#out
    pairs.push(column.slot, z)
    columns.push(column.id)
    values.push(z)
    bins.push(column.bin(x, z))
    this.#updated.push(column)
    this.#updates.push(x)
  }

  #category(field: Field, value: string, ofTime: boolean): void {
    this.#pair(field, value, 1)
    const hash = mix(absorb(field.hash, value))
    this.#out.categories.push({ field: field.name, value, hash, ofTime })
    this.#out.bins.push(hash)
  }

  #pair(field: Field, part: string | null, value: number): void {
    const slots = this.axis.feature(field.name)
    let slot = (part === null ? slots?.whole : slots?.parts.get(part)) ?? -1
    if (slot < 0) {
      if (this.#learns) slot = this.axis.add(field.name, part, false)
      else if (this.axis.count < this.axis.namesMax) return
      if (slot < 0) {
        slot = mix(absorb(field.hash, part ?? '')) % overflowSlots
        if (this.#learns) this.#hashing++
      }
    }
    this.#out.pairs.push(slot, value)
  }

  #readMissing(): void {
    if (this.#fields.size > missingMax) return
    for (const field of this.#fields.values()) {
      if (field.seen === this.#position) continue
      this.#pair(field, '\u0000missing', 1)
      this.#out.bins.push(mix(field.hash ^ 0x6d697373))
    }
  }

  /** The rows of bins, and of pairs of the first of them. */
  #cross(): void {
    const { bins, binned, crossed } = this.#out
    const mask = crossRows - 1
    for (let i = 0; i < bins.length; i++) {
      binned.push(bins[i]! & mask, 1)
      crossed.push(bins[i]! & mask, 1)
    }
    const count = Math.min(bins.length, crossedMax)
    for (let i = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++) crossed.push(mix(Math.imul(bins[i]!, 0x9e3779b1) ^ bins[j]!) & mask, 1)
    }
  }

  #makeRoom(): void {
    const { pairs, binned, crossed } = this.#out
    binned.fit()
    crossed.fit()
    const count = pairs.fit()
    while (this.axis.pairs < count) this.axis.pairs *= 2
  }

  get state(): Saved {
    const fields = [...this.#fields.values()]
    return {
      columns: this.#columns.map((column) => column.state),
      fields: fields.map(({ name, texts, words }) => ({ name, texts: saveNumbers([texts, words]) })),
    }
  }

  /** Into an encoder that has read nothing. */
  restore(state: unknown): void {
    const { columns, fields } = savedRecord(state, 'the encoder')
    for (const column of columns as readonly Saved[]) this.#keep(Column.from(column, this.#columns.length))
    for (const saved of fields as readonly Saved[]) {
      const { name, texts } = savedRecord(saved, 'a field')
      const field = this.#newField(String(name))
      const [count, words] = savedNumbers(texts, 'the words of a field', 2)
      field.texts = count!
      field.words = words!
      this.#fields.set(field.name, field)
    }
    this.#clear()
  }
}

function inField(name: string, error: unknown): EventError {
  const where = `for feature ${formatValue(name)}`
  if (error instanceof BadValueError) {
    return new EventError(`${formatValue(error.got)} ${where}`, error.wanted, error.hint)
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new EventError(`a value ${where} that could not be read`, 'one that can', reason)
}

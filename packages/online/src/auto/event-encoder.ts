import { EventError } from '@eddy/graph'
import { formatValue } from '@eddy/tensor'
import { BadValueError, type Encoder } from '../encoder.ts'
import { finiteNumber } from '../encoders/numeric.ts'
import type { Features } from '../features.ts'
import { absorb, mix, startHash } from '../hash-text.ts'
import type { Recollection } from '../feature-reader.ts'
import type { FeatureSlots, NamedAxis } from '../named-axis.ts'
import type { Task } from '../task.ts'
import { Column } from './columns.ts'
import { circles, dateParts, isoText } from './dates.ts'
import type { Category, EncodedEvent } from './encoded-event.ts'
import { type Made, MadeFeatures } from './made-features.ts'
import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'
import { ShortTexts, termsOf, wordsOf, wordsOfText } from './words.ts'

/** Rows of the table of bins and of pairs of bins. */
export const crossRows = 2 ** 15
/** Slots at the front of the axis, for names that found no room. */
export const overflowSlots = 2 ** 8
/** Fields whose bins are paired with each other. */
const crossedMax = 10
/** Missing fields are a feature of their own while there are no more fields than this. */
const missingMax = 64
/** An event with more than twice as many names is rejected, as by a learner. */
const pairsMax = 10_000
/** Numbers of an array field. */
const vectorMax = 1024

const { propertyIsEnumerable } = Object.prototype

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
  /** Its column, when it is a number. */
  column: Column | null
  /** Its slots, as they are in this version of the axis. */
  slots: FeatureSlots | undefined
  version: number
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
  readonly #made: MadeFeatures
  readonly #fields = new Map<string, Field>()
  readonly #columns: Column[] = []
  readonly #byName = new Map<string, Column>()
  readonly #list: Field[] = []
  /** By slot. */
  readonly #categories: (Category | undefined)[] = []
  #keys: readonly string[] = []
  #sorted: readonly string[] = []
  /** The fields of `#sorted` that are known. */
  readonly #known: (Field | undefined)[] = []
  #position = 0
  #hashing = 0
  #learns = false
  #out!: EncodedEvent
  /** What the event in flight would change. */
  readonly #newFields: Field[] = []
  readonly #newColumns: [Field, Column][] = []
  readonly #newCategories: Category[] = []
  readonly #updated: Column[] = []
  readonly #updates: number[] = []
  #updateCount = 0
  readonly #short = new ShortTexts()
  readonly #texts: Field[] = []
  readonly #words: number[] = []
  #textCount = 0

  constructor(axis: NamedAxis, features: Features | null, target: string | null, task: Task) {
    this.axis = axis
    this.#made = new MadeFeatures(features, task)
    this.#features = features
    this.#ignore = new Set([...(features?.ignore ?? []), ...(target === null ? [] : [target])])
    this.#declared = new Map(features?.declared ?? [])
  }

  /** How many columns of numbers are known. */
  get columns(): number {
    return this.#columns.length
  }

  /**
   * Encodes an event. `learns`: new names get slots, tentatively; otherwise they contribute nothing. What memories of
   * encoders make of it is taken from `recalled` when there is one.
   * @throws EventError naming the field when a value cannot be used.
   */
  read(event: unknown, out: EncodedEvent, learns: boolean, recalled: Recollection | null = null): void {
    if (typeof event !== 'object' || event === null || Array.isArray(event)) {
      throw new EventError(formatValue(event), 'a record of named values', 'Map the stream to objects before')
    }
    this.#rollback()
    this.#out = out
    this.#learns = learns
    this.#position++
    out.clear()
    const record = event as Readonly<Record<string, unknown>>
    const names = this.#namesOf(record)
    for (let i = 0; i < names.length; i++) this.#readField(this.#fieldOf(names[i]!, i), record[names[i]!])
    for (const made of this.#made.all) this.#readMade(made, record, recalled)
    this.#readMissing()
    this.#cross()
    this.#makeRoom()
  }

  /** What memories make of an event now, to learn it with when its label comes; null when there are none. */
  recollect(event: unknown): Recollection | null {
    return this.#made.recollect(event)
  }

  /** The event that was read last has been learned, with this label: of classes its number. */
  commit(label: number): void {
    this.axis.commit()
    this.#made.learn(label)
    for (let i = 0; i < this.#updateCount; i++) this.#updated[i]!.learn(this.#updates[i]!)
    for (let i = 0; i < this.#textCount; i++) {
      const field = this.#texts[i]!
      field.texts++
      field.words += this.#words[i]!
    }
    if (this.#newFields.length > 0) for (const field of this.#newFields) this.#keepField(field)
    if (this.#newColumns.length > 0) for (const [field, column] of this.#newColumns) this.#keep(column, field)
    if (this.#newCategories.length > 0) {
      for (const category of this.#newCategories) {
        while (this.#categories.length <= category.slot) this.#categories.push(undefined)
        this.#categories[category.slot] = category
      }
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
    this.#hashing = this.#updateCount = this.#textCount = 0
    if (this.#newFields.length > 0) this.#newFields.length = 0
    if (this.#newColumns.length > 0) this.#newColumns.length = 0
    if (this.#newCategories.length > 0) this.#newCategories.length = 0
  }

  #keep(column: Column, field: Field | undefined): void {
    this.#columns.push(column)
    this.#byName.set(column.name, column)
    if (column.name === field?.name) field.column = column
  }

  /** Fields are as many as names at most, so that memory stays bounded. */
  #keepField(field: Field): void {
    if (this.#list.length >= this.axis.namesMax) return
    this.#fields.set(field.name, field)
    this.#list.push(field)
  }

  /** The names of an event's own fields in ascending order; kept while events have the same keys. */
  #namesOf(record: Readonly<Record<string, unknown>>): readonly string[] {
    if (this.#hasKeys(record)) return this.#sorted
    const keys = Object.keys(record)
    const most = 2 * (this.#features?.pairsMax ?? pairsMax)
    if (keys.length > most) {
      throw new EventError(`${keys.length} names`, `at most ${most}`, 'Raise features(.., { pairsMax }), or send less')
    }
    const ignoresUnknown = this.#features !== null && this.#features.unknown === 'ignore'
    this.#keys = keys
    this.#sorted = keys
      .filter((name) => !this.#ignore.has(name) && !(ignoresUnknown && !this.#declared.has(name)))
      .filter((name) => !this.#made.has(name)).sort()
    this.#known.length = 0
    return this.#sorted
  }

  /** Whether the keys are those of the event before. Own ones come first, so all are when the last one is. */
  #hasKeys(record: Readonly<Record<string, unknown>>): boolean {
    const before = this.#keys
    if (before.length === 0 || !propertyIsEnumerable.call(record, before[before.length - 1]!)) return false
    let i = 0
    for (const name in record) if (before[i++] !== name) return false
    return i === before.length
  }

  #fieldOf(name: string, i: number): Field {
    return this.#known[i] ?? (this.#known[i] = this.#fields.get(name)) ?? this.#newField(name)
  }

  #readField(field: Field, value: unknown): void {
    const given = value ?? field.encoder?.missing
    if (given === undefined || given === null || given === '') return
    field.seen = this.#position
    try {
      if (field.encoder !== null) this.#readDeclared(field, field.encoder, given)
      else if (typeof given === 'number') this.#number(field, null, finiteNumber(given))
      else if (typeof given === 'string') this.#text(field, given)
      else if (typeof given === 'boolean') this.#category(field, given ? 'true' : 'false', false)
      else if (given instanceof Date) this.#text(field, isoText(given))
      else this.#vector(field, given)
    } catch (error) {
      throw inField(field.name, error)
    }
  }

  #newField(name: string): Field {
    const unknown = this.#features?.unknown
    const encoder = this.#declared.get(name) ?? (typeof unknown === 'object' ? unknown : null)
    const field: Field = {
      name, encoder, hash: absorb(startHash(2), name), texts: 0, words: 0, seen: 0, column: null, slots: undefined,
      version: -1,
    }
    this.#newFields.push(field)
    return field
  }

  #readDeclared(field: Field, encoder: Encoder, value: unknown): void {
    encoder.encode(value, (part, number) => this.#declaredNumber(field, encoder, part, number))
  }

  #declaredNumber(field: Field, encoder: Encoder, part: string | null, number: number): void {
    // Numbers that a memory has scaled are columns like any other.
    const isColumn = encoder.standardize || (part === null && encoder.remember !== undefined)
    if (isColumn) this.#number(field, part, finiteNumber(number))
    else if (part !== null && number === 1 && encoder.table === undefined) this.#category(field, part, false)
    else this.#pair(field, part, finiteNumber(number))
  }

  #readMade(made: Made, record: Readonly<Record<string, unknown>>, recalled: Recollection | null): void {
    const { name } = made
    const field = this.#fields.get(name) ?? this.#newField(name)
    try {
      this.#made.read(made, record, this.#learns, recalled, (part, number) => {
        field.seen = this.#position
        this.#declaredNumber(field, made.encoder, part, number)
      })
    } catch (error) {
      throw inField(name, error)
    }
  }

  #text(field: Field, text: string): void {
    const met = this.#short.countOf(text)
    const parts = met < 0 ? dateParts(text) : null
    if (parts !== null) {
      this.#number(field, '\u0000days', parts.days)
      for (const [part, value] of circles(parts)) this.#number(field, `\u0000${part}`, value)
      this.#category(field, `month ${parts.month}`, true)
      this.#category(field, `weekday ${parts.weekday}`, true)
      if (parts.hour !== null) this.#category(field, `hour ${parts.hour}`, true)
      return
    }
    const words = met < 0 ? wordsOf(text) : null
    const count = words === null ? met : this.#short.met(text, words.length)
    this.#texts[this.#textCount] = field
    this.#words[this.#textCount++] = count
    if (field.words + count <= wordsOfText * (field.texts + 1)) {
      this.#category(field, text.length > 100 ? text.slice(0, 100) : text, false)
      return
    }
    const terms = termsOf(words ?? wordsOf(text))
    const share = Math.max(0.1, 1 / Math.sqrt(Math.max(1, terms.length)))
    for (const term of terms) this.#pair(field, term, share)
  }

  #vector(field: Field, value: unknown): void {
    const list = value as ArrayLike<unknown>
    if (!(Array.isArray(value) || ArrayBuffer.isView(value)) || !(list.length <= vectorMax)) {
      throw new BadValueError(
        value, `a number, text, a boolean, a Date or at most ${vectorMax} numbers`,
        "Ignore it: features({}, { unknown: 'auto', ignore: [..] })",
      )
    }
    for (let i = 0; i < list.length; i++) this.#number(field, `\u0000${i}`, finiteNumber(list[i]))
  }

  #number(field: Field, part: string | null, x: number): void {
    const column = (part === null ? field.column : null) ?? this.#columnOf(field, part)
    if (column === null) return
    const z = column.standardized(x)
    const out = this.#out
    out.pairs.push(column.slot, z)
    out.number(column.id, z)
    out.bin(column.bin(x, z))
    this.#updated[this.#updateCount] = column
    this.#updates[this.#updateCount++] = x
  }

  #columnOf(field: Field, part: string | null): Column | null {
    const name = part === null ? field.name : `${field.name}\u0000${part}`
    const known = this.#byName.get(name)
    if (known !== undefined) {
      if (part === null) field.column = known
      return known
    }
    if (!this.#learns) return null
    // A column for which there is no room is left out: what is standardised cannot share a slot.
    const slot = this.axis.add(field.name, part, true)
    if (slot < 0) return null
    const column = new Column(name, this.#columns.length + this.#newColumns.length, slot)
    this.#newColumns.push([field, column])
    return column
  }

  #category(field: Field, value: string, ofTime: boolean): void {
    const slot = this.#pair(field, value, 1)
    const known = slot < 0 ? undefined : this.#categories[slot]
    const category = known?.ofTime === ofTime ? known : this.#newCategory(field, value, slot, ofTime)
    this.#out.category(category)
    this.#out.bin(category.hash)
  }

  #newCategory(field: Field, value: string, slot: number, ofTime: boolean): Category {
    const category = { field: field.name, slot, hash: mix(absorb(field.hash, value)), ofTime }
    // Slots at the front are shared by names that found no room.
    if (slot >= overflowSlots && this.#learns) this.#newCategories.push(category)
    return category
  }

  /** The slot that was used; -1 for none. */
  #pair(field: Field, part: string | null, value: number): number {
    if (field.version !== this.axis.version) {
      field.slots = this.axis.feature(field.name)
      field.version = this.axis.version
    }
    const { slots } = field
    let slot = (part === null ? slots?.whole : slots?.parts.get(part)) ?? -1
    if (slot < 0) {
      if (this.#learns) slot = this.axis.add(field.name, part, false)
      else if (this.axis.count < this.axis.namesMax) return -1
      if (slot < 0) {
        slot = mix(absorb(field.hash, part ?? '')) % overflowSlots
        if (this.#learns) this.#hashing++
      }
    }
    this.#out.pairs.push(slot, value)
    return slot
  }

  #readMissing(): void {
    const list = this.#list
    if (list.length > missingMax) return
    for (let i = 0; i < list.length; i++) {
      const field = list[i]!
      if (field.seen === this.#position) continue
      this.#pair(field, '\u0000missing', 1)
      this.#out.bin(mix(field.hash ^ 0x6d697373))
    }
  }

  /** The rows of bins, and of pairs of the first of them. */
  #cross(): void {
    const { bins, fields, binned, crossed } = this.#out
    const mask = crossRows - 1
    for (let i = 0; i < fields; i++) {
      binned.push(bins[i]! & mask, 1)
      crossed.push(bins[i]! & mask, 1)
    }
    const count = Math.min(fields, crossedMax)
    for (let i = 0; i < count; i++) {
      const start = Math.imul(bins[i]!, 0x9e3779b1)
      for (let j = i + 1; j < count; j++) crossed.push(mix(start ^ bins[j]!) & mask, 1)
    }
  }

  #makeRoom(): void {
    const { pairs, binned, crossed } = this.#out
    binned.fit()
    crossed.fit()
    const count = pairs.fit()
    while (this.axis.pairs < count) this.axis.pairs *= 4
  }

  get state(): Saved {
    const fields = this.#list
    return {
      columns: this.#columns.map((column) => column.state),
      fields: fields.map(({ name, texts, words }) => ({ name, texts: saveNumbers([texts, words]) })),
      ...this.#made.state,
    }
  }

  /** Into an encoder that has read nothing. */
  restore(state: unknown): void {
    const { columns, fields, memories } = savedRecord(state, 'the encoder')
    this.#made.restore(memories)
    for (const column of columns as readonly Saved[]) this.#keep(Column.from(column, this.#columns.length), undefined)
    for (const saved of fields as readonly Saved[]) {
      const { name, texts } = savedRecord(saved, 'a field')
      const field = this.#newField(String(name))
      const [count, words] = savedNumbers(texts, 'the words of a field', 2)
      field.texts = count!
      field.words = words!
      this.#keepField(field)
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

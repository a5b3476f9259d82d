import { EventError, type Pairs } from '@eddy/graph'
import { formatValue } from '@eddy/tensor'
import { BadValueError, type Emit, type Encoder, type EncoderMemory, refuse } from './encoder.ts'
import { boolean } from './encoders/boolean.ts'
import { categorical } from './encoders/categorical.ts'
import { magnitudeMax } from './encoders/finite-number.ts'
import { numeric } from './encoders/numeric.ts'
import type { Features } from './features.ts'
import { Field, placed, type PlacedTable, Stranger } from './field.ts'
import { absorb, mix } from './hash-text.ts'
import { type LabelScale, scaleEncoder, type ScaleMemory } from './label-scale.ts'
import type { FeatureSlots, NamedAxis } from './named-axis.ts'
import { PairBuffer } from './pair-buffer.ts'
import type { Task } from './task.ts'

type Row = Readonly<Record<string, unknown>>

/** A number whose name has no slot yet. */
interface Newcomer {
  readonly feature: string
  readonly part: string | null
  readonly standardize: boolean
  readonly value: number
  readonly limit: { readonly parts: number; readonly table: PlacedTable } | null
}

const { propertyIsEnumerable } = Object.prototype

const automatic = { number: numeric(), string: categorical(), boolean: boolean() } as const

/** What the memories of a learner made of an event, by feature: each number with its part. Plain data. */
export type Recollection = readonly (readonly Parameters<Emit>[])[]

/**
 * Turns events into (slot, value) pairs along a named axis. Learning adds new names, tentatively; predicting adds
 * nothing: names that were never learned from contribute nothing.
 */
export class FeatureReader {
  /** Declared features whose encoder remembers, then the scale of labels, if there is one. */
  readonly remembering: readonly Field[]
  /** Numbers of learned events that went to a hash slot because there was no room for their name. */
  hashed = 0
  /** Whether memories do not learn by themselves: `memorize` is called when all models have ended with an event. */
  defers = false
  readonly #features: Features
  readonly #ignore: ReadonlySet<string>
  readonly #axis: NamedAxis
  readonly #fields: readonly Field[]
  readonly #declared: ReadonlySet<string>
  readonly #scale: Field | null
  #task: Task = 'regression'
  readonly #learning = new PairBuffer()
  readonly #predicting = new PairBuffer()
  #newcomers: Newcomer[] = []
  /** The names of the latest event, when any name may be a feature. */
  #form: readonly Stranger[] = []
  #buffer = this.#learning
  #learns = false
  #hasBrought = false
  /** Numbers of the event being learned that went to a hash slot likewise. */
  #rehashed = 0
  #name = ''
  #encoder: Encoder = automatic.number
  #slots: FeatureSlots | undefined
  #table: PlacedTable | null = null
  #limit: PlacedTable | null = null

  /** The target, when it is a field, is never a feature. `scales`: whether labels are standardised. */
  constructor(features: Features, axis: NamedAxis, target: string | null = null, scales = false) {
    this.#features = features
    this.#ignore = target === null ? features.ignore : new Set([...features.ignore, target])
    this.#axis = axis
    this.#fields = features.declared.map(([name, encoder]) => new Field(name, encoder, features))
    this.#declared = new Set(features.declared.map(([name]) => name))
    this.#scale = scales ? new Field(scaleEncoder.name, scaleEncoder, features) : null
    const remembering = this.#fields.filter(({ encoder }) => encoder.remember !== undefined)
    this.remembering = this.#scale === null ? remembering : [...remembering, this.#scale]
  }

  /** Makes the memories, once it is known what labels are. Before that, nothing that remembers can be read. */
  begin(task: Task): void {
    this.#task = task
    this.memories = this.newMemories()
  }

  /** Of `remembering`, in its order. Others may take their place between events, and for a look also inside one. */
  get memories(): readonly EncoderMemory[] {
    return this.remembering.map(({ memory }) => memory!)
  }

  set memories(memories: readonly EncoderMemory[]) {
    for (let i = 0; i < this.remembering.length; i++) this.remembering[i]!.memory = memories[i]!
  }

  /** The scale of the labels that the model at hand has learned; null: they are learned as they are. */
  get scale(): LabelScale | null {
    return this.#scale === null ? null : (this.#scale.memory as ScaleMemory).scale
  }

  /** Memories that know nothing yet. */
  newMemories(): readonly EncoderMemory[] {
    return this.remembering.map(({ encoder }) => encoder.remember!(this.#task))
  }

  /**
   * The numbers of an event, valid until the next call for the same purpose. What memories make of it is taken from
   * `recollection` when there is one.
   * @throws EventError naming the feature when a value cannot be used.
   */
  read(event: unknown, learns: boolean, recollection: Recollection | null = null): Pairs {
    if (typeof event !== 'object' || event === null || Array.isArray(event)) {
      throw new EventError(formatValue(event), 'a record of named values', 'Map the stream to objects before')
    }
    this.#buffer = learns ? this.#learning : this.#predicting
    this.#learns = learns
    this.#buffer.clear()
    // Setting the length of an array costs far more than looking at it.
    if (this.#newcomers.length > 0) this.#newcomers.length = 0
    if (learns) this.#rehashed = 0
    let remembered = 0
    for (let i = 0; i < this.#fields.length; i++) {
      const field = this.#fields[i]!
      const recalled = recollection === null || field.memory === null ? null : recollection[remembered++]!
      this.#readField(field, event as Row, recalled)
    }
    if (this.#features.unknown !== 'ignore') this.#readUnknown(event as Row)
    this.#makeRoom()
    this.#hasBrought = this.#newcomers.length > 0
    if (this.#hasBrought) this.#admit()
    this.#buffer.sort()
    return this.#buffer
  }

  /** What `read` has returned last for the same purpose; null when that has brought names. */
  again(learns: boolean): Pairs | null {
    if (this.#hasBrought) return null
    return learns ? this.#learning : this.#predicting
  }

  /** The numbers of the event that was read last for learning. */
  get lastLearned(): Pairs {
    return this.#learning
  }

  /** What memories make of an event now, to learn it with when its label comes; null when there are none. */
  recollect(event: object): Recollection | null {
    const remembering = this.remembering.filter((field) => field !== this.#scale)
    if (remembering.length === 0) return null
    return Object.freeze(remembering.map((field) => {
      const numbers: Parameters<Emit>[] = []
      field.memory!.encode(field.valueIn(event as Row), (...number) => void numbers.push(number))
      return Object.freeze(numbers)
    }))
  }

  /** Whether an event is learned with other numbers than it is predicted from. */
  get readsTwice(): boolean {
    return this.remembering.some(({ memory }) => memory?.encodeToLearn !== undefined)
  }

  /** The event that was read last for learning was learned. */
  learned(label: number): void {
    this.hashed += this.#rehashed
    if (this.defers) return
    for (let i = 0; i < this.remembering.length; i++) {
      const field = this.remembering[i]!
      field.memory!.learn(field.pending, label)
      field.pending = undefined
    }
  }

  /** Each of these memories learns the event that was read last for learning, once, with the label as it has it. */
  memorize(sets: Iterable<readonly [memories: readonly EncoderMemory[], label: number]>): void {
    for (const [memories, label] of sets) {
      for (let i = 0; i < memories.length; i++) memories[i]!.learn(this.remembering[i]!.pending, label)
    }
    for (const field of this.remembering) field.pending = undefined
  }

  #readField(field: Field, event: Row, recalled: readonly Parameters<Emit>[] | null): void {
    const { encoder, memory, name } = field
    if (field.version !== this.#axis.version) {
      field.slots = this.#axis.feature(name)
      field.version = this.#axis.version
    }
    this.#name = name
    this.#encoder = encoder
    this.#slots = field.slots
    this.#table = field.table
    this.#limit = field.limit
    const value = field.valueIn(event)
    try {
      if (memory === null) this.#encode(value)
      else {
        if (this.#learns) field.pending = value
        if (this.#learns && memory.encodeToLearn !== undefined) memory.encodeToLearn(value, this.#emit)
        else if (recalled === null) memory.encode(value, this.#emit)
        else for (const [part, number, standardize] of recalled) this.#emit(part, number, standardize)
      }
    } catch (error) {
      throw inFeature(name, error)
    }
  }

  /**
   * Nearly all events have the names of the one before, in the same order. Own names come first, so that with the last
   * one of the form all before it are own.
   */
  #readUnknown(event: Row): void {
    const form = this.#form
    const last = form.at(-1)
    if (last === undefined || !propertyIsEnumerable.call(event, last.name)) {
      this.#readOtherForm(event, 0)
      return
    }
    let i = 0
    for (const name in event) {
      if (i >= form.length || form[i]!.name !== name) {
        this.#readOtherForm(event, i)
        return
      }
      this.#readAny(form[i++]!, event[name])
    }
  }

  /**
   * Reads an event whose names are others from some place on. Nothing is kept of names that are not declared but those
   * of the latest form, so that memory stays bounded.
   */
  #readOtherForm(event: Row, from: number): void {
    const names = Object.keys(event)
    const most = 2 * this.#features.pairsMax + this.#declared.size + this.#ignore.size
    if (names.length > most) {
      throw new EventError(`${names.length} names`, `at most ${most}`, 'Raise features(.., { pairsMax }), or send less')
    }
    const form = names.map((name) => (
      new Stranger(name, !this.#declared.has(name) && !this.#ignore.has(name), this.#features)
    ))
    this.#form = form
    for (let i = from; i < form.length; i++) this.#readAny(form[i]!, event[form[i]!.name])
  }

  #readAny(stranger: Stranger, value: unknown): void {
    if (!stranger.isRead) return
    if (stranger.version !== this.#axis.version) {
      stranger.slots = this.#axis.feature(stranger.name)
      stranger.version = this.#axis.version
    }
    if (!this.#readPlainly(stranger, value)) this.#readStranger(stranger, value)
  }

  /** The short way for what has its slot already; false: it has to go the long one. Both come to the same. */
  #readPlainly({ encoder, slots }: Stranger, value: unknown): boolean {
    if (encoder !== null || slots === undefined) return false
    if (typeof value === 'number') {
      if (slots.whole < 0 || !(value <= magnitudeMax && value >= -magnitudeMax)) return false
      this.#buffer.push(slots.whole, value + 0) // -0 becomes 0
      return true
    }
    const slot = typeof value === 'string' ? slots.parts.get(value) : undefined
    if (slot === undefined) return false
    this.#buffer.push(slot, 1)
    return true
  }

  #readStranger({ name, encoder, slots, table, limit }: Stranger, value: unknown): void {
    const chosen = encoder ?? automatic[typeof value as keyof typeof automatic]
    try {
      if (chosen === undefined) {
        if (value === undefined || value === null) return
        const hint = 'Declare an encoder for it, or list it in features(.., { ignore })'
        refuse(value, 'a number, text or a boolean', hint)
      }
      this.#name = name
      this.#encoder = chosen
      this.#slots = slots
      this.#table = table
      this.#limit = limit
      this.#encode(value)
    } catch (error) {
      throw inFeature(name, error)
    }
  }

  #encode(given: unknown): void {
    const encoder = this.#encoder
    const value = given ?? encoder.missing
    if (value !== undefined) encoder.encode(value, this.#emit)
    else if (encoder.absent !== undefined) encoder.absent(this.#emit)
  }

  readonly #emit = (part: string | null, value: number, standardize = true): void => {
    if (!(value <= magnitudeMax && value >= -magnitudeMax)) {
      throw new BadValueError(value, `a number from -${magnitudeMax} to ${magnitudeMax}`, 'Check the encoder')
    }
    if (this.#table !== null) {
      this.#buffer.push(slotIn(this.#table, part ?? ''), value)
      return
    }
    const slots = this.#slots
    const slot = slots === undefined ? -1 : part === null ? slots.whole : (slots.parts.get(part) ?? -1)
    if (slot >= 0) this.#buffer.push(slot, value)
    else this.#unnamed(part, value, standardize)
  }

  /** A number whose name has no slot. */
  #unnamed(part: string | null, value: number, given: boolean): void {
    const { limit, standardize } = this.#encoder
    const placedLimit = this.#limit
    const isFull = placedLimit !== null && part !== null && (this.#slots?.parts.size ?? 0) >= limit!.parts
    if (isFull) this.#push(slotIn(placedLimit, part), value)
    else if (this.#learns) {
      this.#newcomers.push({
        feature: this.#name, part, standardize: standardize && given, value,
        limit: placedLimit === null ? null : { parts: limit!.parts, table: placedLimit },
      })
    } else if (this.#axis.isFull && !(standardize && given)) this.#overflow(this.#name, part, value)
  }

  #push(slot: number, value: number): void {
    this.#buffer.push(slot, value)
    if (this.#learns) this.#rehashed++
  }

  #overflow(feature: string, part: string | null, value: number): void {
    const { overflow } = this.#features
    if (overflow !== null) this.#push(slotIn(placed(this.#features, overflow, feature), part ?? ''), value)
  }

  /** Gives the new names of this event their slots, in an order that no order of keys can change. */
  #admit(): void {
    this.#newcomers.sort(byName)
    for (const { feature, part, standardize, value, limit } of this.#newcomers) {
      const parts = limit === null || part === null ? undefined : this.#axis.feature(feature)?.parts
      if (parts !== undefined && parts.size >= limit!.parts && parts.get(part!) === undefined) {
        this.#push(slotIn(limit!.table, part!), value)
        continue
      }
      const slot = this.#axis.add(feature, part, standardize)
      if (slot >= 0) this.#buffer.push(slot, value)
      else if (!standardize) this.#overflow(feature, part, value)
    }
    this.#newcomers.length = 0
  }

  /** Room for more pairs is made by doubling, because each enlargement compiles the graph anew. */
  #makeRoom(): void {
    const count = this.#buffer.count + this.#newcomers.length
    const { pairsMax } = this.#features
    if (count > pairsMax) {
      throw new EventError(`${count} numbers`, `at most ${pairsMax}`, 'Raise features(.., { pairsMax }), or send less')
    }
    while (this.#axis.pairs < count) this.#axis.pairs *= 2
  }
}

function slotIn({ from, shift, prefix }: PlacedTable, text: string): number {
  return from + (mix(absorb(prefix, text)) >>> shift)
}

function byName(a: Newcomer, b: Newcomer): number {
  if (a.feature !== b.feature) return a.feature < b.feature ? -1 : 1
  if (a.part !== b.part) return a.part === null || (b.part !== null && a.part < b.part) ? -1 : 1
  return a.value - b.value
}

function inFeature(name: string, error: unknown): EventError {
  const where = `for feature ${formatValue(name)}`
  if (error instanceof BadValueError) {
    return new EventError(`${formatValue(error.got)} ${where}`, error.wanted, error.hint)
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new EventError(`a value ${where} that its encoder could not take`, 'one it can', reason)
}

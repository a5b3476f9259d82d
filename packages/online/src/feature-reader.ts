import { EventError, type Pairs } from '@eddy/graph'
import { formatValue } from '@eddy/tensor'
import { BadValueError, type Encoder, type HashTable } from './encoder.ts'
import { boolean } from './encoders/boolean.ts'
import { categorical } from './encoders/categorical.ts'
import { magnitudeMax, numeric } from './encoders/numeric.ts'
import type { Features } from './features.ts'
import { absorb, mix, startHash } from './hash-text.ts'
import type { FeatureSlots, NamedAxis } from './named-axis.ts'
import { PairBuffer } from './pair-buffer.ts'

/** A declared feature, ready to be read. */
interface Field {
  readonly name: string
  readonly encoder: Encoder
  /** The name means something on Object.prototype, so only an own property is the feature. */
  readonly isRisky: boolean
}

/** A number whose name has no slot yet. */
interface Newcomer {
  readonly feature: string
  readonly part: string | null
  readonly standardize: boolean
  readonly value: number
}

const automatic = { number: numeric(), string: categorical(), boolean: boolean() } as const

/**
 * Turns events into (slot, value) pairs along a named axis. Learning adds new names, tentatively; predicting adds
 * nothing: names that were never learned from contribute nothing.
 */
export class FeatureReader {
  readonly #features: Features
  readonly #ignore: ReadonlySet<string>
  readonly #axis: NamedAxis
  readonly #fields: readonly Field[]
  readonly #declared: ReadonlySet<string>
  readonly #learning = new PairBuffer()
  readonly #predicting = new PairBuffer()
  readonly #prefixes = new Map<string, number>()
  #newcomers: Newcomer[] = []
  #buffer = this.#learning
  #learns = false
  #hasBrought = false
  #feature = ''
  #slots: FeatureSlots | undefined
  #encoder: Encoder = automatic.number

  /** The target, when it is a field, is never a feature. */
  constructor(features: Features, axis: NamedAxis, target: string | null = null) {
    this.#features = features
    this.#ignore = target === null ? features.ignore : new Set([...features.ignore, target])
    this.#axis = axis
    this.#fields = features.declared.map(([name, encoder]) => ({ name, encoder, isRisky: name in Object.prototype }))
    this.#declared = new Set(features.declared.map(([name]) => name))
  }

  /**
   * The numbers of an event, valid until the next call for the same purpose.
   * @throws EventError naming the feature when a value cannot be used.
   */
  read(event: unknown, learns: boolean): Pairs {
    if (typeof event !== 'object' || event === null || Array.isArray(event)) {
      throw new EventError(formatValue(event), 'a record of named values', 'Map the stream to objects before')
    }
    this.#buffer = learns ? this.#learning : this.#predicting
    this.#learns = learns
    this.#buffer.clear()
    this.#newcomers.length = 0
    this.#readFields(event as Readonly<Record<string, unknown>>)
    if (this.#features.unknown !== 'ignore') this.#readUnknown(event as Readonly<Record<string, unknown>>)
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

  #readFields(event: Readonly<Record<string, unknown>>): void {
    for (let i = 0; i < this.#fields.length; i++) {
      const { name, encoder, isRisky } = this.#fields[i]!
      this.#encode(name, encoder, isRisky && !Object.hasOwn(event, name) ? undefined : event[name])
    }
  }

  #readUnknown(event: Readonly<Record<string, unknown>>): void {
    const { unknown } = this.#features
    for (const name of Object.keys(event)) {
      if (this.#declared.has(name) || this.#ignore.has(name)) continue
      const value = event[name]
      if (typeof unknown === 'object') this.#encode(name, unknown, value)
      else if (typeof value === 'number') this.#encode(name, automatic.number, value)
      else if (typeof value === 'string') this.#encode(name, automatic.string, value)
      else if (typeof value === 'boolean') this.#encode(name, automatic.boolean, value)
      else if (value !== undefined && value !== null) {
        throw inFeature(name, new BadValueError(
          value, 'a number, text or a boolean', 'Declare an encoder for it, or list it in features(.., { ignore })',
        ))
      }
    }
  }

  #encode(name: string, encoder: Encoder, given: unknown): void {
    const value = given ?? encoder.missing
    if (value === undefined) return
    this.#feature = name
    this.#encoder = encoder
    this.#slots = this.#axis.feature(name)
    try {
      encoder.encode(value, this.#emit)
    } catch (error) {
      throw inFeature(name, error)
    }
  }

  readonly #emit = (part: string | null, value: number): void => {
    if (!(value <= magnitudeMax && value >= -magnitudeMax)) {
      throw new BadValueError(value, `a number from -${magnitudeMax} to ${magnitudeMax}`, 'Check the encoder')
    }
    const { table, standardize } = this.#encoder
    const slots = this.#slots
    const slot = table !== undefined ? this.#hash(table, part ?? '')
      : slots === undefined ? -1 : part === null ? slots.whole : (slots.parts.get(part) ?? -1)
    if (slot >= 0) this.#buffer.push(slot, value)
    else if (this.#learns) this.#newcomers.push({ feature: this.#feature, part, standardize, value })
  }

  #hash(table: HashTable, text: string): number {
    const { tables } = this.#features
    const { from } = tables.find(({ table: { bits, seed } }) => bits === table.bits && seed === table.seed)!
    return from + (mix(absorb(this.#prefix(table.seed), text)) >>> (32 - table.bits))
  }

  /** The hash of the current feature's name; kept for declared ones only, so that memory stays bounded. */
  #prefix(seed: number): number {
    if (!this.#declared.has(this.#feature)) return absorb(startHash(seed), this.#feature)
    const kept = this.#prefixes.get(this.#feature)
    if (kept !== undefined) return kept
    const prefix = absorb(startHash(seed), this.#feature)
    this.#prefixes.set(this.#feature, prefix)
    return prefix
  }

  /** Gives the new names of this event their slots, in an order that no order of keys can change. */
  #admit(): void {
    this.#newcomers.sort(byName)
    for (const { feature, part, standardize, value } of this.#newcomers) {
      const slot = this.#axis.add(feature, part, standardize)
      if (slot >= 0) this.#buffer.push(slot, value)
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

import type { Encoder, EncoderMemory, HashTable } from './encoder.ts'
import type { Features } from './features.ts'
import { absorb, startHash } from './hash-text.ts'
import type { FeatureSlots } from './named-axis.ts'

type Row = Readonly<Record<string, unknown>>

/** A field of an event. */
interface Source {
  readonly name: string
  /** The name means something on Object.prototype, so only an own property is the field. */
  readonly isRisky: boolean
}

/** A hash table as one feature uses it. */
export interface PlacedTable {
  readonly from: number
  readonly shift: number
  /** The hash of the feature's name. */
  readonly prefix: number
}

/** A declared feature, ready to be read. */
export class Field {
  readonly name: string
  readonly encoder: Encoder
  readonly table: PlacedTable | null
  readonly limit: PlacedTable | null
  /** What the encoder remembers of the model at hand; given when the task is known. */
  memory: EncoderMemory | null = null
  /** The value in the event that is being learned, for the memory. */
  pending: unknown = undefined
  /** The feature's slots, as of a version of the axis. */
  slots: FeatureSlots | undefined = undefined
  version = -1
  readonly #own: Source
  readonly #sources: readonly Source[] | null

  constructor(name: string, encoder: Encoder, features: Features) {
    this.name = name
    this.encoder = encoder
    this.table = encoder.table === undefined ? null : placed(features, encoder.table, name)
    this.limit = encoder.limit === undefined ? null : placed(features, encoder.limit.table, name)
    this.#own = sourceOf(name)
    this.#sources = encoder.fields?.map(sourceOf) ?? null
  }

  /** Undefined when it is missing. */
  valueIn(event: Row): unknown {
    if (this.#sources !== null) return this.#sources.map((source) => own(event, source))
    return own(event, this.#own)
  }
}

/** A feature that was not declared, of the form that records have at present. */
export class Stranger {
  readonly name: string
  /** Whether it is to be read; the target and ignored names are not. */
  readonly isRead: boolean
  /** Null: what encodes it is found by looking at each value. */
  readonly encoder: Encoder | null
  readonly table: PlacedTable | null
  readonly limit: PlacedTable | null
  /** The feature's slots, as of a version of the axis. */
  slots: FeatureSlots | undefined = undefined
  version = -1

  constructor(name: string, isRead: boolean, features: Features) {
    const encoder = typeof features.unknown === 'object' ? features.unknown : null
    this.name = name
    this.isRead = isRead
    this.encoder = encoder
    this.table = encoder?.table === undefined ? null : placed(features, encoder.table, name)
    this.limit = encoder?.limit === undefined ? null : placed(features, encoder.limit.table, name)
  }
}

/** Where a table stands, for one feature. */
export function placed({ tables }: Features, { bits, seed }: HashTable, feature: string): PlacedTable {
  const { from } = tables.find(({ table }) => table.bits === bits && table.seed === seed)!
  return { from, shift: 32 - bits, prefix: absorb(startHash(seed), feature) }
}

function sourceOf(name: string): Source {
  return { name, isRisky: name in Object.prototype }
}

function own(event: Row, { name, isRisky }: Source): unknown {
  return isRisky && !Object.hasOwn(event, name) ? undefined : (event[name] ?? undefined)
}

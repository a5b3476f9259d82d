import { GraphError } from '@eddy/graph'
import { formatValue, ValueError } from '@eddy/tensor'
import type { Encoder, HashTable } from './encoder.ts'
import { hashTable, type HashTableOptions } from './encoders/hash-table.ts'
import { checkOptions, checkRecord } from './known-options.ts'

export interface FeaturesOptions {
  /**
   * What becomes of names that are not declared. 'ignore' (default): nothing. 'auto': numbers are `numeric()`, text is
   * `categorical()`, booleans are `boolean()`. An encoder: that one.
   */
  readonly unknown?: 'ignore' | 'auto' | Encoder
  /** Names that are never features: ids, times, the label. */
  readonly ignore?: readonly string[]
  /** Most names that get a slot of their own; further ones are counted, and `overflow` says the rest. Default 2^20. */
  readonly namesMax?: number
  /**
   * What becomes of the numbers of further names. 'drop' (default): they contribute nothing. { bits }: they go into a
   * table of 2^bits slots by hash, except numbers that would be standardised, which cannot share a slot.
   */
  readonly overflow?: 'drop' | HashTableOptions
  /** Most numbers of one event; an event with more, or with twice as many names, is rejected. Default 10,000. */
  readonly pairsMax?: number
}

/** Which fields of an event are features, and how each becomes numbers: immutable, made by `features`. */
export interface Features {
  /** Declared names in ascending order. */
  readonly declared: readonly (readonly [name: string, encoder: Encoder])[]
  readonly unknown: 'ignore' | 'auto' | Encoder
  readonly ignore: ReadonlySet<string>
  /** Whether `ignore` was given. */
  readonly ignoresExplicitly: boolean
  readonly namesMax: number
  readonly overflow: HashTable | null
  readonly pairsMax: number
  /** Hash tables and the slot that each starts at, from the front of the axis. */
  readonly tables: readonly { readonly table: HashTable; readonly from: number }[]
  /** Slots of all hash tables together. */
  readonly base: number
  /** Whether any number is standardised. */
  readonly standardizes: boolean
  /** Whether any encoder remembers what was learned. */
  readonly remembers: boolean
}

/**
 * Declares the features of an event, which is a record of named values. Names may be absent, appear and come back.
 *
 * Law: neither the order of an event's keys nor the order of declaration changes any bit. New names of one event get
 * their slots in ascending order of (feature, part), by UTF-16 units; an event's numbers are processed by slot.
 * Only own properties of an event are features, whatever their names; a `Map` declares names that are awkward as keys.
 * A feature may also be made of other fields than the one of its name (`cross`, `lag`, ...): a declared name that no
 * field of the events has.
 * @throws GraphError when something declared is no encoder, a name is both declared and ignored, or an encoder that
 * remembers is given for names that are not declared; ValueError when an option is out of range.
 *
 * @example
 * features({ distance: numeric(), carrier: categorical() }, { unknown: 'auto', ignore: ['id'] })
 * features({ price: numeric(), storeByDay: cross(['store', 'weekday']), before: lag({ of: 'price', by: 'store' }) })
 */
export function features(
  declared: Readonly<Record<string, Encoder>> | ReadonlyMap<string, Encoder>, options: FeaturesOptions = {},
): Features {
  checkRecord('features', 'these are no encoders', declared, 'encoders by field', 'Write features({ x: numeric() }).')
  checkOptions('features', options, ['unknown', 'ignore', 'namesMax', 'overflow', 'pairsMax'])
  const { unknown = 'ignore', namesMax = 2 ** 20, pairsMax = 10_000 } = options
  const overflow = options.overflow === undefined || options.overflow === 'drop'
    ? null : hashTable(options.overflow, 'features')
  const entries = declared instanceof Map ? [...declared] : Object.entries(declared as Record<string, Encoder>)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, encoder] of sorted) checkEncoder(encoder, name)
  if (unknown !== 'ignore' && unknown !== 'auto') checkEncoder(unknown, 'unknown')
  const ignore = checkIgnored(options.ignore ?? [])
  if (!Number.isInteger(pairsMax) || pairsMax < 1) {
    throw new ValueError({
      what: 'the most numbers of an event are out of range', where: 'features', got: pairsMax,
      wanted: 'an integer from 1 on', hint: 'Leave pairsMax out for 10,000.',
    })
  }
  const both = sorted.find(([name]) => ignore.has(name))
  if (both !== undefined) {
    throw new GraphError(`${formatValue(both[0])} is both declared and ignored`, 'features', 'Remove one')
  }
  const encoders = [...sorted.map(([, encoder]) => encoder), ...(typeof unknown === 'string' ? [] : [unknown])]
  if (typeof unknown !== 'string' && unknown.remember !== undefined) {
    throw new GraphError(
      `the encoder ${unknown.name} remembers, and would have to do so for any number of names`, 'features',
      'Declare the names that it is for',
    )
  }
  const { tables, base } = placeTables(encoders, overflow)
  return Object.freeze({
    declared: Object.freeze(sorted), unknown, ignore, ignoresExplicitly: options.ignore !== undefined,
    namesMax, overflow, pairsMax, tables, base,
    standardizes: unknown === 'auto' || encoders.some(({ standardize }) => standardize),
    remembers: encoders.some(({ remember }) => remember !== undefined),
  })
}

/** @throws GraphError when these are no features: a plain record of encoders, for example. */
export function checkFeatures(where: string, given: unknown): asserts given is Features {
  const { declared, tables } = (given ?? {}) as Partial<Features>
  if (Array.isArray(declared) && Array.isArray(tables)) return
  throw new GraphError(
    `got ${formatValue(given)} for features, wanted what features(..) makes`, where,
    'For example features: features({ price: numeric() })',
  )
}

/** Text is a list of its letters, none of which would be meant. */
function checkIgnored(names: unknown): ReadonlySet<string> {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return new Set(names)
  throw new GraphError(
    `got ${formatValue(names)} as what to ignore, wanted a list of names`, 'features', "For example ignore: ['id']",
  )
}

function checkEncoder(encoder: Encoder, name: string): void {
  if (typeof encoder?.encode === 'function') return
  throw new GraphError(
    `got ${formatValue(encoder)} for ${formatValue(name)}, wanted an encoder`, 'features',
    'For example numeric() or categorical(), with their parentheses',
  )
}

/** One place for each distinct table, in an order that does not depend on the order of declaration. */
function placeTables(
  encoders: readonly Encoder[], overflow: HashTable | null,
): Pick<Features, 'tables' | 'base'> {
  const distinct = new Map<string, HashTable>()
  for (const table of [overflow, ...encoders.flatMap(({ table, limit }) => [table, limit?.table])]) {
    if (table !== undefined && table !== null) distinct.set(`${table.bits}:${table.seed}`, table)
  }
  let base = 0
  const tables = [...distinct.values()].sort((a, b) => a.bits - b.bits || a.seed - b.seed).map((table) => {
    const from = base
    base += 2 ** table.bits
    return { table, from }
  })
  return { tables, base }
}

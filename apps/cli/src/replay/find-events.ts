import type { Store } from '@eddy/store'
import { type Happening, nameOf } from '../kept/happening.ts'

/** Where in the log events are. */
export interface FoundEvents {
  /** Of the events with these names, ascending. */
  readonly sequences: readonly number[]
  /** Their numbers among the records of the source. */
  readonly numbers: readonly number[]
  /** Names that no event has, or only events that were taken back. */
  readonly missing: readonly string[]
  /** The last operation of record `until`; null when the log has none of it. */
  readonly until: number | null
  /** The last record in the log. */
  readonly last: number
  /** How many operations the log has. */
  readonly logged: number
}

/** Reads the log once, whatever is missing in it. What came before learning began anew is void. */
export function findEvents(
  store: Store, column: string | null, names: readonly string[], until: number | null,
): FoundEvents {
  const wanted = new Set(names)
  const taken = new Set(store.without())
  let found: { readonly sequence: number; readonly number: number; readonly name: string }[] = []
  let end: number | null = null
  let last = 0
  let logged = 0
  for (const { operations } of store.logged()) {
    logged += operations.length
    for (const { sequence, value } of operations) {
      const happening = value as Happening
      if ('begin' in happening) {
        found = []
        end = null
        last = 0
      }
      if (!('number' in happening)) continue
      const { number } = happening
      if (!('again' in happening)) {
        last = number
        if (number === until) end = sequence
      }
      if (wanted.size === 0 || taken.has(sequence)) continue
      const name = nameOf(happening, column)
      if (name !== null && wanted.has(name)) found.push({ sequence, number, name })
    }
  }
  return {
    sequences: found.map(({ sequence }) => sequence), numbers: [...new Set(found.map(({ number }) => number))],
    missing: names.filter((name) => !found.some((each) => each.name === name)),
    until: end, last, logged,
  }
}

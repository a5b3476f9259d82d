import { ValueError } from '@eddy/tensor'

/** What an event is called. */
export type EventId = string | number

/** The last ids, oldest first, from place `from` of the first list on. Full lists stay the same objects. */
export interface RecentIdsState {
  readonly from: number
  readonly lists: readonly (readonly EventId[])[]
}

const listLength = 256

/** The last `max` ids, to find events that are delivered again. */
export class RecentIds {
  readonly #max: number
  readonly #known = new Set<EventId>()
  /** Full lists are frozen, so that checkpoints write each of them once. */
  #lists: (readonly EventId[])[] = []
  #open: EventId[] = []
  #from = 0

  /** @throws ValueError when this is no number of ids. */
  constructor(max: number) {
    if (!Number.isInteger(max) || max < 1 || max > 2 ** 23) {
      throw new ValueError({
        what: 'this is no number of ids', where: 'persist({ dedup })', got: max,
        wanted: 'a whole number from 1 to 2^23',
        hint: 'Give as many as events may be delivered again after each other.',
      })
    }
    this.#max = max
  }

  has(id: EventId): boolean {
    return this.#known.has(id)
  }

  /** Takes an id in, the newest; one that is known stays where it is. */
  add(id: EventId): void {
    if (this.#known.has(id)) return
    this.#known.add(id)
    this.#open.push(id)
    if (this.#open.length === listLength) {
      this.#lists.push(Object.freeze(this.#open))
      this.#open = []
    }
    if (this.#known.size > this.#max) this.#drop()
  }

  get state(): RecentIdsState {
    const lists = this.#open.length === 0 ? this.#lists : [...this.#lists, this.#open]
    return { from: this.#from, lists: lists.map((list) => (Object.isFrozen(list) ? list : Object.freeze([...list]))) }
  }

  /** Goes over to a state, of which it keeps the newest. */
  restore({ from, lists }: RecentIdsState): void {
    this.#known.clear()
    this.#lists = []
    this.#open = []
    this.#from = 0
    for (const id of lists.flat().slice(from)) this.add(id)
  }

  #drop(): void {
    const first = this.#lists[0] ?? this.#open
    this.#known.delete(first[this.#from]!)
    if (++this.#from < first.length) return
    this.#lists.shift()
    this.#from = 0
  }
}

/** @throws ValueError when events are to be found again that have no names. */
export function recentIdsOf({ dedup, id }: { readonly dedup?: number; readonly id?: unknown }): RecentIds | null {
  if (dedup === undefined) return null
  if (id !== undefined) return new RecentIds(dedup)
  throw new ValueError({
    what: 'without id no event can be found again', where: 'persist({ dedup })', got: id,
    wanted: 'what events are called', hint: 'Give id: (event) => event.id, or leave dedup out.',
  })
}

/** Whether what was read can be such a state. */
export function isRecentIds(value: unknown): value is RecentIdsState {
  const { from, lists } = (value ?? {}) as Partial<RecentIdsState>
  return Number.isInteger(from) && from! >= 0 && Array.isArray(lists) && lists.every((list: unknown) => (
    Array.isArray(list) && list.every((id) => typeof id === 'string' || typeof id === 'number')
  ))
}

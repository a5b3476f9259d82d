import type { Tally } from './trouble.ts'

/** How a record can end. */
export type End = 'learned' | 'predicted only' | 'duplicate' | 'expired' | 'quarantined'

/** The account of one entrance: every record that came in ends in one way, and whoever is refused is told why. */
export class Book {
  received = 0
  readonly ends: Record<End, number> = {
    'learned': 0, 'predicted only': 0, 'duplicate': 0, 'expired': 0, 'quarantined': 0,
  }
  readonly entrance: string
  readonly #tally: Tally
  readonly #where: string

  constructor(entrance: string, tally: Tally, seed: number) {
    this.entrance = entrance
    this.#tally = tally
    this.#where = `--only hostile --seed ${seed}: ${entrance}`
  }

  end(how: End, count = 1): void {
    this.ends[how] += count
  }

  /** Nobody is refused without a word. */
  refuse(reason: unknown, place: unknown): void {
    this.ends.quarantined++
    if (typeof reason !== 'string' || reason.length < 8) this.violated(`a reason is ${String(reason)}`)
    if (typeof place !== 'string' || place === '') this.violated(`refused at ${String(place)}: ${String(reason)}`)
  }

  violated(what: string): void {
    this.#tally.violated(`${this.#where}: ${what}`)
  }

  /** Everything that came in has ended, and everything that was learned has left finite numbers. */
  check(state: unknown): void {
    const sum = Object.values(this.ends).reduce((a, b) => a + b)
    if (sum !== this.received) {
      this.violated(`received ${this.received}, but ${JSON.stringify(this.ends)} are ${sum}`)
    }
    const place = nonFinite(state, 'state')
    if (place !== null) this.violated(`${place} is no finite number`)
  }

  /** Hostile events among good ones keep nobody from learning the good ones. */
  close(): void {
    const { learned } = this.ends
    if (learned < 0.02 * this.received) this.violated(`only ${learned} of ${this.received} records were learned`)
    for (const [end, count] of Object.entries(this.ends)) this.#tally.ended(end, count)
  }
}

/** Where the first number of a state is that is not finite; null when all are. */
function nonFinite(value: unknown, where: string): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : where
  if (value instanceof Float32Array || value instanceof Float64Array) {
    const at = value.findIndex((x) => !Number.isFinite(x))
    return at < 0 ? null : `${where}[${at}]`
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return null
  const tensor = value as { readonly data?: unknown; readonly shape?: unknown }
  if (Array.isArray(tensor.shape)) return nonFinite(tensor.data, `${where}.data`)
  for (const [name, part] of Object.entries(value)) {
    // Waiting predictions keep events as they were given.
    const place = name === 'delayed' ? null : nonFinite(part, `${where}.${name}`)
    if (place !== null) return place
  }
  return null
}

import { adaptiveBits, follow, numbers, Odds, places } from '../src/unpack.ts'
import { type Copies, copiesIn, longest } from './copies.ts'

/** All streams in a row, and which one each byte belongs to. */
interface Text {
  readonly bytes: Uint8Array
  readonly streamOf: Uint8Array
}

/** One token, and where its predecessor on the cheapest way ended. */
interface Token {
  readonly from: number
  readonly cost: number
  readonly length: number
  /** -1: a byte; 0 to 3: a repeat; 4: a copy from a new distance. */
  readonly kind: number
  /** What holds after it. */
  readonly state: number
  readonly distances: readonly number[]
}

/** Called for every bit of a token; the place -1 stands for an even chance. */
type Sink = (place: number, bit: number) => void

/** Tokens are decided for so many bytes at a time, by the odds of that moment, looking as far again ahead. */
const window = 1024

/**
 * Packs streams for `unpack` in src/unpack.ts, as base64. The cheapest tokens are found by dynamic programming over all
 * copies of up to 300 bytes, which takes seconds for a hundred kilobytes.
 */
export function pack(streams: readonly Uint8Array[]): string {
  const bytes = Uint8Array.from(streams.flatMap((stream) => [...stream]))
  const text = { bytes, streamOf: Uint8Array.from(streams.flatMap((stream, k) => Array.from(stream, () => k))) }
  const copies = copiesIn(bytes)
  const odds = new Odds(streams.length)
  const writer = new Writer(odds)
  let [at, state, distances]: [number, number, readonly number[]] = [0, 0, [1, 1, 1, 1]]
  while (at < bytes.length) {
    const stop = Math.min(bytes.length, at + window)
    for (const token of cheapest(text, copies, odds, at, state, distances)) {
      if (at >= stop) break
      emit(text, at, state, distances, token, writer.bit)
      at += token.length
      state = token.state
      distances = token.distances
    }
  }
  return writer.end()
}

function cheapest(
  text: Text, copies: Copies, odds: Odds, start: number, state: number, distances: readonly number[],
): readonly Token[] {
  const { bytes } = text
  const count = Math.min(bytes.length - start, 2 * window)
  const best: (Token | undefined)[] = [{ from: -1, cost: 0, length: 0, kind: -1, state, distances }]
  const priceOf = (write: (sink: Sink) => void): number => {
    let price = 0
    write((place, bit) => {
      const ones = place < 0 ? 0.5 : odds.of(place) / 65_536
      price -= Math.log2(bit === 1 ? ones : 1 - ones)
    })
    return price
  }
  const prices = new Map<number, number>()
  const priceOfNumber = (context: number, value: number): number => {
    const key = 2 ** 24 * context + value
    let price = prices.get(key)
    if (price === undefined) prices.set(key, price = priceOf((sink) => writeNumber(context, value, sink)))
    return price
  }
  const offer = (token: Token): void => {
    const to = token.from + token.length
    if (best[to] === undefined || token.cost < best[to].cost) best[to] = token
  }
  for (let from = 0; from < count; from++) {
    const { cost, state, distances } = best[from]!
    const at = start + from
    offer({
      from, kind: -1, length: 1, state: follow(state, 0), distances,
      cost: cost + priceOf((sink) => writeByte(text, at, state, distances[0]!, sink)),
    })
    distances.forEach((distance, kind) => {
      const most = Math.min(count - from, longest(bytes, at, distance))
      if (most === 0 || distances.indexOf(distance) < kind) return
      const head = cost + priceOf((sink) => writeRepeat(state, kind, sink))
      const after = { state: follow(state, 2), distances: [distance, ...distances.filter((_, i) => i !== kind)] }
      for (let length = 1; length <= most; length++) {
        offer({ from, kind, length, ...after, cost: head + priceOfNumber(numbers.repeatLength, length - 1) })
      }
    })
    const head = cost + priceOf((sink) => writeCopy(state, sink))
    let length = 2
    for (const { distance, most } of copies[at]!) {
      const after = { state: follow(state, 1), distances: [distance, ...distances.slice(0, 3)] }
      for (; length <= Math.min(most, count - from); length++) {
        const context = numbers.distance + Math.min(3, length - 2)
        offer({
          from, kind: 4, length, ...after,
          cost: head + priceOfNumber(numbers.copyLength, length - 2) + priceOfNumber(context, distance - 1),
        })
      }
    }
  }
  const path: Token[] = []
  for (let at = count; at > 0; at = path[0]!.from) path.unshift(best[at]!)
  return path
}

function emit(
  text: Text, at: number, state: number, distances: readonly number[], token: Token, sink: Sink,
): void {
  const { kind, length } = token
  if (kind === -1) return writeByte(text, at, state, distances[0]!, sink)
  if (kind < 4) {
    writeRepeat(state, kind, sink)
    return writeNumber(numbers.repeatLength, length - 1, sink)
  }
  writeCopy(state, sink)
  writeNumber(numbers.copyLength, length - 2, sink)
  writeNumber(numbers.distance + Math.min(3, length - 2), token.distances[0]! - 1, sink)
}

function writeByte({ bytes, streamOf }: Text, at: number, state: number, distance: number, sink: Sink): void {
  sink(places.isMatch + state, 0)
  const place = places.bytes + places.byteGroup * (8 * streamOf[at]! + ((bytes[at - 1] ?? 0) >> 5))
  let alike = state % 3 > 0
  let value = 1
  for (let shift = 7; shift >= 0; shift--) {
    const bit = (bytes[at]! >> shift) & 1
    const expected = alike ? (bytes[at - distance]! >> shift) & 1 : 0
    sink(place + (alike ? 256 * (1 + expected) : 0) + value, bit)
    alike &&= bit === expected
    value = 2 * value + bit
  }
}

function writeRepeat(state: number, which: number, sink: Sink): void {
  sink(places.isMatch + state, 1)
  sink(places.isRepeat + state, 1)
  sink(places.isOlder + state, which > 0 ? 1 : 0)
  if (which > 0) sink(places.isOldest, which > 1 ? 1 : 0)
  if (which > 1) sink(places.isOldest + 1, which > 2 ? 1 : 0)
}

function writeCopy(state: number, sink: Sink): void {
  sink(places.isMatch + state, 1)
  sink(places.isRepeat + state, 0)
}

function writeNumber(context: number, value: number, sink: Sink): void {
  const place = places.numbers + places.numberGroup * context
  const width = 31 - Math.clz32(value + 1)
  for (let node = 1, shift = 4; shift >= 0; shift--) {
    const bit = (width >> shift) & 1
    sink(place + node, bit)
    node = 2 * node + bit
  }
  for (let node = 1, i = 0; i < width; i++) {
    const bit = ((value + 1) >> (width - 1 - i)) & 1
    sink(i < adaptiveBits ? place + 32 * (width + 1) + node : -1, bit)
    node = 2 * node + bit
  }
}

/** The range coder that `reader` in src/unpack.ts undoes. */
class Writer {
  readonly #odds: Odds
  readonly #bytes: number[] = []
  #low = 0
  #high = 2 ** 32 - 1

  constructor(odds: Odds) {
    this.#odds = odds
  }

  readonly bit = (place: number, bit: number): void => {
    const ones = place < 0 ? 2 ** 15 : this.#odds.of(place)
    const middle = this.#low + Math.floor((this.#high - this.#low) / 65_536 * ones)
    if (bit === 1) this.#high = middle
    else this.#low = middle + 1
    if (place >= 0) this.#odds.learn(place, bit)
    while ((this.#low ^ this.#high) >>> 24 === 0) {
      this.#bytes.push(this.#high >>> 24)
      this.#low = (this.#low << 8) >>> 0
      this.#high = (this.#high << 8 | 255) >>> 0
    }
  }

  end(): string {
    const last = [24, 16, 8, 0].map((shift) => (this.#high >>> shift) & 255)
    return Buffer.from([...this.#bytes, ...last]).toString('base64')
  }
}

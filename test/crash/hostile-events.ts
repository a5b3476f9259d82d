/** Whole numbers below a bound, quickly, from a seed (xorshift, Marsaglia 2003). */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = (Math.imul(seed + 1, 0x9e3779b1) >>> 0) || 1
  }

  below(bound: number): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x >>> 0
    return this.#state % bound
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }
}

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))
const long = 'x'.repeat(3000)

/** Names that objects have, names of nothing, names of what is awkward to print. */
const names = [
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', '', ' ', '\0',
  'length', 'then', 'toJSON', '\ud800', 'é', 'e\u0301', '0', '-1', long, 'id', 'demand', 'warmth', 'a.b', '\u2028',
]

/** Values that JSON can write. */
const plain: readonly unknown[] = [
  1e308, -1e308, 5e-324, -0, 0, 1e-320, 1e30, 1.0000001e30, 2 ** 53 + 2, -(2 ** 31), 1e9, '', ' ', 'NaN', '1e999', '-0',
  '0x10', 'null', long, null, true, false, [], {}, [[]], [1, 'a'], [1e308, 1], { a: 1 }, nested(31), nested(40),
  '__proto__', 'constructor', '\ud83d', '2024-02-30', '9999-99-99', 'Infinity', '\u0000', 'a,b"c\nd',
]

/** Values that only programs have. */
const strange: readonly unknown[] = [
  NaN, Infinity, -Infinity, undefined, 10n, Symbol('s'), () => 1, new Date(NaN), new Date(8.64e15), /a/, new Map(),
  new Set([1]), Object.create(null), new Float64Array([NaN, 1]), new Float32Array([1, 2]), new Error('event'),
  Object.freeze([Infinity, 1]), new Proxy({}, {}), Object('boxed'), Object(7), nested(2000), new ArrayBuffer(8),
]

/** Numbers as a text may write them, though `JSON.stringify` never would. */
const written = ['1e999', '-1e999', '-0', '5e-324', '1E+308', '01', '+1', '.5', 'NaN', 'Infinity', '1_000', '0x1F']

const fields = ['id', 'place', 'warmth', 'hour', 'note', 'at', 'spot', 'demand'] as const

/** An event that can be learned from. */
export function goodEvent(k: number, dice: Dice): Record<string, unknown> {
  const [hour, warmth] = [dice.below(24), dice.below(3000) / 100]
  return {
    id: `e${k}`, place: `p${dice.below(40)}`, warmth, hour, note: dice.of(['cold', 'rain and wind', 'sun', 'fog']),
    at: '2024-05-01T10:00:00Z', spot: [warmth, hour], demand: 3 * hour - warmth,
  }
}

function mutate(event: Record<string, unknown>, dice: Dice, values: readonly unknown[]): void {
  const kind = dice.below(6)
  if (kind < 3) event[dice.of(fields)] = dice.of(values)
  else if (kind === 3) delete event[dice.of(fields)]
  else if (kind === 4) own(event, dice.of(names), dice.of(values))
  // An id that was there before.
  else event['id'] = `e${dice.below(1000)}`
}

/** `__proto__` too becomes a property like any other. */
function own(event: object, name: string, value: unknown): void {
  Object.defineProperty(event, name, { value, writable: true, enumerable: true, configurable: true })
}

const refusing = {
  get demand(): number {
    throw new Error('this field cannot be read')
  },
}
const primitives: readonly unknown[] = [null, undefined, 0, NaN, '', 'event', true, 7n, Symbol('event'), () => 1, []]

/** What a program may hand over as an event: mostly records with up to three things wrong, sometimes none at all. */
export function hostileValue(k: number, dice: Dice): unknown {
  const sort = dice.below(400)
  if (sort === 0) return dice.of(primitives)
  if (sort === 1) return Object.create(refusing) as object
  if (sort === 2) return Object.defineProperty(goodEvent(k, dice), dice.of(fields), {
    enumerable: true, get: () => {
      throw new TypeError('a field of an event throws')
    },
  })
  const event = goodEvent(k, dice)
  for (let times = dice.below(5) - 1; times > 0; times--) mutate(event, dice, dice.below(2) === 0 ? plain : strange)
  return event
}

/** A record as JSON may write it, here and there with numbers that it may not. */
export function hostileJson(k: number, dice: Dice): string {
  const event = goodEvent(k, dice)
  for (let times = dice.below(3); times > 0; times--) mutate(event, dice, plain)
  const text = JSON.stringify(event)
  if (dice.below(6) > 0) return text
  return text.replace(/:-?\d+(\.\d+)?/, `:${dice.of(written)}`)
}

const marks = [
  '"', '""', ',', '\n', '\r\n', '\0', '\ufeff', '1e999', '{"__proto__":', '[[[[[[[[', '}', '\\u0000', '\\ud800', 'NaN',
  '\x1f\x8b', 'data:', '\n\n', 'id: 7\n', ';', '\t', '-0', 'PAR1',
].map((mark) => Buffer.from(mark))

/** Bytes with a few of them changed, lost, doubled or put in; four in five as they are. */
export function hostileBytes(text: string, dice: Dice): Buffer {
  let bytes = Buffer.from(text)
  if (dice.below(5) > 0) return bytes
  for (let times = 1 + dice.below(3); times > 0; times--) {
    const at = dice.below(bytes.length + 1)
    const kind = dice.below(5)
    if (kind === 0 && at < bytes.length) bytes[at] = dice.below(256)
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + dice.below(20))])
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), dice.of(marks), bytes.subarray(at)])
    else if (kind === 3) {
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - dice.below(40)))])
    } else bytes = bytes.subarray(0, at)
  }
  return bytes
}

/** Many lines of NDJSON, one record each as far as they are not broken. */
export function hostileLines(from: number, count: number, dice: Dice): Buffer {
  const lines: Buffer[] = []
  for (let k = 0; k < count; k++) lines.push(hostileBytes(`${hostileJson(from + k, dice)}\n`, dice))
  return Buffer.concat(lines)
}

/** The same as CSV, with a header. */
export function hostileCsv(from: number, count: number, dice: Dice): Buffer {
  const rows: Buffer[] = [Buffer.from('id,place,warmth,hour,note,at,demand\n')]
  for (let k = 0; k < count; k++) {
    const event = goodEvent(from + k, dice)
    for (let times = dice.below(3); times > 0; times--) mutate(event, dice, plain)
    const cells = fields.filter((field) => field !== 'spot').map((field) => {
      const text = dice.below(60) === 0 ? dice.of(written) : String(event[field] ?? '')
      return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    })
    rows.push(hostileBytes(`${cells.join(',')}\n`, dice))
  }
  return Buffer.concat(rows)
}

/** Non-blank lines: what a reader of NDJSON has to count. */
export function countLines(bytes: Buffer): number {
  return bytes.toString('latin1').split('\n').filter((line) => /[^ \t\r]/.test(line)).length
}

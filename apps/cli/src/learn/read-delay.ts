import { InvalidArgumentError } from 'commander'

/** How much later labels come: a number of records, or milliseconds of event time. */
export type Delay = { readonly unit: 'records' | 'milliseconds'; readonly by: number }

const units: Readonly<Record<string, number>> = {
  ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000,
}

/** Reads `100`, a number of records, or `30m`, a duration: ms, s, m, h, d or w. */
export function readDelay(text: string): Delay {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|[smhdw])?$/.exec(text)
  const unit = match?.[2]
  if (match !== null && unit !== undefined) return { unit: 'milliseconds', by: Number(match[1]) * units[unit]! }
  const by = Number(match?.[1])
  if (Number.isSafeInteger(by)) return { unit: 'records', by }
  throw new InvalidArgumentError('Give a number of records, as in 100, or a duration, as in 30m (ms, s, m, h, d, w).')
}

/** A text that `readDelay` reads so, in the largest unit that it is a whole number of. */
export function delayText({ unit, by }: Delay): string {
  if (unit === 'records') return String(by)
  const [name, size] = Object.entries(units).reverse().find(([, each]) => by % each === 0) ?? ['ms', 1]
  return `${by / size}${name}`
}

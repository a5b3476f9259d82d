import type { MetricState } from './metric.ts'

/** Several lists as one: each is preceded by its length. */
export function pack(lists: readonly (readonly number[])[]): MetricState {
  const numbers: number[] = []
  for (const list of lists) {
    numbers.push(list.length)
    for (let k = 0; k < list.length; k++) numbers.push(list[k]!)
  }
  return Object.freeze(numbers)
}

/** The lists that `pack` was given; null when they are none of its making. */
export function unpack(packed: MetricState): readonly MetricState[] | null {
  const lists: MetricState[] = []
  let at = 0
  while (at < packed.length) {
    const length = packed[at]!
    if (!Number.isInteger(length) || length < 0 || at + length >= packed.length) return null
    lists.push(packed.slice(at + 1, at + 1 + length))
    at += 1 + length
  }
  return lists
}

import { Tensor, ValueError } from '@eddy/tensor'

/** What a part of the model hands to a snapshot: immutable data that can be stored and hashed. */
export type Saved = number | string | boolean | null | Tensor | readonly Saved[] | { readonly [name: string]: Saved }

/** A copy of numbers, as a tensor of one axis. */
export function saveNumbers(numbers: ArrayLike<number>): Tensor {
  return Tensor.of([numbers.length], Float64Array.from(numbers))
}

/**
 * The numbers of a tensor that `saveNumbers` made; `length` demands their number.
 * @throws ValueError when this is none, or of another length.
 */
export function savedNumbers(saved: unknown, what: string, length = -1): Float64Array {
  const data = (saved as Tensor | undefined)?.data
  if (data instanceof Float64Array && (length < 0 || data.length === length)) return Float64Array.from(data)
  throw new ValueError({
    what: `${what} does not fit this model`, where: 'autoModel restore', got: data?.length ?? saved,
    wanted: length < 0 ? 'numbers' : `${length} numbers`, hint: 'Restore only what snapshot() of such a model gave.',
  })
}

/** @throws ValueError when this is no whole number from `least` to `most`. */
export function savedCount(saved: unknown, what: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (Number.isInteger(saved) && (saved as number) >= least && (saved as number) <= most) return saved as number
  throw new ValueError({
    what: `${what} does not fit this model`, where: 'autoModel restore', got: saved,
    wanted: `a whole number from ${least} to ${most}`, hint: 'Restore only what snapshot() of such a model gave.',
  })
}

/** @throws ValueError when this is no record. */
export function savedRecord(saved: unknown, what: string): Readonly<Record<string, Saved>> {
  if (typeof saved === 'object' && saved !== null && !Array.isArray(saved)) return saved as Record<string, Saved>
  throw new ValueError({
    what: `${what} is missing`, where: 'autoModel restore', got: saved, wanted: 'a record',
    hint: 'Restore only what snapshot() of such a model gave.',
  })
}

/** An event as it was learned: its numbers along the named axis, and its label as a number. Plain, frozen data. */
export interface Remembered {
  readonly indices: readonly number[]
  readonly values: readonly number[]
  readonly label: number
}

/** Whether data from outside is one. */
export function isRemembered(value: unknown): value is Remembered {
  const { indices, values, label } = (value ?? {}) as Partial<Remembered>
  return Array.isArray(indices) && Array.isArray(values) && indices.length === values.length
    && indices.every((index) => Number.isInteger(index) && index >= 0) && values.every(Number.isFinite)
    && Number.isFinite(label)
}

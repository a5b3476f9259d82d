/** Bytes that are not those that were written, and what was lost with them. */
export interface Damage {
  readonly file: string
  /** Offset of the first byte. */
  readonly at: number
  readonly what: string
}

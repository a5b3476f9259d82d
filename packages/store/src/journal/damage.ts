/** Bytes that are not those that were written, and what was lost with them. */
export interface Damage {
  readonly file: string
  /** Offset of the first byte. */
  readonly at: number
  readonly what: string
}

/** Adds what was found, unless it was found before: files are read again and again. */
export function tell(found: Damage[], { file, at, what }: Damage): void {
  if (!found.some((known) => known.file === file && known.at === at && known.what === what)) {
    found.push({ file, at, what })
  }
}

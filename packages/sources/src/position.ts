/** A place between two records of a source. Plain data: it survives JSON. */
export interface Position {
  /** Records received before it, the malformed ones included. For Parquet this is the row number. */
  readonly records: number
  /** Bytes before it, after decompression; 0 for sources that are not bytes. */
  readonly bytes: number
  /** Line breaks before it; 0 for sources that are not lines. */
  readonly lines: number
  /**
   * Bytes and line breaks before the last line, where that had no line break, as in a file that is being written: it
   * may go on.
   */
  readonly open?: { readonly bytes: number; readonly lines: number }
  /** What a server wants to hear to continue here: the last event id of a server-sent stream. */
  readonly id?: string
}

export const startPosition: Position = Object.freeze({ records: 0, bytes: 0, lines: 0 })

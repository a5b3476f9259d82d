/** A stretch of the data set, column by column, sorted by local time. */
export interface FlightColumns {
  readonly count: number
  /** Row of the first flight in the whole data set. */
  readonly firstRow: number
  /** Minutes since 1970 in the local time of the origin. */
  readonly localMinute: ArrayLike<number>
  readonly delayMinutes: ArrayLike<number>
  readonly miles: ArrayLike<number>
  readonly origin: ArrayLike<string>
  readonly destination: ArrayLike<string>
}

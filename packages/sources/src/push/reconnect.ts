export interface ReconnectOptions {
  /** Milliseconds before the first attempt to connect anew, doubled up to 30 s by every failure; default 1,000. */
  readonly retryMs?: number
  /**
   * Attempts in a row that may fail before the source does; default 10. 0: never connect anew. A connection that
   * brought something, or stood for 30 s although there was nothing to bring, did not fail.
   */
  readonly retriesMax?: number
}

export const retryMsDefault = 1000
export const retriesMaxDefault = 10
const delayMsMax = 30_000
/** A connection that stood for so long did not fail: a quiet night is no broken server. */
export const stoodMsMin = delayMsMax

/** Milliseconds before the attempt after this many failures in a row. */
export function retryDelayMs(retryMs: number, failures: number): number {
  return Math.min(delayMsMax, retryMs * 2 ** Math.min(failures, 30))
}

/** Waits, but not beyond an abort. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

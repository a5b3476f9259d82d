/** A request to stop after the event in hand. */
export interface StopRequest {
  readonly isStopped: boolean
  /** Resolves when somebody asks; for work that may be waiting. */
  readonly asked?: Promise<void>
}

/** Ctrl-C, and what `kill`, `timeout` and service managers send; with the exit codes that shells know for them. */
const signals = [['SIGINT', 130], ['SIGTERM', 143]] as const

/** Runs `work` so that the first signal asks it to stop in good order; the second one ends the process at once. */
export async function stopOnInterrupt<T>(work: (stop: StopRequest) => Promise<T>): Promise<T> {
  let ask!: () => void
  const stop = { isStopped: false, asked: new Promise<void>((resolve) => (ask = resolve)) }
  const handlers = signals.map(([signal, code]) => [signal, (): void => {
    // The cursor may be hidden: give it back before going.
    if (stop.isStopped && process.stderr.isTTY) process.stderr.write('\u001B[?25h')
    if (stop.isStopped) process.exit(code)
    stop.isStopped = true
    ask()
  }] as const)
  for (const [signal, handler] of handlers) process.on(signal, handler)
  try {
    return await work(stop)
  } finally {
    for (const [signal, handler] of handlers) process.off(signal, handler)
  }
}

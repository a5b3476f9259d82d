/** A request to stop after the event in hand. */
export interface StopRequest {
  readonly isStopped: boolean
  /** Resolves when somebody asks; for work that may be waiting. */
  readonly asked?: Promise<void>
}

/** Runs `work` so that the first Ctrl-C asks it to stop in good order; the second one ends the process at once. */
export async function stopOnInterrupt<T>(work: (stop: StopRequest) => Promise<T>): Promise<T> {
  let ask!: () => void
  const stop = { isStopped: false, asked: new Promise<void>((resolve) => (ask = resolve)) }
  const onInterrupt = (): void => {
    // The cursor may be hidden: give it back before going.
    if (stop.isStopped) process.stderr.write('\u001B[?25h')
    if (stop.isStopped) process.exit(130)
    stop.isStopped = true
    ask()
  }
  process.on('SIGINT', onInterrupt)
  try {
    return await work(stop)
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

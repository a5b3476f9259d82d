/** What something cost, in bytes and milliseconds. */
export interface Cost {
  /** By how much the memory of the process has risen at most. */
  readonly rise: number
  /** The longest that the event loop was busy with one turn, in time of the processor: others may run meanwhile. */
  readonly stall: number
}

/** Watches the memory of this process and the turns of its event loop. */
export class Watch {
  readonly #before = process.memoryUsage.rss()
  readonly #peakBefore = process.resourceUsage().maxRSS * 1024
  #most = 0
  #stall = 0
  #isOver = false
  #used = process.cpuUsage()

  constructor() {
    this.#turn()
  }

  #turn(): void {
    const { user, system } = process.cpuUsage(this.#used)
    this.#stall = Math.max(this.#stall, (user + system) / 1000)
    this.#used = process.cpuUsage()
    this.#most = Math.max(this.#most, process.memoryUsage.rss())
    if (!this.#isOver) setImmediate(() => this.#turn())
  }

  async end(): Promise<Cost> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#isOver = true
    const peak = process.resourceUsage().maxRSS * 1024
    // The peak counts what no turn has seen, but also what was before.
    const most = peak > this.#peakBefore ? Math.max(peak, this.#most) : this.#most
    return { rise: Math.max(0, most - this.#before), stall: this.#stall }
  }
}

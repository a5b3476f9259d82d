import { grouped } from '@eddy/terminal'
import type { Tally } from './tally.ts'

const window = 1000
const shareMax = 0.1

/** Says once when more than a tenth of the latest thousand records or so were rejected, until fewer are again. */
export class RejectAlarm {
  readonly #tally: Tally
  #received: number
  #rejected: number
  #isRaised = false

  constructor(tally: Tally) {
    this.#tally = tally
    this.#received = tally.received
    this.#rejected = tally.rejected
  }

  /** Called now and then: what there is to say, null for nothing. */
  look(): string | null {
    const count = this.#tally.received - this.#received
    if (count < window) return null
    const { received, rejected, reasons } = this.#tally
    const bad = rejected - this.#rejected
    const wasRaised = this.#isRaised
    this.#received = received
    this.#rejected = rejected
    this.#isRaised = bad > shareMax * count
    if (wasRaised || !this.#isRaised) return null
    const what = `${grouped(bad)} of the last ${grouped(count)} records were rejected`
    return `${what} (so far ${reasons}). Give --rejected with a file to see which.`
  }
}

import { GradientNorms, LossCurve, type Outlet } from '@eddy/terminal'
import { drawLearning } from './learn-view.ts'
import type { LearnOptions } from './learn-options.ts'
import type { Session } from './session.ts'
import { progressLine } from './summary.ts'

const drawEveryMs = 100
const quietMsMax = 10_000
const smoothCount = 30

/** Shows how learning goes: in place on a terminal, in lines that become rarer in a pipe. */
export class Progress {
  readonly #session: Session
  readonly #outlet: Outlet
  readonly #options: LearnOptions
  readonly #norms: GradientNorms
  readonly #curves = { model: new LossCurve(smoothCount), usual: new LossCurve(smoothCount) }
  readonly #before: number
  #since = performance.now()
  #shownAt = 0
  #nextLine = 100
  #endedAt: number | null = null

  constructor(session: Session, outlet: Outlet, options: LearnOptions) {
    this.#session = session
    this.#outlet = outlet
    this.#options = options
    this.#norms = new GradientNorms(session.model.layers)
    this.#before = session.tally.received
  }

  /** The clock starts: reading the first records is not learning. */
  start(): void {
    this.#since = this.#shownAt = performance.now()
    while (this.#nextLine <= this.#before) this.#nextLine = next(this.#nextLine)
  }

  /** Records taken since the start. */
  get count(): number {
    return this.#session.tally.received - this.#before
  }

  get seconds(): number {
    return ((this.#endedAt ?? performance.now()) - this.#since) / 1000
  }

  /** Called now and then: shows something when it is time to. */
  look(): void {
    const now = performance.now()
    if (this.#outlet.screen !== null) {
      if (now - this.#shownAt < drawEveryMs) return
      this.#norms.lookAway()
      this.#draw()
      this.#norms.look()
      this.#shownAt = now
      return
    }
    const { received } = this.#session.tally
    if (received < this.#nextLine && now - this.#shownAt < quietMsMax) return
    this.#outlet.say(progressLine(this.#session, received / this.seconds))
    while (this.#nextLine <= received) this.#nextLine = next(this.#nextLine)
    this.#shownAt = now
  }

  /** The clock stops, and the last picture stays. */
  end(): void {
    this.#endedAt ??= performance.now()
    this.#norms.lookAway()
    if (this.#outlet.screen !== null) this.#draw()
  }

  /** In any case: gives the terminal back. */
  close(): void {
    this.#norms.lookAway()
    this.#outlet.screen?.close()
  }

  #draw(): void {
    const { screen, style } = this.#outlet
    const session = this.#session
    if (session.recent.count > 0) {
      const { model, usual } = session.recent.means
      this.#curves.model.add(model)
      this.#curves.usual.add(usual)
    }
    screen!.draw(drawLearning({
      session, options: this.#options, eventsPerSecond: this.count / this.seconds, norms: this.#norms.norms,
      curves: { model: this.#curves.model.values, usual: this.#curves.usual.values },
    }, screen!, style))
  }
}

/** 100, 200, 500, 1000, and so on. */
function next(count: number): number {
  return String(count).startsWith('2') ? count * 2.5 : count * 2
}

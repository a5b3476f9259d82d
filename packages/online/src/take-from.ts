import { type Observable, Subscriber } from 'rxjs'

/** What becomes of what a source gives. */
export interface Taker<T> {
  /** What it throws ends the intake, as an error of the source does. */
  readonly next: (value: T) => void
  readonly complete: () => void
}

/**
 * Takes the values of `source` for as long as `subscriber` listens, which is told of errors. Nothing stands between the
 * two, no operator and no closure: that saves time at every value.
 */
export function takeFrom<T>(source: Observable<T>, subscriber: Subscriber<unknown>, taker: Taker<T>): void {
  const intake = new Intake(subscriber, taker)
  subscriber.add(intake)
  // One of another copy of RxJS gives a subscription of its own.
  intake.add(source.subscribe(intake))
}

/** Its fields are not #private: RxJS 6 calls it by an object that inherits from it, which has none of those. */
class Intake<T> extends Subscriber<T> {
  private readonly subscriber: Subscriber<unknown>
  private readonly taker: Taker<T>

  constructor(subscriber: Subscriber<unknown>, taker: Taker<T>) {
    super()
    this.subscriber = subscriber
    this.taker = taker
  }

  override next(value: T): void {
    // Again, for the object that inherits: its source has not been told.
    if (this.isStopped) return this.unsubscribe()
    try {
      this.taker.next(value)
    } catch (error) {
      this.error(error)
    }
  }

  protected override _error(error: unknown): void {
    this.unsubscribe()
    this.subscriber.error(error)
  }

  protected override _complete(): void {
    this.unsubscribe()
    this.taker.complete()
  }
}

import { Observable, type Subscriber } from 'rxjs'

/** Whoever looks at every state. Nothing is copied while nobody does. */
export class StateWatchers<S> {
  /** The state now, then each that is published. */
  readonly state$: Observable<S>
  readonly #state: () => S
  #watchers: readonly Subscriber<S>[] = []

  constructor(state: () => S) {
    this.#state = state
    this.state$ = new Observable((subscriber) => {
      subscriber.next(state())
      this.#watchers = [...this.#watchers, subscriber]
      return () => void (this.#watchers = this.#watchers.filter((other) => other !== subscriber))
    })
  }

  get areThere(): boolean {
    return this.#watchers.length > 0
  }

  publish(): void {
    if (!this.areThere) return
    const state = this.#state()
    for (const watcher of this.#watchers) watcher.next(state)
  }
}

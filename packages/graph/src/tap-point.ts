import type { Subscriber } from 'rxjs'
import type { Tensor } from '@eddy/tensor'

/**
 * The observers of one node's values or gradients, or of a training's. Adding and removing is safe at any time, also
 * during delivery.
 */
export class TapPoint<T = Tensor> {
  #observers: readonly Subscriber<T>[] = []
  readonly #watchers = new Set<() => void>()

  /** Those of now: adding and removing makes another list. */
  get observers(): readonly Subscriber<T>[] {
    return this.#observers
  }

  get isObserved(): boolean {
    return this.#observers.length > 0
  }

  add(subscriber: Subscriber<T>): void {
    this.#observers = [...this.#observers, subscriber]
  }

  /** False when it was removed before. */
  remove(subscriber: Subscriber<T>): boolean {
    const left = this.#observers.filter((other) => other !== subscriber)
    const found = left.length !== this.#observers.length
    this.#observers = left
    return found
  }

  /** Runs that contain the node are told when its observers change. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  get watchers(): number {
    return this.#watchers.size
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher()
  }

  /** Ends every observer: with `error` when one is given, by completion otherwise. */
  end(failed: boolean, error: unknown): void {
    const observers = this.#observers
    this.#observers = []
    for (const observer of observers) {
      if (failed) observer.error(error)
      else observer.complete()
    }
  }
}

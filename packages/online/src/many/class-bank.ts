import type { ClassAxis } from '../class-axis.ts'
import type { Label } from '../target.ts'
import type { Store } from './image.ts'

/**
 * Which classes each of many models has met, in its order of first sight: the axis has those of the resident.
 *
 * A program is compiled for a number of classes. It only matters to a frame that learns, so programs are compiled anew
 * when a model begins to learn that has met another number of them than the one before.
 */
export class ClassBank {
  readonly #axis: ClassAxis
  readonly #store: Store
  /** By number of the model. */
  readonly #lists: (readonly Label[])[] = []
  #resident: number
  /** What programs are compiled for, or will be. */
  #size: number
  #isOpen = false
  /** The class that a frame under way has brought, while another model is looked at. */
  #brought: readonly Label[] = []

  constructor(axis: ClassAxis, store: Store, first: number) {
    this.#axis = axis
    this.#store = store
    this.#resident = first
    this.#lists[first] = axis.names
    this.#size = axis.size
  }

  of(tenant: number): readonly Label[] {
    return this.#lists[tenant]!
  }

  enter(tenant: number): void {
    this.#resident = tenant
    this.#axis.restore(this.#lists[tenant]!)
    // The axis has an array of its own now.
    this.#lists[tenant] = this.#axis.names
  }

  /** The resident begins to learn from an event. */
  open(): void {
    if (this.#axis.size !== this.#size) this.#store.layoutVersion++
    this.#size = this.#axis.size
    this.#isOpen = true
  }

  /** The event has ended; whoever gave it a class, or took it back, has had programs compiled anew. */
  ended(): void {
    if (this.#isOpen) this.#size = this.#axis.size
    this.#isOpen = false
  }

  /** A model has been made of what is there, or has learned: the classes of the axis are its own. */
  own(tenant: number): void {
    this.#resident = tenant
    this.#lists[tenant] = this.#axis.names
  }

  remove(tenant: number): void {
    this.#lists[tenant] = []
  }

  /** Gives a model classes that were accepted. */
  restore(tenant: number, classes: readonly Label[]): void {
    this.#lists[tenant] = Object.freeze([...classes])
    if (tenant === this.#resident) this.enter(tenant)
  }

  /** Puts the class aside that a frame under way has brought; `leave` brings it back. */
  interrupt(): void {
    this.#brought = this.#axis.tentative
    this.#axis.rollback()
  }

  leave(): void {
    for (const name of this.#brought) this.#axis.numberOf(name)
    this.#brought = []
  }
}

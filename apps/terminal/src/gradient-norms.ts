import { type Observable, Subscription } from 'rxjs'

/** Anything whose gradient can be watched. */
export interface Watched {
  readonly gradient$: Observable<{ readonly data: ArrayLike<number> }>
}

/**
 * Gradient norms of layers, by looking now and then: `look` subscribes to the real gradient streams, `lookAway`
 * unsubscribes. In between nothing is tapped and learning runs at full speed; what is learned is the same bit for bit.
 */
export class GradientNorms {
  readonly #layers: readonly (readonly [name: string, node: Watched])[]
  readonly #means: Float64Array
  readonly #looks: Float64Array
  #watching: Subscription | null = null

  constructor(layers: readonly (readonly [name: string, node: Watched])[]) {
    this.#layers = layers
    this.#means = new Float64Array(layers.length)
    this.#looks = new Float64Array(layers.length)
  }

  /** Mean norm of the latest looks at each layer: about the last 30 of them. NaN before the first. */
  get norms(): readonly (readonly [name: string, norm: number])[] {
    return this.#layers.map(([name], k) => [name, this.#looks[k]! > 0 ? this.#means[k]! : NaN])
  }

  /** Watches from the next event on, until `lookAway`. */
  look(): void {
    if (this.#watching !== null) return
    this.#watching = new Subscription()
    this.#layers.forEach(([, node], k) => {
      this.#watching!.add(node.gradient$.subscribe((gradient) => this.#saw(k, norm(gradient.data))))
    })
  }

  lookAway(): void {
    this.#watching?.unsubscribe()
    this.#watching = null
  }

  #saw(k: number, value: number): void {
    this.#looks[k]!++
    this.#means[k]! += (value - this.#means[k]!) / Math.min(this.#looks[k]!, 30)
  }
}

function norm(data: ArrayLike<number>): number {
  let sum = 0
  for (let k = 0; k < data.length; k++) sum += data[k]! * data[k]!
  return Math.sqrt(sum)
}

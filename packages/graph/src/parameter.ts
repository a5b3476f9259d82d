import { assertShape, type Initializer, type Shape, Tensor } from '@eddy/tensor'
import { Node } from './node.ts'

/**
 * What a parameter or buffer starts from: a tensor, or a rule that draws one from the run's seed and the node's name.
 */
export type Initial<S extends Shape> = Tensor<S> | { readonly shape: S; readonly initializer: Initializer }

/** Who holds the current value of a leaf while runs change it. */
export interface Home {
  readonly read: (leaf: Leaf) => Tensor
  readonly write: (leaf: Leaf, value: Tensor) => void
}

export interface LeafOptions {
  /** A name of its own; default: named after the first operator that uses it (`linear.weight`). */
  readonly name?: string | undefined
  /** What it is to its layer (`weight`, `bias`); the last part of its default name. */
  readonly role?: string
  /**
   * Of a buffer: 'f64' (default, for statistics), or the element type of the run, for values that nodes compute with.
   */
  readonly precision?: 'f64' | 'run'
  /** Rows may be added while it is in use: each new row is drawn by the initializer, old rows keep every bit. */
  readonly growing?: () => number
}

/** A leaf whose value lives outside any run: a parameter or a buffer. */
export class Leaf<S extends Shape = Shape> extends Node<S> {
  readonly initial: Initial<S>
  /** Rows wanted right now, for a leaf along a named axis. */
  readonly growing: (() => number) | null
  /** Whether its cells are f64 whatever the element type of the run. */
  readonly isDouble: boolean
  /** Where the current value is; null until a run first needs it. */
  home: Home | null = null

  constructor(role: 'parameter' | 'buffer', initial: Initial<S>, options: LeafOptions) {
    const label = options.role ?? role
    assertShape(initial?.shape, label)
    super({ role, shape: initial.shape, label, name: options.name })
    this.initial = initial
    this.growing = options.growing ?? null
    this.isDouble = role === 'buffer' && options.precision !== 'run'
  }

  /** The current value, an immutable tensor; null while no run has drawn it and none was given. */
  get value(): Tensor<S> | null {
    if (this.home !== null) return this.home.read(this) as Tensor<S>
    return this.initial instanceof Tensor ? this.initial : null
  }
}

/**
 * A leaf whose value the optimizer owns. Using one parameter in two places shares it; its gradient is the sum.
 * @throws ValueError when what it starts from has no shape.
 *
 * @example
 * const w = parameter(scalar(1.5))
 * const loss = mul(0.5, square(sub(mul(w, x), t)))
 * w.gradient$.subscribe((g) => console.log(g.item()))   // -4 for x = 2, t = 5
 */
export function parameter<S extends Shape>(initial: Initial<S>, options: LeafOptions = {}): Leaf<S> {
  return new Leaf('parameter', initial, options)
}

/**
 * A leaf whose value an operator updates when a frame commits (running statistics); saved and restored like a
 * parameter.
 */
export function buffer<S extends Shape>(initial: Initial<S>, options: LeafOptions = {}): Leaf<S> {
  return new Leaf('buffer', initial, options)
}

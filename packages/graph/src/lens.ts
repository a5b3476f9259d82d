import { Observable, type OperatorFunction } from 'rxjs'
import { type Shape, sameShape, type Tensor } from '@eddy/tensor'
import { denseNode } from './dense-node.ts'
import { GraphError } from './errors.ts'
import { type Mutable, Node } from './node.ts'

/** A pair of RxJS operators on an edge: values pass through `forward`, gradients come back through `backward`. */
export interface Lens<A extends Shape, B extends Shape> {
  readonly forward: OperatorFunction<Tensor<A>, Tensor<B>>
  readonly backward: OperatorFunction<Tensor<B>, Tensor<A>>
  /** Shape of what `forward` emits; default: the shape of its input. */
  readonly shape?: B
  /**
   * False (default): both operators answer within the call. A value that does not come (`filter`) skips the frame:
   * nothing is learned. A gradient that does not come counts as zero.
   * True: an answer may come at any later time; until then the run waits and events queue.
   */
  readonly async?: boolean
  readonly name?: string
}

/**
 * Puts any RxJS operator pair on an edge: a stage boundary of the graph.
 *
 * Per frame each operator gets one tensor and must give at most one back, of the stated shape. An operator that throws
 * or errors aborts that frame and is subscribed anew for the next one, so its own state starts over.
 * @throws GraphError when applied to a plain Observable or to sparse pairs, or when an operator is missing.
 *
 * @example
 * const clipped = hidden.pipe(lens({ forward: identity, backward: map((g) => clipNorm(g, 1)) }))
 */
export function lens<A extends Shape>(
  pair: Omit<Lens<A, A>, 'shape'> & { readonly shape?: undefined },
): (x: Observable<Tensor<A>>) => Node<A>
export function lens<A extends Shape, const B extends readonly number[] | []>(
  pair: Lens<A, Mutable<B>> & { readonly shape: B },
): (x: Observable<Tensor<A>>) => Node<Mutable<B>>
export function lens<A extends Shape, B extends Shape>(
  pair: Omit<Lens<A, B>, 'shape'> & { readonly shape?: B | undefined },
): (x: Observable<Tensor<A>>) => Node<B> {
  if (typeof pair?.forward !== 'function' || typeof pair.backward !== 'function') {
    throw new GraphError(
      'needs two RxJS operators, forward and backward', 'lens', 'Use identity from rxjs for the one that does nothing',
    )
  }
  return (x) => {
    const node = denseNode(x, 'lens')
    return new Node<B>({
      role: 'lens', label: 'lens', shape: pair.shape ?? (() => node.shape as Shape as B), inputs: [node], options: pair,
      host: node.host, name: pair.name ?? node.host?.uniqueName('lens'),
    })
  }
}

/** What came out of a lens operator: a tensor, nothing (yet). */
export type Answer = Tensor | null

/** What an asynchronous lens does later. */
export interface Late {
  readonly answered: (answer: Tensor) => void
  readonly failed: (cause: unknown) => void
}

/** One direction of a lens in a run: feeds tensors in and collects what comes out. */
export class LensPort {
  readonly #operator: OperatorFunction<Tensor, Tensor>
  readonly #shape: Shape
  readonly #late: Late | null
  #feed: ((value: Tensor) => void) | null = null
  #cancel: () => void = () => {}
  #inside = false
  #answers: Tensor[] = []
  #failure: { readonly cause: unknown } | null = null

  /** `late` receives what comes outside a call; null for a lens that is not async. */
  constructor(operator: OperatorFunction<Tensor, Tensor>, shape: Shape, late: Late | null) {
    this.#operator = operator
    this.#shape = shape
    this.#late = late
  }

  /**
   * Gives one tensor to the operator; the answer if it came at once, else null.
   * @throws what the operator threw or emitted as an error; GraphError for two answers or a wrong shape.
   */
  pass(value: Tensor): Answer {
    if (this.#feed === null) this.#open()
    this.#inside = true
    this.#answers = []
    this.#failure = null
    this.#feed!(value)
    this.#inside = false
    const failure = this.#failure as { readonly cause: unknown } | null
    if (failure !== null) {
      this.close()
      throw failure.cause
    }
    if (this.#answers.length > 1) {
      throw new GraphError(
        `emitted ${this.#answers.length} values for one frame, wanted one`, 'lens',
        'Use operators that emit once per value',
      )
    }
    return this.#answers[0] ?? null
  }

  close(): void {
    this.#cancel()
    this.#feed = null
  }

  #open(): void {
    const source = new Observable<Tensor>((subscriber) => {
      this.#feed = (value) => subscriber.next(value)
    })
    const subscription = this.#operator(source).subscribe({
      next: (answer) => this.#receive(answer),
      error: (cause) => this.#fail(cause),
    })
    this.#cancel = () => subscription.unsubscribe()
    this.#feed ??= () => {}
  }

  #receive(answer: Tensor): void {
    const shape = answer?.shape
    if (!shape || !sameShape(shape, this.#shape)) {
      this.#fail(new GraphError(
        `emitted shape [${shape}], wanted [${this.#shape}]`, 'lens',
        'Emit tensors of the shape stated: lens({ forward, backward, shape })',
      ))
    } else if (this.#inside) this.#answers.push(answer)
    else this.#late?.answered(answer)
  }

  #fail(cause: unknown): void {
    if (this.#inside) this.#failure = { cause }
    else {
      this.close()
      this.#late?.failed(cause)
    }
  }
}

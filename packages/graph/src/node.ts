import { Observable, type Subscriber, type UnaryFunction } from 'rxjs'
import { formatShape, type Shape, ShapeError, type Tensor } from '@eddy/tensor'
import { GraphError } from './errors.ts'
import type { Operator } from './operator.ts'
import { TapPoint } from './tap-point.ts'

/** A tuple of sizes that TypeScript infers literally from what the caller wrote. */
export type AnyNode = Node<Shape>

/** Literal sizes, without the `readonly` that `const` type parameters add. */
export type Mutable<S extends Shape> = { -readonly [K in keyof S]: S[K] }

/** Gives a graph's nodes their names and lets taps reach the run of its source. One per event source. */
export interface Host {
  /** `linear`, then `linear_1`, `linear_2`, ... in order of construction. */
  readonly uniqueName: (base: string) => string
  /** Keeps a name that was given elsewhere from being given again. */
  readonly reserve: (name: string) => void
  /** Called after a tap was added to, or removed from, `node`. */
  readonly tapAdded: (node: AnyNode) => void
  readonly tapRemoved: (node: AnyNode) => void
}

/** How a value comes into being. */
export type Role = 'input' | 'parameter' | 'buffer' | 'constant' | 'operator' | 'lens'

export interface NodeOptions<S extends Shape> {
  readonly role: Role
  readonly shape: S | (() => S)
  readonly name?: string | undefined
  readonly label: string
  readonly inputs?: readonly AnyNode[]
  readonly operator?: Operator | null
  readonly options?: unknown
  readonly host?: Host | null
  readonly pairs?: number | (() => number)
}

let created = 0

/** Which inputs get no gradient from a node that is made now. */
let stops = (_input: AnyNode): boolean => false

/** What `make` returns; nodes that it makes give no gradient to inputs that `stopped` holds for. @internal */
export function stopping<T>(stopped: (input: AnyNode) => boolean, make: () => T): T {
  const before = stops
  stops = (input) => before(input) || stopped(input)
  try {
    return make()
  } finally {
    stops = before
  }
}

/**
 * A vertex of the graph: an immutable description that is also the `Observable` of its values.
 *
 * Subscribing attaches a tap to the live run of the graph's event source; it never computes anything twice and never
 * changes what is learned. `gradient$` emits dL/d(this node), summed over its consumers, after each backward pass.
 * Every emission is a private copy. Edges point to inputs only: building a graph registers nothing anywhere.
 */
export class Node<S extends Shape> extends Observable<Tensor<S>> {
  /** Increasing in order of construction, so ascending ids are a topological order. */
  readonly id: number
  readonly role: Role
  /** What was written in the program, for messages: `linear(2, 8)`. */
  readonly label: string
  readonly inputs: readonly AnyNode[]
  readonly rule: Operator | null
  readonly options: unknown
  readonly host: Host | null
  readonly valueTaps: TapPoint
  readonly gradientTaps: TapPoint
  readonly gradient$: Observable<Tensor<S>>
  /** Whether an input gets no gradient here, although its operator could give it one: see `frozen`. @internal */
  readonly stops = stops
  readonly #shape: S | (() => S)
  readonly #pairs: number | (() => number)
  #name: string | null

  constructor(options: NodeOptions<S>) {
    super((subscriber) => this.#attach(this.valueTaps, subscriber as Subscriber<Tensor>))
    this.id = created++
    this.role = options.role
    this.label = options.label
    this.inputs = options.inputs ?? []
    this.rule = options.operator ?? null
    this.options = options.options
    this.host = options.host ?? null
    this.valueTaps = new TapPoint()
    this.gradientTaps = new TapPoint()
    this.gradient$ = new Observable((subscriber) => this.#attach(this.gradientTaps, subscriber as Subscriber<Tensor>))
    this.#shape = options.shape
    this.#pairs = options.pairs ?? 0
    this.#name = options.name ?? null
  }

  /** The shape of every value; fixed, except along a named axis, which grows. */
  get shape(): S {
    return typeof this.#shape === 'function' ? this.#shape() : this.#shape
  }

  /** Capacity of a sparse value; 0 for a dense one. */
  get pairs(): number {
    return typeof this.#pairs === 'function' ? this.#pairs() : this.#pairs
  }

  /** The unique name within its graph, used in messages, states and rejections. */
  get name(): string {
    return this.#name ?? `${this.label}#${this.id}`
  }

  /** Whether the shape follows a named axis. */
  get grows(): boolean {
    return typeof this.#shape === 'function'
  }

  get isNamed(): boolean {
    return this.#name !== null
  }

  /** Names the node unless it has a name already. */
  nameIfUnnamed(name: string): void {
    this.#name ??= name
  }

  #attach(point: TapPoint, subscriber: Subscriber<Tensor>): () => void {
    point.add(subscriber)
    this.host?.tapAdded(this)
    point.changed()
    return () => {
      if (point.remove(subscriber)) {
        this.host?.tapRemoved(this)
        point.changed()
      }
    }
  }

  override pipe(): Observable<Tensor<S>>
  override pipe<A>(a: UnaryFunction<this, A>): A
  override pipe<A, B>(a: UnaryFunction<this, A>, b: UnaryFunction<A, B>): B
  override pipe<A, B, C>(a: UnaryFunction<this, A>, b: UnaryFunction<A, B>, c: UnaryFunction<B, C>): C
  override pipe<A, B, C, D>(
    a: UnaryFunction<this, A>, b: UnaryFunction<A, B>, c: UnaryFunction<B, C>, d: UnaryFunction<C, D>,
  ): D
  override pipe<A, B, C, D, E>(
    a: UnaryFunction<this, A>, b: UnaryFunction<A, B>, c: UnaryFunction<B, C>, d: UnaryFunction<C, D>,
    e: UnaryFunction<D, E>,
  ): E
  override pipe<A, B, C, D, E, F>(
    a: UnaryFunction<this, A>, b: UnaryFunction<A, B>, c: UnaryFunction<B, C>, d: UnaryFunction<C, D>,
    e: UnaryFunction<D, E>, f: UnaryFunction<E, F>,
  ): F
  override pipe<A, B, C, D, E, F, G>(
    a: UnaryFunction<this, A>, b: UnaryFunction<A, B>, c: UnaryFunction<B, C>, d: UnaryFunction<C, D>,
    e: UnaryFunction<D, E>, f: UnaryFunction<E, F>, g: UnaryFunction<F, G>,
  ): G
  override pipe<A, B, C, D, E, F, G, H>(
    a: UnaryFunction<this, A>, b: UnaryFunction<A, B>, c: UnaryFunction<B, C>, d: UnaryFunction<C, D>,
    e: UnaryFunction<D, E>, f: UnaryFunction<E, F>, g: UnaryFunction<F, G>, h: UnaryFunction<G, H>,
  ): H
  override pipe<A, B, C, D, E, F, G, H, I>(
    a: UnaryFunction<this, A>, b: UnaryFunction<A, B>, c: UnaryFunction<B, C>, d: UnaryFunction<C, D>,
    e: UnaryFunction<D, E>, f: UnaryFunction<E, F>, g: UnaryFunction<F, G>, h: UnaryFunction<G, H>,
    i: UnaryFunction<H, I>,
  ): I
  override pipe<A, B, C, D, E, F, G, H, I, J>(
    a: UnaryFunction<this, A>, b: UnaryFunction<A, B>, c: UnaryFunction<B, C>, d: UnaryFunction<C, D>,
    e: UnaryFunction<D, E>, f: UnaryFunction<E, F>, g: UnaryFunction<F, G>, h: UnaryFunction<G, H>,
    i: UnaryFunction<H, I>, j: UnaryFunction<I, J>,
  ): J
  override pipe(...steps: readonly UnaryFunction<never, unknown>[]): unknown {
    return steps.reduce<unknown>((value, step) => {
      const next = typeof step === 'function' ? (step as UnaryFunction<unknown, unknown>)(value) : () => {}
      if (typeof next !== 'function') return next
      throw new GraphError(
        `got ${step?.name || typeof step}, wanted a layer`, 'pipe', 'Call it: write relu(), not relu',
      )
    }, this)
  }
}

/** A layer: takes the stream of a node's values, gives the next node. It is an RxJS operator. */
export type Layer<I extends Shape, O extends Shape> = (x: Observable<Tensor<I>>) => Node<O>

/**
 * The node behind an observable.
 * @throws GraphError when `x` is a plain observable: the gradient path is cut there, and layers before it would never
 * learn.
 */
export function asNode<S extends Shape>(x: Observable<Tensor<S>>, layer: string): Node<S> {
  if (x instanceof Node) return x as Node<S>
  const got = x instanceof Observable
    ? 'a plain Observable (an RxJS operator such as map or tap returns one)' : typeof x
  throw new GraphError(
    `needs a Node, got ${got}, so no gradient could flow back through it`,
    layer,
    'Start with input(source, { shape }), put RxJS operators before it, or wrap them in lens({ forward, backward })',
  )
}

/** How a node appears in a message about shapes. */
function withShape(node: AnyNode): string {
  return `${node.label} -> ${formatShape(node.shape)}`
}

/** Options of `apply`. */
export interface ApplyOptions {
  /** What the user wrote, for messages; default: the operator's name. */
  readonly label?: string
  /** A name for the node; default: the operator's name, numbered within its graph. */
  readonly name?: string | undefined
}

/**
 * Applies an operator to nodes. Unnamed parameters among the inputs are named after the new node: the input at port k
 * called `weight` becomes `linear.weight`.
 * @throws ShapeError naming the layer and its inputs when the shapes do not fit.
 * @throws GraphError when the inputs come from different event sources.
 */
export function apply<S extends Shape>(
  operator: Operator<never, never>, inputs: readonly AnyNode[], options: unknown, how: ApplyOptions = {},
): Node<S> {
  const label = how.label ?? operator?.name
  checkNodes(inputs, label)
  const host = commonHost(inputs, label)
  const rule = operator as unknown as Operator
  const shape = resultShape(rule, inputs, options, label)
  if (how.name !== undefined) host?.reserve(how.name)
  const name = how.name ?? host?.uniqueName(rule.name)
  const grows = inputs.some((node) => node.grows)
  const node = new Node<S>({
    role: 'operator', shape: grows ? growingShape<S>(rule, inputs, options) : (shape as S),
    label, name, inputs, operator: rule, options, host,
    pairs: () => rule.pairs?.(inputs.map((n) => n.pairs), options) ?? 0,
  })
  if (host !== null && name !== undefined) nameParameters(inputs, name, host)
  return node
}

/** @throws GraphError unless these are nodes. */
export function checkNodes(nodes: readonly AnyNode[], where: string): void {
  if (Array.isArray(nodes) && nodes.every((node) => node instanceof Node)) return
  throw new GraphError('needs a list of nodes', where, 'Start with input(source, { shape })')
}

/** The shape along a named axis, worked out anew only when the shape of an input is another object than before. */
function growingShape<S extends Shape>(rule: Operator, inputs: readonly AnyNode[], options: unknown): () => S {
  const seen: Shape[] = []
  let shape: Shape | null = null
  return () => {
    let isNew = shape === null
    for (let i = 0; i < inputs.length; i++) {
      const now = inputs[i]!.shape
      if (now !== seen[i]) isNew = true
      seen[i] = now
    }
    return (isNew ? (shape = rule.shape([...seen], options)) : shape) as S
  }
}

function nameParameters(inputs: readonly AnyNode[], owner: string, host: Host): void {
  for (const node of inputs) if (node.host === null && node.isNamed) host.reserve(node.name)
  for (const node of inputs) {
    if ((node.role === 'parameter' || node.role === 'buffer') && !node.isNamed) {
      node.nameIfUnnamed(node.label === node.role ? host.uniqueName(node.label) : `${owner}.${node.label}`)
    }
  }
}

/**
 * Names what was built before its event source was known (operations on parameters alone), in order of construction.
 */
export function nameAll(ascending: readonly AnyNode[], host: Host): void {
  for (const node of ascending) if (node.host === null && node.isNamed) host.reserve(node.name)
  for (const node of ascending) {
    if (node.rule === null) continue
    if (!node.isNamed) node.nameIfUnnamed(host.uniqueName(node.rule.name))
    nameParameters(node.inputs, node.name, host)
  }
  for (const node of ascending) if (!node.isNamed) node.nameIfUnnamed(host.uniqueName(node.label))
}

function resultShape(operator: Operator, inputs: readonly AnyNode[], options: unknown, label: string): Shape {
  try {
    return operator.shape(inputs.map((node) => node.shape), options)
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    const data = inputs.filter((node) => node.role !== 'parameter' && node.role !== 'buffer')
    throw new ShapeError({ ...error, where: `${label} after ${data.map(withShape).join(' and ')}` }, { cause: error })
  }
}

function commonHost(inputs: readonly AnyNode[], label: string): Host | null {
  let host: Host | null = null
  for (const node of inputs) {
    const own = asNode(node, label).host
    if (own === null || own === host) continue
    if (host !== null) {
      throw new GraphError(
        'its inputs come from two different event sources, so they have no common event', label,
        'Join the sources first (withLatestFrom, zip, ...) and let every input select from the joined one',
      )
    }
    host = own
  }
  return host
}

import { Observable, Subject, type Subscriber } from 'rxjs'
import type { Tensor } from '@eddy/tensor'
import type { Progress } from './assignment.ts'
import { ancestors, usesOf } from './demand.ts'
import { GraphError } from './errors.ts'
import type { AnyNode } from './node.ts'
import type { Optimizer, OptimizerSlot, TrainingState } from './optimizer.ts'
import { Leaf } from './parameter.ts'
import type { Rejection } from './rejection.ts'
import { type Counters, type Member, Run } from './run.ts'
import { Step } from './step.ts'
import type { Store } from './store.ts'
import { TapPoint } from './tap-point.ts'
import type { TrainingOptions } from './training-options.ts'

/**
 * Learning, as a stream of its steps: one `Step` for every committed update.
 *
 * Subscribing joins the run of the loss's event source; several subscribers share one training. What was learned stays
 * when the last one leaves, and learning goes on from there when somebody subscribes again.
 */
export class Training extends Observable<Step> implements Member {
  readonly loss: AnyNode
  readonly optimizer: Optimizer
  readonly options: TrainingOptions
  readonly progress: Progress
  /** Events that changed nothing, and why. */
  readonly rejected$: Observable<Rejection>
  /** The state now, then after every update. Nothing is copied while nobody subscribes. */
  readonly state$: Observable<TrainingState>
  readonly #run: Run
  readonly #leaves: readonly Leaf[]
  readonly #reached: ReadonlyMap<AnyNode, unknown>
  readonly #rejections = new Subject<Rejection>()
  readonly #steps = new TapPoint<Step>()
  readonly #states = new TapPoint<TrainingState>()
  #published: TrainingState | null = null
  #past: TrainingState[] = []
  #home: Store | null = null

  constructor(loss: AnyNode, optimizer: Optimizer, options: TrainingOptions) {
    super((subscriber) => this.#attach(subscriber))
    if (!(loss.host instanceof Run)) {
      throw new GraphError('depends on no input, so no event can reach it', loss.name, 'Use input(source, { shape })')
    }
    this.loss = loss
    this.optimizer = optimizer
    this.options = options
    this.progress = { step: 0, schedule: optimizer.schedule?.initial ?? null }
    this.rejected$ = this.#rejections.asObservable()
    this.state$ = new Observable((subscriber) => this.#watch(subscriber))
    this.#run = loss.host
    this.#leaves = ancestors([loss]).filter((node) => node instanceof Leaf)
    this.#reached = usesOf([loss])
  }

  /** How the events of the run have ended so far. */
  get counters(): Readonly<Counters> {
    return { ...this.#run.counters }
  }

  /**
   * Hands over events that are there already (a file, a replay, a batch from a broker): the same steps, bit for bit,
   * as one at a time, in few calls instead of many. A list made by `resident` is copied once, however often it comes.
   * Steps of one call are delivered after it: who leaves, or restores, on one of them does so after the last.
   * @throws GraphError when nobody is subscribed, or for anything but a list.
   */
  burst(events: readonly unknown[]): void {
    if (!this.#steps.isObserved || !Array.isArray(events)) {
      throw new GraphError('needs a list of events, and a subscriber', 'burst', 'Subscribe to the training first')
    }
    this.#run.burst(events)
  }

  /** The state now, immutable. Tensors that did not change since the last snapshot are the same objects. */
  snapshot(): TrainingState {
    return (this.#published = this.optimizer.publish(this.#published, this.#read()))
  }

  /** The state now, to be written down at once: tensors may be views of memory, good until the next event. @internal */
  peek(): TrainingState {
    return this.#read(true)
  }

  /**
   * Goes back, or over, to a state; every bit that learning depends on is replaced. Inside a tap it takes effect when
   * the frame in flight has ended.
   * @throws GraphError when the state belongs to another model.
   */
  restore(state: TrainingState): void {
    this.#return(state)
  }

  /**
   * Takes back the last `count` updates, as far as the last `restore`.
   * @throws GraphError when fewer are kept.
   */
  undo(count = 1): void {
    const kept = this.#past.length - count
    const state = this.#past[kept - 1]
    if (state === undefined) {
      throw new GraphError(
        `cannot take back ${count} updates, ${Math.max(0, this.#past.length - 1)} are kept`, 'undo',
        'Keep more: minimize(optimizer, { history: 100 })',
      )
    }
    this.#return(state, this.#past.slice(0, kept))
  }

  #return(state: TrainingState, past?: TrainingState[]): void {
    this.check(state)
    this.#run.atBorder(() => {
      this.#write(state)
      this.#past = past ?? (this.options.history ? [this.snapshot()] : [])
    })
  }

  /** @internal */
  get reads(): readonly AnyNode[] {
    return this.options.reads ?? []
  }

  /** @internal */
  get wantsEveryState(): boolean {
    return this.#states.isObserved || this.options.history! > 0
  }

  /** @internal */
  committed(id: number, step: number, loss: number, event: unknown): void {
    if (this.wantsEveryState) this.#remember()
    const result = new Step(id, step, loss, event)
    const { observers } = this.#steps
    for (let k = 0; k < observers.length; k++) observers[k]!.next(result)
  }

  #remember(): void {
    const { history } = this.options
    if (history) {
      this.#past.push(this.snapshot())
      if (this.#past.length > history + 1) this.#past.shift()
    }
    if (this.#states.isObserved) this.#publish()
  }

  /** @internal */
  rejected(rejection: Rejection): void {
    this.#rejections.next(rejection)
  }

  /** @internal */
  ended(failed: boolean, error: unknown): void {
    this.#steps.end(failed, error)
  }

  #attach(subscriber: Subscriber<Step>): void {
    const isFirst = !this.#steps.isObserved
    this.#steps.add(subscriber)
    // Before joining: a source may emit at once, and the subscriber leave while it does.
    subscriber.add(() => {
      this.#steps.remove(subscriber)
      if (!this.#steps.isObserved) this.#run.leave(this)
    })
    if (!isFirst) return
    if (this.options.history && this.#past.length === 0) this.#past.push(this.snapshot())
    this.#run.join(this)
  }

  #watch(subscriber: Subscriber<TrainingState>): () => void {
    subscriber.next(this.snapshot())
    this.#states.add(subscriber)
    return () => this.#states.remove(subscriber)
  }

  #publish(): void {
    const state = this.snapshot()
    for (const observer of this.#states.observers) observer.next(state)
  }

  get #store(): Store {
    return (this.#home ??= this.#run.storeOf([this.loss], this.options))
  }

  /** What the optimizer keeps beside a parameter: nothing where no gradient arrives and another one keeps some. */
  #slotsOf(leaf: Leaf): readonly OptimizerSlot[] {
    const specs = this.optimizer.slots(this.#store.slotOf(leaf).shape)
    return !this.#reached.has(leaf) && this.#store.keepsOthers(leaf, specs) ? [] : specs
  }

  #read(isLive = false): TrainingState {
    const store = this.#store
    const parameters: Record<string, Tensor> = {}
    const buffers: Record<string, Tensor> = {}
    const slots: Record<string, Record<string, Tensor>> = {}
    for (const leaf of this.#leaves) {
      if (leaf.role === 'buffer') buffers[leaf.name] = store.read(leaf, isLive)
      else {
        parameters[leaf.name] = store.read(leaf, isLive)
        const specs = this.#slotsOf(leaf)
        if (specs.length > 0) {
          store.momentsOf(leaf, specs)
          slots[leaf.name] = Object.fromEntries(specs.map(({ name }, k) => [name, store.readMoment(leaf, k, isLive)]))
        }
      }
    }
    const { step, schedule } = this.progress
    return { step, seed: store.seed, parameters, slots, buffers, schedule }
  }

  /** Looks at everything before anything is written, so that a state that does not fit changes nothing. @internal */
  check(state: TrainingState): void {
    const store = this.#store
    const { optimizer } = this
    optimizer.coefficients(state.step, state.schedule, new Float64Array(optimizer.cells), 0)
    optimizer.schedule?.observe(state.schedule, 0)
    for (const leaf of this.#leaves) {
      const kept = leaf.role === 'buffer' ? state.buffers : state.parameters
      store.check(leaf, present(kept, leaf.name, leaf.name))
      if (leaf.role === 'buffer') continue
      for (const { name } of this.#slotsOf(leaf)) {
        const what = `${leaf.name}, optimizer slot ${name}`
        store.check(leaf, present(state.slots[leaf.name] ?? {}, name, what), what)
      }
    }
  }

  #write(state: TrainingState): void {
    const store = this.#store
    for (const leaf of this.#leaves) {
      if (leaf.role === 'buffer') store.write(leaf, state.buffers[leaf.name]!)
      else {
        store.write(leaf, state.parameters[leaf.name]!)
        this.#slotsOf(leaf).forEach(({ name }, k, specs) => {
          store.momentsOf(leaf, specs)
          store.writeMoment(leaf, k, state.slots[leaf.name]![name]!)
        })
      }
    }
    store.reseed(state.seed)
    this.progress.step = state.step
    this.progress.schedule = state.schedule
    this.#run.restored()
    if (this.#states.isObserved) this.#publish()
  }
}

function present(kept: Readonly<Record<string, Tensor>>, name: string, what: string): Tensor {
  if (Object.hasOwn(kept, name)) return kept[name]!
  throw new GraphError(
    `is not in the state, which has [${Object.keys(kept).join(', ')}] there`, what,
    'The state belongs to another model or optimizer: build what wrote it',
  )
}

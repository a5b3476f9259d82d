import { Subject } from 'rxjs'
import type { DType, Tensor } from '@eddy/tensor'
import type { WeightLayout } from './arrangement.ts'
import { assignmentsOf, type Minimizer } from './assignment.ts'
import { Connection, type EventSource } from './connection.ts'
import { ancestors, type Wish } from './demand.ts'
import { GraphError } from './errors.ts'
import { Evaluator } from './evaluator.ts'
import { Executor, type Outcome } from './executor.ts'
import { type Failure, rejectionOf } from './failure.ts'
import { Ingress, type QueueOptions } from './ingress.ts'
import { type AnyNode, type Host, nameAll } from './node.ts'
import { Leaf } from './parameter.ts'
import type { Fusion } from './partition.ts'
import type { Rejection } from './rejection.ts'
import type { Slot } from './slot.ts'
import { Store } from './store.ts'

export interface RunOptions {
  /** Element type of all values; default 'f32'. */
  readonly dtype?: DType
  /** Seed of initial values and random operators; default 0. */
  readonly seed?: number
  /** How nodes are grouped into stages; default 'on'. Changes no result. */
  readonly fusion?: Fusion
  /** How weights of linear layers are stored; default 'auto', by how many inputs are zero. Changes no result. */
  readonly weights?: WeightLayout
  /** 'continue' (default): rejected events are reported and the stream goes on. 'stop': the first one ends the run. */
  readonly onReject?: 'continue' | 'stop'
  readonly queue?: QueueOptions
  /** For tests: chooses among stages that are ready. */
  readonly pick?: (waiting: number) => number
}

/** What a training needs from the run that executes it, and the run from it. */
export interface Member extends Minimizer {
  readonly options: RunOptions
  /** Nodes whose values `Run#read` is to give while a step is being delivered. */
  readonly reads: readonly AnyNode[]
  /** Whether it wants to see the state after every single update. */
  readonly wantsEveryState: boolean
  readonly committed: (id: number, step: number, loss: number, event: unknown) => void
  readonly rejected: (rejection: Rejection) => void
  readonly ended: (failed: boolean, error: unknown) => void
}

/**
 * How events ended. opened = committed + observed + rejected + skipped, once nothing is in flight. Committed ones
 * updated parameters, observed ones were only watched, rejected ones left no trace, skipped ones were held by a lens.
 */
export interface Counters {
  opened: number
  committed: number
  observed: number
  rejected: number
  skipped: number
}

const runs = new WeakMap<object, Run>()

/**
 * The live execution of all graphs on one event source: hot, counted by its taps and trainings.
 *
 * The first of them connects it, the last one to leave tears it down at the next frame border; parameters, optimizer
 * state and frame numbers outlive it. One frame is in flight at a time; events that arrive meanwhile wait in one
 * bounded queue. A Subject is connected at once. Any other source is connected when a training attaches, or else in the
 * next microtask, so that taps attached in one go all see the first event.
 */
export class Run implements Host {
  readonly rejected$ = new Subject<Rejection>()
  readonly counters: Counters = { opened: 0, committed: 0, observed: 0, rejected: 0, skipped: 0 }
  readonly #source: EventSource<unknown>
  readonly #evaluator = new Evaluator()
  readonly #names = new Map<string, number>()
  readonly #reserved = new Set<string>()
  readonly #tapped = new Map<AnyNode, number>()
  #members: readonly Member[] = []
  /** Those that the frame in flight is computed for; meanwhile others may join, or some of them leave. */
  #present: readonly Member[] = []
  #queue = new Ingress<unknown>()
  #options: RunOptions = {}
  #store: Store | null = null
  #executor: Executor | null = null
  #watching: (() => void)[] = []
  #border: (() => void)[] = []
  #connection: Connection | null = null
  #ending: { readonly failed: boolean; readonly error: unknown } | null = null
  #busy = false
  #stale = true
  #event: unknown
  /** Which event of a burst is being delivered; null outside bursts. */
  #place: number | null = null

  private constructor(source: EventSource<unknown>) {
    this.#source = source
  }

  /** The run of a source; the same one for every input that selects from it. */
  static of(source: EventSource<unknown>): Run {
    let run = runs.get(source)
    if (run === undefined) runs.set(source, (run = new Run(source)))
    return run
  }

  get isConnected(): boolean {
    return this.#connection !== null
  }

  get queued(): number {
    return this.#queue.length
  }

  get dropped(): number {
    return this.#queue.dropped
  }

  uniqueName(base: string): string {
    for (;;) {
      const count = this.#names.get(base) ?? 0
      this.#names.set(base, count + 1)
      const name = count === 0 ? base : `${base}_${count}`
      if (!this.#reserved.has(name)) return name
    }
  }

  reserve(name: string): void {
    this.#reserved.add(name)
    const owner = name.lastIndexOf('.')
    if (owner > 0) this.#reserved.add(name.slice(0, owner))
  }

  tapAdded(node: AnyNode): void {
    this.#tapped.set(node, (this.#tapped.get(node) ?? 0) + 1)
    this.#stale = true
    if (this.#connection !== null) return
    // A Subject, also one of another copy of RxJS.
    if ('observers' in this.#source) this.#connect()
    else queueMicrotask(() => this.#connection === null && this.#isWanted && this.#connect())
  }

  tapRemoved(node: AnyNode): void {
    const left = this.#tapped.get(node)! - 1
    if (left > 0) this.#tapped.set(node, left)
    else this.#tapped.delete(node)
    this.#stale = true
    this.#leaveIfUnwanted()
  }

  /** Attaches a training. */
  join(member: Member): void {
    this.storeOf([member.loss], member.options)
    if (this.#members.length === 0) this.#options = member.options
    if (this.#queue.length === 0) this.#queue = new Ingress(member.options.queue)
    this.#members = [...this.#members, member]
    this.#stale = true
    if (this.#connection === null) this.#connect()
  }

  /** Detaches it. */
  leave(member: Member): void {
    const left = this.#members.filter((other) => other !== member)
    if (left.length === this.#members.length) return
    this.#members = left
    this.#stale = true
    this.#leaveIfUnwanted()
  }

  /** The store that holds the parameters of `nodes`; made at first need. */
  storeOf(nodes: readonly AnyNode[], options: RunOptions): Store {
    const { dtype = 'f32', seed = 0 } = options
    const all = ancestors(nodes)
    const leaves = all.filter((node) => node instanceof Leaf)
    const home = leaves.map((leaf) => leaf.home).find((candidate) => candidate instanceof Store)
    const store = this.#store ?? home ?? new Store(dtype, seed)
    if (options.dtype !== undefined && store.dtype !== options.dtype) {
      throw new GraphError(
        `its parameters are ${store.dtype} already, wanted ${options.dtype}`, leaves[0]?.name ?? 'run',
        'Give all that share parameters the same dtype',
      )
    }
    nameAll(all, this)
    const names = new Set<string>()
    for (const leaf of leaves) {
      if (names.has(leaf.name)) {
        throw new GraphError(
          'is the name of two parameters, so a state could not tell them apart', leaf.name, 'Rename one',
        )
      }
      names.add(leaf.name)
      store.slotOf(leaf)
    }
    return (this.#store = store)
  }

  /** Hands one event to the run, as the source does. Waits its turn when a frame is in flight. */
  push(event: unknown): void {
    if (this.#busy) return this.#wait(event)
    this.#turn(event)
    if (this.#hasMore) this.#settleQueue()
  }

  #wait(event: unknown): void {
    if (this.#ending?.failed === true) return
    try {
      this.#queue.offer(event)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Something is to be done before the next event comes from the source. */
  get #hasMore(): boolean {
    return this.#border.length > 0 || this.#queue.length > 0 || this.#ending !== null
  }

  /**
   * Hands events to the run in order; the results are those of `push` for each. Where nobody watches in between, many
   * of them are one call, and their steps are delivered after it.
   */
  burst(events: readonly unknown[]): void {
    let next = 0
    while (next < events.length && this.#members.length > 0) {
      const count = this.#busy || this.#ending !== null ? 0 : this.#together(events, next)
      if (count === 0) this.push(events[next++])
      next += count
    }
  }

  /** As many events as go into one call; how many were committed. */
  #together(events: readonly unknown[], from: number): number {
    if (this.#members.some((member) => member.wantsEveryState)) return 0
    this.#busy = true
    let count = 0
    try {
      const executor = this.#prepare()
      const before = this.#members.map(({ progress }) => progress.step)
      count = executor.burst(events, from, [...new Set(this.#members.flatMap((member) => member.reads))])
      this.#deliver(executor, events, from, count, before)
    } catch (error) {
      this.#fail(error)
    }
    this.#place = null
    this.#busy = false
    this.#settleQueue()
    return count
  }

  /** The steps of a burst, one event after the other. `before`: how far each member had come. */
  #deliver(
    executor: Executor, events: readonly unknown[], from: number, count: number, before: readonly number[],
  ): void {
    const members = this.#members
    for (let k = 0; k < count; k++) {
      this.counters.committed++
      const id = ++this.counters.opened
      this.#place = k
      for (let a = 0; a < members.length; a++) {
        members[a]!.committed(id, before[a]! + k + 1, executor.lossAt(a, k), events[from + k])
      }
    }
  }

  /**
   * The values of nodes for one event, with current parameters; nothing is learned and no tap sees it. Inputs that the
   * nodes do not depend on are not asked for.
   */
  evaluate(event: unknown, nodes: readonly AnyNode[], options: RunOptions): readonly Tensor[] | Rejection {
    const known = this.#store !== null && this.#evaluator.knows(nodes)
    const result = this.#evaluator.evaluate(event, nodes, known ? this.#store! : this.storeOf(nodes, options))
    return Array.isArray(result) ? result : rejectionOf(0, event, result as Failure)
  }

  /** The value of a node in the frame that was just committed; valid while its `Step` is being delivered. */
  read(node: AnyNode): Tensor {
    return this.#executor!.value(node, this.#slotOf(node))
  }

  /** The first element of what `read` gives, without a copy of the others. */
  readNumber(node: AnyNode): number {
    const number = this.#place === null ? null : this.#executor!.numberAt(node, this.#place)
    return number ?? this.#executor!.first(this.#slotOf(node))
  }

  #slotOf(node: AnyNode): Slot {
    const executor = this.#executor
    const slot = this.#place === null ? executor?.program.values.get(node) : executor!.slotAt(node, this.#place)
    if (slot != null) return slot
    throw new GraphError(
      'was not computed in this frame', node.name,
      'Ask for a node that the loss depends on (in bursts: one of reads), or tap it',
    )
  }

  /** Runs `action` between frames: now, or after the frame in flight. */
  atBorder(action: () => void): void {
    if (this.#busy) this.#border.push(action)
    else action()
  }

  /** To be told when values in the store were replaced from outside. */
  restored(): void {
    this.#executor?.remeasure()
  }

  get #isWanted(): boolean {
    return this.#members.length > 0 || this.#tapped.size > 0
  }

  #connect(): void {
    this.#ending = null
    const connection: Connection = new Connection(this.#source, {
      next: (event) => this.push(event),
      end: (failed, error) => this.#connection === connection && this.#end(failed, error),
      idle: () => new Promise((resume) => this.atBorder(resume)),
    })
    this.#connection = connection
    connection.open()
  }

  #leaveIfUnwanted(): void {
    if (this.#isWanted || this.#connection === null) return
    if (this.#busy) this.#border.push(() => !this.#isWanted && this.#teardown())
    else this.#teardown()
  }

  #teardown(): void {
    const connection = this.#connection
    this.#connection = null
    connection?.close()
    this.#queue.clear()
    this.#executor?.close()
    this.#executor = null
    for (const forget of this.#watching.splice(0)) forget()
    this.#stale = true
  }

  /** One event, from the queue or from the source. Sets `#busy` until the frame has ended. */
  #turn(event: unknown): void {
    this.#busy = true
    this.#event = event
    try {
      const ready = this.#prepare()
      this.#present = this.#members
      const executor = ready.grows ? this.#grown(ready, event) : ready
      const outcome = executor.execute(event, ++this.counters.opened, this.#members.length > 0)
      if (outcome !== 'parked') this.#settle(outcome)
    } catch (error) {
      this.#busy = false
      this.#fail(error)
    }
  }

  /** The executor for an event that may make the model grow. */
  #grown(executor: Executor, event: unknown): Executor {
    if (!executor.select(event)) return executor
    const larger = this.#compile()
    larger.takeSelected(executor)
    return larger
  }

  /** A frame has ended. */
  #settle(outcome: Outcome): void {
    if (outcome === 'committed') this.#committed()
    else if (outcome === 'skipped') this.counters.skipped++
    else this.#rejected()
    this.#event = undefined
    this.#busy = false
  }

  #committed(): void {
    const { counters } = this
    const members = this.#present
    const executor = this.#executor!
    if (!executor.learned) {
      counters.observed++
      return
    }
    counters.committed++
    const id = counters.opened
    const event = this.#event
    for (let k = 0; k < members.length; k++) {
      const member = members[k]!
      member.committed(id, member.progress.step, executor.loss(k), event)
    }
  }

  #rejected(): void {
    this.counters.rejected++
    this.#report(rejectionOf(this.counters.opened, this.#event, this.#executor!.failure!))
  }

  #report(rejection: Rejection): void {
    this.rejected$.next(rejection)
    for (const member of this.#present) member.rejected(rejection)
    if (rejection.phase === 'observe') return
    if (this.#present.some((member) => member.options.onReject === 'stop')) {
      const { reason, node, phase, cause } = rejection
      this.#fail(new GraphError(
        `event ${rejection.id} was rejected in phase ${phase}: ${reason}`, node, "Use onReject: 'continue' to go on",
        { cause },
      ))
    }
  }

  /** Works off what has to happen between frames, then the queue, then a pending end. */
  #settleQueue(): void {
    while (!this.#busy) {
      if (this.#border.length > 0) for (const action of this.#border.splice(0)) action()
      if (this.#busy) return
      if (this.#connection !== null && this.#queue.length > 0) this.#turn(this.#queue.take())
      else break
    }
    if (!this.#busy && this.#ending !== null) this.#finish()
  }

  #prepare(): Executor {
    const executor = this.#executor
    return executor !== null && !this.#stale && executor.isCurrent ? executor : this.#renew(executor)
  }

  #renew(executor: Executor | null): Executor {
    if (executor === null || !executor.serves(this.#wish(), this.#members.length)) return this.#compile()
    executor.tapsChanged()
    this.#stale = false
    return executor
  }

  #compile(): Executor {
    const wish = this.#wish()
    const nodes = [...wish.losses, ...wish.required]
    const store = this.storeOf(nodes, this.#options)
    this.#executor?.close()
    this.#executor = null
    const executor = new Executor(store, assignmentsOf(this.#members), wish, {
      fusion: this.#options.fusion ?? 'on', weights: this.#options.weights, pick: this.#options.pick, silent: false,
      settled: (outcome) => {
        this.#settle(outcome)
        this.#settleQueue()
      },
      observedFailure: (failure) => this.#report(rejectionOf(this.counters.opened, this.#event, failure)),
    })
    this.#executor = executor
    this.#watchLeaves(nodes)
    this.#stale = false
    return executor
  }

  /** Leaves belong to no run: whoever taps one tells every run that contains it. */
  #watchLeaves(nodes: readonly AnyNode[]): void {
    for (const forget of this.#watching.splice(0)) forget()
    const stale = (): void => {
      this.#stale = true
    }
    for (const node of ancestors(nodes)) {
      if (node.host === null) this.#watching.push(node.valueTaps.watch(stale), node.gradientTaps.watch(stale))
    }
  }

  #wish(): Wish {
    const losses = this.#members.map((member) => member.loss)
    const tapped = [...this.#tapped.keys()]
    const free = ancestors([...losses, ...tapped]).filter((node) => node.host === null)
    const all = [...tapped, ...free]
    const values = all.filter((node) => node.valueTaps.isObserved)
    const gradients = all.filter((node) => node.gradientTaps.isObserved)
    return { losses, required: losses.length === 0 ? tapped : [], values, gradients }
  }

  /** The run is dead: what waits in the queue goes with it. */
  #fail(error: unknown): void {
    this.#queue.clear()
    this.#connection?.close()
    this.#end(true, error)
  }

  #end(failed: boolean, error: unknown): void {
    this.#ending ??= { failed, error }
    if (!this.#busy) this.#finish()
  }

  /** Terminal events: values in topological order, gradients in reverse, trainings last. */
  #finish(): void {
    const { failed, error } = this.#ending!
    this.#ending = null
    const nodes = [...new Set([...this.#tapped.keys(), ...this.#ownLeaves()])].sort((a, b) => a.id - b.id)
    const members = this.#members
    this.#teardown()
    this.#tapped.clear()
    this.#members = []
    for (const node of nodes) node.valueTaps.end(failed, error)
    for (const node of nodes.reverse()) node.gradientTaps.end(failed, error)
    for (const member of members) member.ended(failed, error)
  }

  /** Leaves that no other live run contains. */
  #ownLeaves(): AnyNode[] {
    const nodes = this.#executor?.program.nodes ?? []
    return nodes.filter((node) => node.host === null && node.valueTaps.watchers <= 1)
  }
}

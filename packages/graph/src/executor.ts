import { placeProgram, type Special } from '@eddy/kernels'
import { EddyError, type Tensor } from '@eddy/tensor'
import { Arrangement, type WeightLayout } from './arrangement.ts'
import type { Assignment } from './assignment.ts'
import { Burst } from './burst.ts'
import { Careful } from './careful.ts'
import { demandOf, type Wish } from './demand.ts'
import { type Failure, messageOf, stoppedFailure, thrownFailure } from './failure.ts'
import { Intake } from './intake.ts'
import type { Lens } from './lens.ts'
import { LensStages } from './lens-stage.ts'
import type { AnyNode } from './node.ts'
import { Observation } from './observation.ts'
import type { Fusion } from './partition.ts'
import { type Direction, Pipeline, type Stage } from './pipeline.ts'
import { Program } from './program.ts'
import { newcomer } from './shared-arena.ts'
import type { Slot } from './slot.ts'
import type { Store } from './store.ts'
import type { Range } from './tape-writer.ts'

/** How a frame ended, or `parked` while it waits for an asynchronous lens. */
export type Outcome = 'committed' | 'rejected' | 'skipped' | 'parked'

export interface ExecutorOptions {
  readonly fusion: Fusion
  readonly weights?: WeightLayout | undefined
  /** Chooses among ready stages; for tests that shuffle. */
  readonly pick?: ((waiting: number) => number) | undefined
  /** Nobody is to see these frames. */
  readonly silent: boolean
  /** Called when a parked frame has ended. */
  readonly settled: (outcome: Outcome) => void
  /** Called when an observed branch failed; learning goes on. */
  readonly observedFailure: (failure: Failure) => void
}

/**
 * Executes frames of one program: forward, value taps, backward, gradient taps, guard, update, commit.
 *
 * Nothing that outlives a frame is written before all guards have passed, so a frame that fails leaves no trace. With
 * one stage and nobody watching, a whole frame is one call into the tape machine.
 */
export class Executor {
  readonly program: Program
  readonly #store: Store
  readonly #assignments: readonly Assignment[]
  readonly #options: ExecutorOptions
  /** Header of the program when a frame can be one call; 0 when it has several stages or learns nothing. */
  readonly #header: number
  /** Forward and backward pass can be one call: nobody is to see what happens in between. */
  readonly #together: boolean
  readonly #pipeline: Pipeline | null
  readonly #lenses: LensStages
  readonly #observation: Observation
  readonly #careful: Careful
  readonly #arrangement: Arrangement
  readonly #inputs: readonly Intake[]
  /** An event may make the model grow, so that all inputs are asked (`select`) before any value is written. */
  readonly grows: boolean
  readonly #selected: unknown[] = []
  readonly #losses: readonly Slot[]
  /** Coefficients differ from step to step. */
  readonly #varies: boolean
  /** A schedule looks at the losses. */
  readonly #schedules: boolean
  readonly #id = newcomer()
  /** The step at which the machine stands when no one else has run it since. */
  #step = 0
  #burst: Burst | null = null
  /** The program as functions of its own, when it has run for long; frames so far, until that is wanted. */
  #special: Special | null = null
  #frames = 0
  #making: Iterator<void, Special | null> | null = null
  #isSettled = false
  #direct = false
  #learns = false
  #direction: Direction = 'forward'
  /** A gradient of this frame is beyond what an unchecked update may see. */
  #isLarge = false
  /** Why the last frame was rejected. */
  failure: Failure | null = null

  constructor(store: Store, assignments: readonly Assignment[], wish: Wish, options: ExecutorOptions) {
    this.#store = store
    this.#assignments = assignments
    this.#options = options
    this.program = new Program(demandOf(wish), store, assignments, options.fusion, options.weights)
    const { program } = this
    store.programs++
    const alone = program.stages.length <= 1 && !program.hasLens
    this.#pipeline = alone ? null : new Pipeline(program, options.pick)
    this.#header = alone && assignments.length > 0 ? this.#place() : 0
    this.#together = this.#header !== 0 && !program.writer.hasCalls
    this.#lenses = new LensStages(program, (node, direction) => ({
      answered: (answer) => this.#resume(node, direction, answer),
      failed: (cause) => this.#failLate(node, direction, cause),
    }))
    this.#observation = new Observation(program, this.#lenses, (range) => this.#run(range), options.observedFailure)
    this.#careful = new Careful(program, assignments)
    this.#arrangement = new Arrangement(store, program.candidates, (node) => program.values.get(node)!)
    this.#inputs = program.inputs.map((node) => new Intake(store, node, program.values.get(node)!))
    this.grows = store.grows || this.#inputs.some(({ axis }) => axis !== undefined)
    this.#losses = assignments.map(({ loss }) => program.values.get(loss)!)
    this.#varies = assignments.some(({ optimizer }) => !optimizer.constant)
    this.#schedules = assignments.some(({ optimizer }) => optimizer.schedule !== undefined)
    this.#writeCoefficients(true)
    this.tapsChanged()
  }

  #place(): number {
    const { frame, update, cells } = this.program
    const { header } = placeProgram(this.#store.arena, {
      frame: [frame.from, frame.to], update: [update.from, update.to], coefficients: cells[0] ?? 0,
      coefficientCount: 0, coefficientRows: 0, status: 0, inputs: [], outputs: [],
    })
    this.program.writer.memory.adopt(header)
    return header
  }

  /** Values stand where they stood when the program was compiled. */
  get isCurrent(): boolean {
    return this.program.layoutVersion === this.#store.layoutVersion
  }

  /** Whether every tap can be served without compiling anew. */
  serves(wish: Wish, members: number): boolean {
    const { values, gradients, demand, observedBackward } = this.program
    // Without a training every tap change alters what is required; with one, only taps on nodes outside it do.
    return members > 0 && members === this.#assignments.length
      && wish.losses.every((node, k) => node === this.#assignments[k]!.loss)
      && wish.values.every((node) => values.has(node)) && wish.gradients.every((node) => gradients.has(node))
      && demand.observed.length === 0 && observedBackward.length === 0 && this.isCurrent
  }

  /** Reads anew who observes what; between frames only. */
  tapsChanged(): void {
    if (!this.#options.silent) this.#observation.refresh()
    this.#direct = this.#together && this.#observation.isEmpty
  }

  /** Values were replaced from outside. */
  remeasure(): void {
    this.#careful.measure()
    this.#writeCoefficients(true)
  }

  /** Whether the last frame was one to learn from. */
  get learned(): boolean {
    return this.#learns
  }

  /** The loss of the current frame for assignment k. */
  loss(k: number): number {
    return this.first(this.#losses[k]!)
  }

  /** A copy of a node's value in the current frame, or in the one of which `slot` holds it. */
  value(node: AnyNode, slot?: Slot): Tensor {
    return this.#observation.copy(node, slot)
  }

  /**
   * Prepares an event for `execute` where the model `grows`. True when a named axis has grown: the owner then makes a
   * new executor and hands what was selected to that one.
   */
  select(event: unknown): boolean {
    this.failure = null
    let grown = false
    for (let i = 0; i < this.#inputs.length; i++) {
      const input = this.#inputs[i]!
      try {
        this.#selected[i] = input.select(event)
      } catch (cause) {
        this.#refuse(input.node, cause)
        return false
      }
      if (input.axis !== undefined && input.slot.pairs !== input.axis.pairs) grown = true
    }
    if (this.#store.grow() || !this.isCurrent) grown = true
    return grown
  }

  /** The values that another executor's `select` has found for the same inputs. */
  takeSelected(other: Executor): void {
    this.failure = other.failure
    for (const [i, input] of this.#inputs.entries()) {
      this.#selected[i] = other.#selected[other.#inputs.findIndex(({ node }) => node === input.node)]
    }
  }

  /**
   * Learns from as many of the events as one call can take; how many were committed. 0 means: run the next one by
   * itself.
   * `reads` are nodes whose values `slotAt` is to give afterwards.
   */
  burst(events: readonly unknown[], from: number, reads: readonly AnyNode[]): number {
    if (!this.#direct || this.#careful.isNeeded || this.program.writer.hasCalls) return 0
    if (this.#schedules) return 0
    this.#burst ??= new Burst(this.program, this.#assignments, reads)
    const count = this.#burst.run(events, from, this.#special)
    this.#ran(count)
    if (count > 0) this.#store.touched()
    this.#careful.committed(count)
    this.#arrangement.committed(count)
    for (const { progress } of this.#assignments) progress.step += count
    return count
  }

  /** The loss of assignment `a` for the k-th event of the last burst. */
  lossAt(a: number, k: number): number {
    return this.#burst!.loss(a, k)
  }

  /** The first element of a node's value for the k-th event of the last burst; null when it was not asked for. */
  numberAt(node: AnyNode, k: number): number | null {
    return this.#burst?.number(node, k) ?? null
  }

  /** Where a node's value for the k-th event of the last burst stands; null when it was not asked for. */
  slotAt(node: AnyNode, k: number): Slot | null {
    return this.#burst?.slot(node, k) ?? null
  }

  /**
   * Runs the frame of an event; where the model `grows`, of one that was given to `select`. Kept short, as is all that
   * is called for a frame in one piece: so engines compile it in one piece.
   */
  execute(event: unknown, frame: number, learns: boolean): Outcome {
    const inputs = this.#inputs
    this.#learns = learns && this.#assignments.length > 0
    if (this.grows && this.failure !== null) return 'rejected'
    let i = 0
    try {
      for (; i < inputs.length; i++) {
        const input = inputs[i]!
        input.write(this.grows ? this.#selected[i] : input.select(event))
      }
      const isTogether = this.#together && this.#learns
      if (!isTogether || !this.#isThere) this.#enter()
      if (this.#learns && this.#varies) this.#writeCoefficients(false)
      if (!isTogether) return this.#atLength(frame)
      return this.#direct && !this.#careful.isNeeded ? this.#whole() : this.#watched()
    } catch (cause) {
      return i < inputs.length ? this.#refuse(inputs[i]!.node, cause) : this.#thrown(cause)
    }
  }

  #atLength(frame: number): Outcome {
    this.#direction = 'forward'
    this.#pipeline?.start('forward', frame)
    return this.#advance(frame)
  }

  /** Gives back memory and subscriptions; the values in the store stay. */
  close(): void {
    this.#store.programs--
    this.#pipeline?.close()
    this.#lenses.close()
    this.program.free()
  }

  /** Nobody else has run the machine since. */
  get #isThere(): boolean {
    return this.#store.memory.occupant === this.#id && this.#step === this.#assignments[0]!.progress.step
  }

  /**
   * The arena is shared: whoever ran in between (a tap may feed another model) has left the machine in its own state.
   */
  #enter(): void {
    this.#step = this.#assignments.length === 0 ? 0 : this.#assignments[0]!.progress.step
    this.#store.enter(this.#id, this.#step, this.#learns)
  }

  /** After taps, any of which may have run another model. */
  #enterAgain(): void {
    if (this.#store.memory.occupant !== this.#id) this.#enter()
  }

  /** An input cannot take its value from the event. */
  #refuse(node: AnyNode, cause: unknown): Outcome {
    const reason = cause instanceof EddyError ? cause.message : `select threw: ${messageOf(cause)}`
    return this.#reject({ reason, node, phase: 'input', cause })
  }

  #writeCoefficients(all: boolean): void {
    for (let k = 0; k < this.#assignments.length; k++) {
      const { optimizer, progress } = this.#assignments[k]!
      if (all || !optimizer.constant) {
        optimizer.coefficients(progress.step, progress.schedule, this.#store.arena.f64, this.program.cells[k]! >>> 3)
      }
    }
  }

  /** The whole frame in one call. */
  #whole(): Outcome {
    const special = this.#special
    const code = special === null ? this.#interpreted() : special.frame(this.#header)
    if (code !== 0) return code === 1 ? this.#stopped() : this.#updateCarefully()
    return this.#commit()
  }

  #interpreted(): number {
    this.#ran(1)
    return this.#store.arena.frame(this.#store.dtype, this.#header)
  }

  /** A program that has run for long enough may do so for as long again: a piece of its own functions is made. */
  #ran(frames: number): void {
    const { arena, dtype } = this.#store
    if (this.#isSettled || (this.#frames += frames) <= arena.patience) return
    this.#making ??= arena.specialize(dtype, this.#header)
    const { done, value } = this.#making.next()
    if (done !== true) return
    this.#isSettled = true
    this.#special = value
  }

  /** All but the update in one call. Taps of values see what they would have seen before the backward pass. */
  #watched(): Outcome {
    const { control } = this.#store.arena
    this.#ran(1)
    control.careful = false
    const done = this.#special === null ? this.#run(this.program.frame) : this.#special.frame(0) === 0
    if (!done) this.#stopped()
    this.#isLarge = control.careful
    if (done || this.failure!.phase === 'backward') this.#observation.forward()
    if (!done) return 'rejected'
    this.#enterAgain()
    return this.#finish()
  }

  /** Goes on where the frame stands, until it ends or has to wait. */
  #advance(frame: number): Outcome {
    if (this.#direction === 'forward') {
      const state = this.#pass('forward')
      if (state !== null) return state
      if (!this.#run(this.program.scanValues)) return this.#stopped()
      this.#observation.forward()
      if (!this.#learns) return 'committed'
      this.#direction = 'backward'
      this.#enterAgain()
      this.#pipeline?.start('backward', frame)
    }
    const { guards, stages } = this.program
    if (this.#pipeline === null) {
      if (!this.#run({ from: stages[0]?.backward.from ?? guards.from, to: guards.to })) return this.#stopped()
    } else {
      const state = this.#pass('backward')
      if (state !== null) return state
      if (!this.#run(guards)) return this.#stopped()
    }
    this.#isLarge = this.#store.arena.control.careful
    return this.#finish()
  }

  /** Everything is computed and checked: taps of gradients, then the update. */
  #finish(): Outcome {
    this.#observation.backward()
    if (this.#careful.isNeeded || this.#isLarge) return this.#updateCarefully()
    this.#enterAgain()
    if (this.#special?.update() !== true) this.#run(this.program.update)
    return this.#commit()
  }

  /** Runs all stages in one direction; null when the pass is complete. */
  #pass(direction: Direction): Outcome | null {
    if (this.#pipeline === null) {
      const plan = this.program.stages[0]
      return plan === undefined || this.#run(plan[direction]) ? null : this.#stopped()
    }
    let ended: Outcome | null = null
    const complete = this.#pipeline.drain((stage) => {
      if (ended !== null) return false
      if (!this.#run(stage.plan[direction])) ended = this.#stopped()
      else if (stage.plan.lens !== null) {
        return this.#visitLens(stage.plan.lens, direction, () => void (ended = 'skipped'))
      }
      return ended === null
    })
    return ended ?? (complete ? null : 'parked')
  }

  /** True when the lens has answered. */
  #visitLens(node: AnyNode, direction: Direction, skip: () => void): boolean {
    if (direction === 'backward' && !this.program.demand.gradient.has(node.inputs[0]!)) return true
    const answer = this.#lenses.ask(node, direction)
    if (answer === null) {
      if ((node.options as Lens<never, never>).async === true) return false
      if (direction === 'forward') {
        skip()
        return false
      }
    }
    this.#lenses.take(node, direction, answer)
    return true
  }

  /** An asynchronous lens has answered: the parked frame goes on. */
  #resume(node: AnyNode, direction: Direction, answer: Tensor): void {
    const stage: Stage | undefined = this.#pipeline?.stageOf(node)
    if (stage === undefined || this.#direction !== direction || !this.#pipeline!.isOpen) return
    this.#enter()
    this.#lenses.take(node, direction, answer)
    this.#pipeline!.finished(stage)
    let outcome: Outcome
    try {
      outcome = this.#advance(this.#pipeline!.frame)
    } catch (cause) {
      outcome = this.#thrown(cause)
    }
    if (outcome !== 'parked') this.#options.settled(outcome)
  }

  /** An asynchronous lens has failed: the parked frame ends. */
  #failLate(node: AnyNode, phase: Direction, cause: unknown): void {
    if (this.#pipeline?.isOpen !== true) return
    this.program.writer.culprit = { node, phase }
    this.#options.settled(this.#thrown(cause))
  }

  #updateCarefully(): Outcome {
    this.#enter()
    const bad = this.#careful.update(() => this.#run(this.program.update))
    if (bad === null) return this.#commit()
    const reason = 'the update would make it not finite. Lower the learning rate, or clip the gradients'
    return this.#reject({ reason, node: bad, phase: 'update', cause: null })
  }

  #commit(): Outcome {
    this.#store.touched()
    this.#careful.committed(1)
    this.#arrangement.committed(1)
    this.#step++
    const assignments = this.#assignments
    for (let k = 0; k < assignments.length; k++) assignments[k]!.progress.step++
    if (this.#schedules) this.#observeLosses()
    return 'committed'
  }

  #observeLosses(): void {
    this.#assignments.forEach(({ optimizer: { schedule }, progress }, k) => {
      if (schedule !== undefined) progress.schedule = schedule.observe(progress.schedule, this.loss(k))
    })
  }

  #run(range: Range): boolean {
    return range.from === range.to || this.#store.arena.run(this.#store.dtype, range.from, range.to) === 0
  }

  /** The first element of a slot. */
  first(slot: Slot): number {
    return this.#store.arena.number(slot.dtype, slot.at)
  }

  #stopped(): Outcome {
    return this.#reject(stoppedFailure(this.program))
  }

  #thrown(cause: unknown): Outcome {
    return this.#reject(thrownFailure(this.program, cause))
  }

  #reject(failure: Failure): Outcome {
    this.failure = failure
    return 'rejected'
  }
}

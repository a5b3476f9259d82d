import { placeProgram, type PlacedProgram } from '@eddy/kernels'
import { Tensor } from '@eddy/tensor'
import { EventError } from './errors.ts'
import { Careful } from './careful.ts'
import { demandOf, type Wish } from './demand.ts'
import { writeInput } from './input-writer.ts'
import type { InputOptions } from './input.ts'
import { type Lens, LensPort } from './lens.ts'
import type { AnyNode } from './node.ts'
import type { Optimizer } from './optimizer.ts'
import type { Leaf } from './parameter.ts'
import type { Fusion } from './partition.ts'
import { type Direction, Pipeline, type Stage } from './pipeline.ts'
import { type Group, isComputed, Program } from './program.ts'
import { faultReason } from './rejection.ts'
import type { Slot } from './slot.ts'
import type { Store } from './store.ts'
import type { Phase, Range } from './tape-writer.ts'

/** How far a training has come; survives runs. */
export interface Progress {
  step: number
  schedule: unknown
}

/** A loss, who updates its parameters, and how far it has come. */
export interface Assignment {
  readonly loss: AnyNode
  readonly optimizer: Optimizer
  readonly parameters: readonly Leaf[]
  readonly progress: Progress
}

/** How a frame ended, or `parked` while it waits for an asynchronous lens. */
export type Outcome = 'committed' | 'rejected' | 'skipped' | 'parked'

/** What went wrong with the current frame. */
export interface Failure {
  readonly reason: string
  readonly node: AnyNode
  readonly phase: Phase
  readonly cause: unknown
}

export interface ExecutorOptions {
  readonly fusion: Fusion
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
  readonly #placed: PlacedProgram | null
  readonly #pipeline: Pipeline | null
  readonly #careful: Careful
  readonly #ports = new Map<AnyNode, { readonly forward: LensPort; readonly backward: LensPort }>()
  readonly #inputs: readonly { readonly node: AnyNode; readonly slot: Slot; readonly options: InputOptions }[]
  readonly #inputValues: unknown[] = []
  #valueTaps: readonly AnyNode[] = []
  #gradientTaps: readonly AnyNode[] = []
  #direct = false
  #frame = 0
  #learns = false
  #direction: Direction = 'forward'
  #observedFailed = false
  /** A gradient of this frame is beyond what an unchecked update may see. */
  #isLarge = false
  /** Why the last frame was rejected. */
  failure: Failure | null = null

  constructor(store: Store, assignments: readonly Assignment[], wish: Wish, options: ExecutorOptions) {
    this.#store = store
    this.#assignments = assignments
    this.#options = options
    const groups: Group[] = assignments.map(({ optimizer, parameters }) => ({ optimizer, parameters }))
    this.program = new Program(demandOf(wish), store, groups, options.fusion)
    const { program } = this
    const { stages } = program
    const alone = stages.length <= 1 && !program.hasLens
    this.#pipeline = alone ? null : new Pipeline(program, options.pick)
    this.#placed = assignments.length > 0 && alone ? this.#place() : null
    this.#careful = new Careful(program, assignments)
    this.#inputs = program.inputs.map((node) => ({
      node, slot: program.values.get(node)!, options: node.options as InputOptions,
    }))
    this.#writeCoefficients(true)
    this.tapsChanged()
  }

  #place(): PlacedProgram {
    const { frame, update, cells } = this.program
    const placed = placeProgram(this.#store.arena, {
      frame: [frame.from, frame.to], update: [update.from, update.to], coefficients: cells[0] ?? 0,
      coefficientCount: 0, coefficientRows: 0, status: 0, inputs: [], outputs: [],
    })
    this.#store.memory.adopt(placed.header)
    return placed
  }

  /** Whether every tap can be served without compiling anew. */
  serves(wish: Wish, members: number): boolean {
    const { values, gradients, demand } = this.program
    // Without a training every tap change alters what is required; with one, only taps on nodes outside it do.
    return members > 0 && members === this.#assignments.length
      && wish.losses.every((node, k) => node === this.#assignments[k]!.loss)
      && wish.values.every((node) => values.has(node)) && wish.gradients.every((node) => gradients.has(node))
      && demand.observed.length === 0 && this.program.observedBackward.length === 0
      && this.program.layoutVersion === this.#store.layoutVersion
  }

  /** Reads anew who observes what; between frames only. */
  tapsChanged(): void {
    if (this.#options.silent) return
    const { demand, values, gradients } = this.program
    const all = [...demand.guarded, ...demand.observed].sort((a, b) => a.id - b.id)
    this.#valueTaps = all.filter((node) => values.has(node) && node.valueTaps.isObserved)
    this.#gradientTaps = all.filter((node) => node.gradientTaps.isObserved).reverse()
    for (const node of this.#gradientTaps) {
      if (!gradients.has(node)) gradients.set(node, this.program.writer.slot(values.get(node)!.shape))
    }
    this.#direct = this.#placed !== null && this.#valueTaps.length === 0 && this.#gradientTaps.length === 0
  }

  /** The loss of the current frame for assignment k. */
  loss(k: number): number {
    const slot = this.program.values.get(this.#assignments[k]!.loss)!
    return slot.dtype === 'f32' ? this.#store.arena.f32[slot.at >>> 2]! : this.#store.arena.f64[slot.at >>> 3]!
  }

  /** A copy of a node's value in the current frame. */
  value(node: AnyNode): Tensor {
    return this.#copy(node, this.program.values.get(node)!)
  }

  /** Whether the last frame was one to learn from. */
  get learned(): boolean {
    return this.#learns
  }

  /** The values that another executor's `select` has found for the same inputs. */
  takeSelected(other: Executor): void {
    this.failure = other.failure
    for (const [i, input] of this.#inputs.entries()) {
      this.#inputValues[i] = other.#inputValues[other.#inputs.findIndex(({ node }) => node === input.node)]
    }
  }

  /** Values were replaced from outside. */
  remeasure(): void {
    this.#careful.measure()
    this.#writeCoefficients(true)
  }

  /**
   * Asks every input's `select` for its value. True when a named axis has grown: the owner then makes a new executor
   * and hands the event to that one.
   */
  select(event: unknown): boolean {
    this.failure = null
    const { layoutVersion } = this.#store
    let grown = false
    for (let i = 0; i < this.#inputs.length; i++) {
      const { node, slot, options } = this.#inputs[i]!
      try {
        this.#inputValues[i] = options.select(event as never)
      } catch (cause) {
        this.#fail(`select threw: ${messageOf(cause)}`, node, 'input', cause)
        return false
      }
      if (options.axis !== undefined && slot.pairs !== options.axis.pairs) grown = true
    }
    if (this.#store.grow() || layoutVersion !== this.program.layoutVersion) grown = true
    return grown
  }

  /** Runs the frame whose event was given to `select`. */
  execute(frame: number, learns: boolean): Outcome {
    this.#frame = frame
    this.#learns = learns && this.#assignments.length > 0
    this.#observedFailed = false
    if (this.failure !== null || !this.#writeInputs()) return 'rejected'
    this.#enter()
    if (this.#learns) {
      this.#writeCoefficients(false)
      if (this.#direct && !this.#careful.isNeeded) return this.#whole()
    }
    return this.#begin()
  }

  /** The arena is shared: whoever ran in between (a tap may feed another model) has left the machine in its own state. */
  #enter(): void {
    this.#store.enter(this.#assignments[0]?.progress.step ?? 0, this.#learns)
  }

  #writeInputs(): boolean {
    for (let i = 0; i < this.#inputs.length; i++) {
      const { node, slot } = this.#inputs[i]!
      try {
        writeInput(this.#store, slot, this.#inputValues[i])
      } catch (cause) {
        if (!(cause instanceof EventError)) throw cause
        this.#fail(cause.message, node, 'input', cause)
        return false
      }
    }
    return true
  }

  /** The whole frame in one call. */
  #whole(): Outcome {
    const { arena, dtype } = this.#store
    let code = 0
    try {
      code = arena.frame(dtype, this.#placed!.header)
    } catch (cause) {
      return this.#thrown(cause)
    }
    if (code === 1) return this.#stopped()
    if (code === 2) return this.#updateCarefully()
    return this.#commit()
  }

  #begin(): Outcome {
    this.#direction = 'forward'
    this.#pipeline?.start('forward', this.#frame)
    return this.#advance()
  }

  /** Goes on where the frame stands, until it ends or has to wait. */
  #advance(): Outcome {
    try {
      if (this.#direction === 'forward') {
        const state = this.#pass('forward')
        if (state !== null) return state
        if (!this.#run(this.program.scanValues)) return this.#stopped()
        this.#observeForward()
        this.#emitValues()
        if (!this.#learns) return 'committed'
        this.#direction = 'backward'
        this.#enter()
        this.#pipeline?.start('backward', this.#frame)
      }
      const state = this.#pass('backward')
      if (state !== null) return state
      if (!this.#run(this.program.guards)) return this.#stopped()
      this.#isLarge = this.#store.arena.control.careful
      this.#observeBackward()
      this.#emitGradients()
    } catch (cause) {
      return this.#thrown(cause)
    }
    return this.#update()
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
      if (stage.plan.lens !== null) {
        const state = this.#visitLens(stage, direction)
        if (state === 'skipped') ended = 'skipped'
        return state === 'done'
      }
      if (this.#run(stage.plan[direction])) return true
      ended = this.#stopped()
      return false
    })
    return ended ?? (complete ? null : 'parked')
  }

  #visitLens(stage: Stage, direction: Direction): 'done' | 'parked' | 'skipped' {
    const node = stage.plan.lens!
    if (direction === 'backward' && !this.program.demand.gradient.has(node.inputs[0]!)) return 'done'
    const isAsync = (node.options as Lens<never, never>).async === true
    const answer = this.#askLens(node, direction, stage)
    if (answer === null && isAsync) return 'parked'
    if (answer === null && direction === 'forward') return 'skipped'
    this.#takeAnswer(node, direction, answer)
    return 'done'
  }

  #askLens(node: AnyNode, direction: Direction, stage: Stage | null): Tensor | null {
    const { values, gradients, writer } = this.program
    const from = direction === 'forward' ? node.inputs[0]! : node
    const slot = direction === 'forward' ? values.get(from)! : gradients.get(from)!
    writer.culprit = { node, phase: direction }
    if (direction === 'backward') this.#sumBeforeLens(node)
    const answer = this.#portsOf(node, stage)[direction].pass(this.#copy(from, slot))
    writer.culprit = null
    return answer
  }

  /** The tape of a lens holds only the sum of what its consumers sent back. */
  #sumBeforeLens(node: AnyNode): void {
    const plan = this.program.stages.find((candidate) => candidate.lens === node)
    if (plan !== undefined) this.#run(plan.backward)
  }

  #takeAnswer(node: AnyNode, direction: Direction, answer: Tensor | null): void {
    const slot = direction === 'forward' ? this.program.values.get(node)! : this.program.edge({ consumer: node, port: 0 })
    const target = this.#store.arena.array(slot.dtype, slot.at, slot.size)
    if (answer === null) target.fill(0)
    else target.set(answer.data)
  }

  #portsOf(node: AnyNode, stage: Stage | null): { readonly forward: LensPort; readonly backward: LensPort } {
    let ports = this.#ports.get(node)
    if (ports === undefined) {
      const pair = node.options as unknown as Lens<readonly number[], readonly number[]>
      const late = (direction: Direction): ((answer: Tensor) => void) | null => (
        pair.async === true && stage !== null ? (answer) => this.#resume(stage, direction, answer) : null
      )
      ports = {
        forward: new LensPort(pair.forward, node.shape, late('forward')),
        backward: new LensPort(pair.backward, node.inputs[0]!.shape, late('backward')),
      }
      this.#ports.set(node, ports)
    }
    return ports
  }

  /** An asynchronous lens has answered: the parked frame goes on. */
  #resume(stage: Stage, direction: Direction, answer: Tensor): void {
    if (this.#direction !== direction || this.#pipeline === null || !this.#pipeline.isOpen) return
    this.#enter()
    this.#takeAnswer(stage.plan.lens!, direction, answer)
    this.#pipeline.finished(stage)
    const outcome = this.#advance()
    if (outcome !== 'parked') this.#options.settled(outcome)
  }

  /** Nodes only taps need. A failure here is reported and costs the taps this frame; learning does not notice. */
  #observeForward(): void {
    const { observedStages } = this.program
    if (observedStages.length === 0) return
    this.#observing(() => {
      for (const stage of observedStages) {
        if (stage.lens !== null) {
          const answer = this.#askLens(stage.lens, 'forward', null)
          if (answer === null) return false
          this.#takeAnswer(stage.lens, 'forward', answer)
        } else if (!this.#run(stage.forward)) return this.#blameObserved()
      }
      return true
    })
  }

  #observeBackward(): void {
    if (this.program.observedBackward.length === 0) return
    this.#observing(() => {
      for (const step of this.program.observedBackward) {
        if (step.lens !== null) this.#takeAnswer(step.lens, 'backward', this.#askLens(step.lens, 'backward', null))
        else if (!this.#run(step.range)) return this.#blameObserved()
      }
      return true
    })
  }

  #observing(work: () => boolean): void {
    try {
      if (!work()) this.#observedFailed = true
    } catch (cause) {
      const node = this.program.writer.culprit?.node ?? this.program.demand.observed[0] ?? this.program.demand.guarded[0]!
      this.program.writer.culprit = null
      this.#observedFailed = true
      this.#options.observedFailure({ reason: messageOf(cause), node, phase: 'observe', cause })
    }
  }

  #blameObserved(): boolean {
    const { control } = this.#store.arena
    const owner = this.program.writer.ownerOf(control.errorAt)
    if (owner !== null) {
      const reason = faultReason(control.error, control.errorInfo)
      this.#options.observedFailure({ reason, node: owner.node, phase: 'observe', cause: null })
    }
    return false
  }

  #emitValues(): void {
    const { demand } = this.program
    for (const node of this.#valueTaps) {
      if (this.#observedFailed && demand.observed.includes(node)) continue
      node.valueTaps.emit(() => this.value(node))
    }
  }

  #emitGradients(): void {
    for (const node of this.#gradientTaps) {
      const slot = this.program.gradients.get(node)!
      node.gradientTaps.emit(() => this.#copy(node, slot))
    }
  }

  #copy(node: AnyNode, slot: Slot): Tensor {
    const { arena } = this.#store
    const shape = node.shape.length === slot.shape.length ? slot.shape : node.shape
    return Tensor.of(shape, arena.read(slot.dtype, slot.at, slot.size))
  }

  #update(): Outcome {
    if (this.#careful.isNeeded || this.#isLarge) return this.#updateCarefully()
    this.#enter()
    this.#run(this.program.update)
    return this.#commit()
  }

  #updateCarefully(): Outcome {
    this.#enter()
    const bad = this.#careful.update(() => this.#run(this.program.update))
    if (bad === null) return this.#commit()
    this.#fail('the update would make it not finite. Lower the learning rate, or clip the gradients', bad, 'update', null)
    return 'rejected'
  }

  #commit(): Outcome {
    this.#store.touched()
    this.#careful.committed()
    for (let k = 0; k < this.#assignments.length; k++) {
      const { optimizer, progress } = this.#assignments[k]!
      progress.step++
      if (optimizer.schedule !== undefined) {
        progress.schedule = optimizer.schedule.observe(progress.schedule, this.loss(k))
      }
    }
    return 'committed'
  }

  #writeCoefficients(all: boolean): void {
    for (let k = 0; k < this.#assignments.length; k++) {
      const { optimizer, progress } = this.#assignments[k]!
      if (all || !optimizer.constant) {
        optimizer.coefficients(progress.step, progress.schedule, this.#store.arena.f64, this.program.cells[k]! >>> 3)
      }
    }
  }

  #run(range: Range): boolean {
    return range.from === range.to || this.#store.arena.run(this.#store.dtype, range.from, range.to) === 0
  }

  /** The machine stopped: find out where. */
  #stopped(): Outcome {
    const { control } = this.#store.arena
    const owner = this.program.writer.ownerOf(control.errorAt)
    const culprit = this.#firstNonFinite(control.errorAt)
    if (culprit !== null) {
      this.#fail(
        `the ${culprit.phase === 'backward' ? 'gradient' : 'value'} is not finite (${culprit.value} at element ${culprit.element})`,
        culprit.node, culprit.phase, null,
      )
    } else if (owner !== null) {
      this.#fail(faultReason(control.error, control.errorInfo), owner.node, owner.phase, null)
    }
    return 'rejected'
  }

  /** Which node a scan stopped at: values in topological order, gradients in reverse. */
  #firstNonFinite(at: number): { node: AnyNode; phase: Phase; element: number; value: number } | null {
    const { scanValues, guards, demand, values, gradients } = this.program
    const inValues = at >= scanValues.from && at < scanValues.to
    if (!inValues && !(at >= guards.from && at < guards.to)) return null
    const nodes = inValues ? demand.guarded : [...demand.guarded].reverse().filter((node) => demand.gradient.has(node))
    for (const node of nodes) {
      if (inValues && !isComputed(node) && node.role !== 'input') continue
      const slot = (inValues ? values : gradients).get(node)
      if (slot === undefined) continue
      const element = this.#nonFiniteElement(slot)
      if (element < 0) continue
      const phase = node.role === 'input' ? 'input' : inValues ? (demand.losses.has(node) ? 'loss' : 'forward') : 'backward'
      const [value] = this.#store.arena.read(slot.dtype, this.#firstElement(slot) + element * (slot.dtype === 'f32' ? 4 : 8), 1)
      return { node, phase: inValues ? phase : 'backward', element, value: value! }
    }
    return null
  }

  #firstElement(slot: Slot): number {
    return slot.pairs > 0 ? slot.at + 16 + ((4 * slot.pairs + 15) & ~15) : slot.at
  }

  #nonFiniteElement(slot: Slot): number {
    return this.#store.arena.firstNonFinite(slot.dtype, this.#firstElement(slot), slot.size)
  }

  #thrown(cause: unknown): Outcome {
    const { writer, demand } = this.program
    const { node, phase } = writer.culprit ?? { node: demand.guarded[0]!, phase: 'forward' as const }
    writer.culprit = null
    this.#fail(`threw: ${messageOf(cause)}`, node, phase, cause)
    return 'rejected'
  }

  #fail(reason: string, node: AnyNode, phase: Phase, cause: unknown): void {
    this.failure = { reason, node, phase, cause }
  }

  /** Gives back memory and subscriptions; the values in the store stay. */
  close(): void {
    this.#pipeline?.close()
    for (const ports of this.#ports.values()) {
      ports.forward.close()
      ports.backward.close()
    }
    if (this.#placed !== null) this.#store.memory.free(this.#placed.header)
    this.program.free()
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

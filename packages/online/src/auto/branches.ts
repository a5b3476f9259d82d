import {
  type AnyNode, type Axis, GraphError, input, minimize, namedInput, type Node, type Optimizer, type Rejection, Run,
  type RunOptions, type Training, type TrainingState,
} from '@eddy/graph'
import { add, concat, crossEntropy, dense, huber, relu } from '@eddy/nodes'
import { adagrad, adam, ftrl, normalizedAdagrad } from '@eddy/optim'
import { Tensor, type TensorData, uniform, zeros } from '@eddy/tensor'
import { Subject, type Subscription } from 'rxjs'
import type { PairList } from './pair-list.ts'
import { crossRows } from './event-encoder.ts'
import { contextSize } from './number-history.ts'
import type { EncodedEvent } from './encoded-event.ts'

/** The experts that are branches of the graph, in the order of their outputs. */
export const branchNames = [
  'linearAdagrad', 'linearNormalized', 'linearFtrl', 'bins', 'pairsOfBins', 'network', 'wideNetwork',
  'networkOfContext',
] as const

/** Classes that a model can tell apart. */
export const classesMax = 256

/** One event on its way through the graph. */
export interface Frame {
  readonly event: EncodedEvent
  /** Where the series stands: numbers, or for classes the pairs of the last and of the one before. */
  readonly context: Float64Array
  readonly recent: PairList
  /** The label from the mean in units of the spread, or the number of the class; unused for predictions. */
  level: number
  /** The label from the last one in units of the step. */
  change: number
}

interface Wired {
  readonly outputs: Node<[number]>
  /** Losses that share an optimizer. */
  readonly groups: readonly { readonly losses: readonly Node<[]>[]; readonly optimizer: Optimizer }[]
}

/**
 * The experts that learn by gradients: branches of one graph over one stream, each with a loss of its own and none with
 * the parameters of another.
 *
 *     features ─┬─ linear (AdaGrad) ─ linear (normalised AdaGrad) ─ linear (FTRL)   from 0, to the label
 *               ├─ 32 ─ relu ─ out (Adam) ─ 64 ─ relu ─ out (AdaGrad)               to the label
 *               └──┐
 *     context ─ 32 or 64 ─ relu ─ out (Adam for classes, AdaGrad for numbers)       to the label, or the change
 *     bins ─ linear (AdaGrad)
 *     bins and pairs of bins ─ linear (AdaGrad)
 */
export class Branches {
  /** The outputs of all experts, one after the other. */
  readonly outputs: Node<[number]>
  /** Numbers of an output: classes there is room for, or 1. */
  readonly width: number
  readonly #source = new Subject<Frame>()
  readonly #run = Run.of(this.#source)
  readonly #trainings: readonly Training[]
  readonly #subscriptions: Subscription[] = []
  #committed = 0
  #rejection: Rejection | null = null
  #values: TensorData = new Float32Array(0)

  /** `width`: null for numbers. */
  constructor(axis: Axis, classes: number | null, options: RunOptions) {
    this.width = classes ?? 1
    const { outputs, groups } = wire(this.#source, axis, classes)
    this.outputs = outputs
    this.#trainings = groups.map(({ losses, optimizer }) => (
      losses.reduce((sum, loss) => add(sum, loss) as Node<[]>).pipe(minimize(optimizer, options))
    ))
    this.#trainings[0]!.rejected$.subscribe((rejection) => void (this.#rejection = rejection))
  }

  /** Predicts and learns; the outputs of before the update, or why nothing was learned. */
  learn(frame: Frame): TensorData | Rejection {
    if (this.#subscriptions.length === 0) this.#join()
    this.#committed = 0
    this.#rejection = null
    this.#source.next(frame)
    if (this.#committed === this.#trainings.length) return this.#values
    if (this.#rejection !== null) return this.#rejection
    throw new GraphError('the event was neither learned nor rejected', 'autoModel', 'Report this as a defect')
  }

  predict(frame: Frame): TensorData | Rejection {
    const answer = this.#run.evaluate(frame, [this.outputs], this.#trainings[0]!.options)
    return Array.isArray(answer) ? (answer[0] as Tensor).data : answer as Rejection
  }

  /** Gives back what the graph holds; it can still be snapshot. */
  close(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.unsubscribe()
  }

  /** Takes back the rows of names that were taken back. */
  shrink(): void {
    this.#run.storeOf([this.outputs], this.#trainings[0]!.options).grow()
  }

  /** One state of all trainings. */
  snapshot(): TrainingState {
    const states = this.#trainings.map((training) => training.snapshot())
    const { step, seed, schedule } = states[0]!
    return Object.freeze({
      step, seed, schedule, buffers: Object.freeze({}),
      parameters: Object.freeze(Object.assign({}, ...states.map(({ parameters }) => parameters))),
      slots: Object.freeze(Object.assign({}, ...states.map(({ slots }) => slots))),
    })
  }

  restore(state: TrainingState): void {
    for (const training of this.#trainings) training.restore(state)
  }

  /** Goes on from a state with room for fewer classes: what is new starts as it would have. */
  adopt(state: TrainingState): void {
    const own = this.snapshot()
    const parameters = widened(state.parameters, own.parameters)
    const slots = Object.fromEntries(Object.entries(own.slots).map(([name, fresh]) => (
      [name, widened(state.slots[name] ?? {}, fresh)]
    )))
    this.restore({ ...state, parameters, slots })
  }

  #join(): void {
    const committed = (): void => void this.#committed++
    const error = (failure: unknown): never => {
      throw failure
    }
    this.#subscriptions.push(this.outputs.subscribe(({ data }) => void (this.#values = data)))
    for (const training of this.#trainings) this.#subscriptions.push(training.subscribe({ next: committed, error }))
  }
}

/** Each tensor of `fresh` with the old one in its first corner. */
function widened(
  old: Readonly<Record<string, Tensor>>, fresh: Readonly<Record<string, Tensor>>,
): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(Object.entries(fresh).map(([name, tensor]) => (
    [name, old[name] === undefined ? tensor : overlaid(tensor, old[name])]
  )))
}

function overlaid(fresh: Tensor, old: Tensor): Tensor {
  const [columns, oldColumns] = [fresh.shape.at(-1)!, old.shape.at(-1)!]
  if (fresh.shape.length === 1) {
    const data = fresh.data.slice()
    data.set(old.data)
    return Tensor.of(fresh.shape, data)
  }
  // Along a named axis the old tensor may have more rows than the new one has met so far.
  const rows = Math.max(fresh.shape[0]!, old.shape[0]!)
  const data = fresh.data instanceof Float64Array
    ? new Float64Array(rows * columns) : new Float32Array(rows * columns)
  data.set(fresh.data)
  for (let row = 0; row < old.shape[0]!; row++) {
    data.set(old.data.subarray(row * oldColumns, (row + 1) * oldColumns), row * columns)
  }
  return Tensor.of([rows, columns], data)
}

function wire(source: Subject<Frame>, axis: Axis, classes: number | null): Wired {
  const crosses = new FixedAxis(crossRows)
  const bins = new FixedAxis(crossRows)
  const features = namedInput(source, axis, { name: 'features', select: ({ event }) => event.pairs })
  const binned = namedInput(source, bins, { name: 'bins', select: ({ event }) => bins.fit(event.binned) })
  const crossed = namedInput(source, crosses, { name: 'crosses', select: ({ event }) => crosses.fit(event.crossed) })
  const width = classes ?? 1
  const line = (x: Node<[number]>, name: string): Node<[number]> => x.pipe(dense(width, { weight: zeros(), name }))
  const [a, n, f] = [line(features, 'adagrad'), line(features, 'normalized'), line(features, 'ftrl')]
  const [bin, pair] = [line(binned, 'bins'), line(crossed, 'crosses')]
  const network = features.pipe(
    dense(32, { weight: spread, name: 'network.features' }), relu(), dense(width, { name: 'network.out' }),
  )
  const wide = features.pipe(
    dense(64, { weight: spread, name: 'wide.features' }), relu(), dense(width, { name: 'wide.out' }),
  )
  const other = contextNetwork(source, features, classes)
  const level = input(source, { name: 'level', shape: classes === null ? [1] : [], select: (frame) => frame.level })
  const lossOf = (x: Node<[number]>): Node<[]> => (
    classes === null ? huber(x, level as never) as Node<[]> : crossEntropy(x, level as never) as Node<[]>
  )
  const change = input(source, { name: 'change', shape: [1], select: (frame) => frame.change })
  const outputs = concat([a, n, f, bin, pair, network, wide, other]) as Node<[number]>
  return {
    outputs,
    groups: [
      { losses: [lossOf(a), lossOf(bin)], optimizer: adagrad({ learningRate: 0.3 }) },
      { losses: [lossOf(pair)], optimizer: adagrad({ learningRate: 0.15 }) },
      { losses: [lossOf(n)], optimizer: normalizedAdagrad({ learningRate: 0.3 }) },
      { losses: [lossOf(f)], optimizer: ftrl({ alpha: 0.3 }) },
      { losses: [lossOf(wide)], optimizer: adagrad({ learningRate: 0.05 }) },
      { losses: [lossOf(network)], optimizer: adam({ learningRate: classes === null ? 0.005 : 0.003 }) },
      classes === null
        ? { losses: [huber(other, change as never) as Node<[]>], optimizer: adagrad({ learningRate: 0.03 }) }
        : { losses: [lossOf(other)], optimizer: adam({ learningRate: 0.01 }) },
    ],
  }
}

const spread = uniform(-0.5, 0.5)

/** A network of the features and of where the series stands. */
function contextNetwork(source: Subject<Frame>, features: Node<[number]>, classes: number | null): Node<[number]> {
  const hidden = classes === null ? 64 : 32
  const context: AnyNode = classes === null
    ? input(source, { name: 'context', shape: [contextSize], select: (frame) => frame.context })
    : input(source, { name: 'context', shape: [2 * classesMax], pairs: 2, select: (frame) => frame.recent })
  const inner = add(
    features.pipe(dense(hidden, { weight: spread, bias: false, name: 'context.features' })),
    (context as Node<[number]>).pipe(dense(hidden, { weight: spread, name: 'context.recent' })),
  ) as Node<[number]>
  return inner.pipe(relu(), dense(classes ?? 1, { name: 'context.out' })) as Node<[number]>
}

/** A table of so many rows, for events of any number of pairs. */
class FixedAxis implements Axis {
  readonly size: number
  pairs = 16

  constructor(size: number) {
    this.size = size
  }

  fit(pairs: PairList): PairList {
    while (this.pairs < pairs.fit()) this.pairs *= 2
    return pairs
  }
}

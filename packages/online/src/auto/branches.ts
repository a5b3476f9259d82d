import {
  ancestors, type AnyNode, type Axis, GraphError, input, Leaf, minimize, namedInput, type Node, type Optimizer,
  type Rejection, Run, type RunOptions, type Training, type TrainingState,
} from '@eddy/graph'
import { add, concat, crossEntropy, dense, huber, mul, relu, reshape } from '@eddy/nodes'
import { adagrad, adam, ftrl, normalizedAdagrad } from '@eddy/optim'
import { Tensor, type TensorData, zeros } from '@eddy/tensor'
import { Subject, type Subscription } from 'rxjs'
import { byName } from './by-name.ts'
import type { PairList } from './pair-list.ts'
import { crossRows } from './event-encoder.ts'
import { contextSize } from './number-history.ts'
import type { EncodedEvent } from './encoded-event.ts'
import { RoomyAxis } from './roomy-axis.ts'
import { spread } from './spread.ts'

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

/** The graph of an automatic model, to be tapped. Numbers are in units of spread or step, classes are logits. */
export interface AutoNodes {
  /** The features, those that were met by name first. */
  readonly features: Node<[number]>
  /** What each expert of the graph says. */
  readonly experts: Readonly<Record<typeof branchNames[number], Node<[number]>>>
  /** What all say, one after the other. */
  readonly prediction: Node<[number]>
  /** The sum of all experts' losses: none has the parameters of another, so that each learns from its own. */
  readonly loss: Node<[]>
}

interface Wired {
  readonly nodes: AutoNodes
  readonly optimizer: Optimizer
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
  readonly nodes: AutoNodes
  /** Numbers of an output: classes there is room for, or 1. */
  readonly width: number
  readonly #source = new Subject<Frame>()
  readonly #run = Run.of(this.#source)
  readonly #training: Training
  readonly #asked: readonly [AnyNode]
  readonly #experts: readonly AnyNode[]
  #subscription: Subscription | null = null
  #isCommitted = false
  #rejection: Rejection | null = null
  #values: TensorData = new Float64Array(branchNames.length)

  /** `width`: null for numbers. */
  constructor(axis: Axis, classes: number | null, options: RunOptions) {
    this.width = classes ?? 1
    const { nodes, optimizer } = wire(this.#source, axis, classes)
    this.nodes = nodes
    this.#asked = [nodes.prediction]
    this.#experts = branchNames.map((name) => nodes.experts[name])
    this.#training = nodes.loss.pipe(minimize(optimizer, options))
    this.#training.rejected$.subscribe((rejection) => void (this.#rejection = rejection))
  }

  /** Predicts and learns; the outputs of before the update, or why nothing was learned. */
  learn(frame: Frame): TensorData | Rejection {
    if (this.#subscription === null) this.#join()
    this.#isCommitted = false
    this.#rejection = null
    this.#source.next(frame)
    if (this.#isCommitted) return this.#values
    if (this.#rejection !== null) return this.#rejection
    throw new GraphError('the event was neither learned nor rejected', 'autoModel', 'Report this as a defect')
  }

  predict(frame: Frame): TensorData | Rejection {
    const answer = this.#run.evaluate(frame, this.#asked, this.#training.options)
    return Array.isArray(answer) ? (answer[0] as Tensor).data : answer as Rejection
  }

  /** Gives back what the graph holds, its memory at once, and completes its taps. It is of no use afterwards. */
  close(): void {
    this.#subscription?.unsubscribe()
    this.#subscription = null
    this.#source.complete()
    const store = this.#run.storeOf(this.#asked, this.#training.options)
    for (const leaf of ancestors(this.#asked)) if (leaf instanceof Leaf) store.release(leaf)
  }

  /** Takes back the rows of names that were taken back. */
  shrink(): void {
    this.#run.storeOf(this.#asked, this.#training.options).grow()
  }

  snapshot(): TrainingState {
    return this.#training.snapshot()
  }

  restore(state: TrainingState): void {
    this.#training.restore(state)
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

  /** What the experts have said, number by number: looking at the shape of all of them would cost as much as one. */
  #readNumbers(): void {
    for (let k = 0; k < this.#experts.length; k++) this.#values[k] = this.#run.readNumber(this.#experts[k]!)
  }

  #join(): void {
    this.#subscription = this.#training.subscribe({
      // The outputs are read, not tapped, so that a whole frame is one call into the tape machine.
      next: () => {
        this.#isCommitted = true
        if (this.width === 1) this.#readNumbers()
        else this.#values = this.#run.read(this.nodes.prediction).data
      },
      error: (failure: unknown) => {
        throw failure
      },
    })
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
  const names = new RoomyAxis(axis)
  const crosses = new FixedAxis(crossRows)
  const bins = new FixedAxis(crossRows)
  const features = namedInput(source, names, { name: 'features', select: ({ event }) => event.pairs })
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
  const all = [a, n, f, bin, pair, network, wide, other]
  const outputs = concat(all) as Node<[number]>
  const labels = new Float32Array(all.length)
  const label = input(source, {
    name: 'label', shape: [all.length],
    select: ({ level, change }) => {
      labels.fill(level)
      if (classes === null) labels[all.length - 1] = change
      return labels
    },
  })
  const mean = classes === null ? huber(outputs, label as never)
    : crossEntropy(outputs.pipe(reshape([all.length, width])), label as never)
  const experts = Object.fromEntries(branchNames.map((name, k) => [name, all[k]!])) as AutoNodes['experts']
  return {
    nodes: Object.freeze({
      features, experts: Object.freeze(experts), prediction: outputs,
      loss: mul(mean as Node<[]>, all.length) as Node<[]>,
    }),
    optimizer: byName([
      { layers: ['adagrad', 'bins'], optimizer: adagrad({ learningRate: 0.3 }) },
      { layers: ['crosses'], optimizer: adagrad({ learningRate: 0.15 }) },
      { layers: ['normalized'], optimizer: normalizedAdagrad({ learningRate: 0.3 }) },
      { layers: ['ftrl'], optimizer: ftrl({ alpha: 0.3 }) },
      { layers: ['wide'], optimizer: adagrad({ learningRate: 0.05 }) },
      { layers: ['network'], optimizer: adam({ learningRate: classes === null ? 0.005 : 0.003 }) },
      {
        layers: ['context'],
        optimizer: classes === null ? adagrad({ learningRate: 0.03 }) : adam({ learningRate: 0.01 }),
      },
    ]),
  }
}

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
  pairs = 64

  constructor(size: number) {
    this.size = size
  }

  fit(pairs: PairList): PairList {
    while (this.pairs < pairs.fit()) this.pairs *= 4
    return pairs
  }
}

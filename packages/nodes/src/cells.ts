import { apply, denseNode, type Leaf, type Node, parameter } from '@eddy/graph'
import { checkOptions, type Initializer, type Shape, uniform } from '@eddy/tensor'
import { add, mul, sub } from './arithmetic.ts'
import { sigmoid, tanh } from './activations.ts'
import { checkFlags } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import { initialOf, type Start, uniqueName, type Values } from './layer.ts'
import { linearOperator } from './linear.ts'
import { slice } from './slice.ts'

type Any = Node<Shape>

/** The k-th of `count` equal parts of the last axis. */
function gate(x: Any, k: number, count: number): Any {
  const width = x.shape.at(-1)! / count
  return slice(k * width, (k + 1) * width, { axis: -1 })(x)
}

const plus = (a: Any, b: Any): Any => add(a, b) as Any
const times = (a: Any, b: Any): Any => mul(a, b) as Any

const lead = [[], [3]] as const
const gateSamples = (gates: number, states: readonly number[]) => [1, 5].flatMap((hidden) => lead.map((shape) => ({
  options: null,
  inputs: [
    { shape: [...shape, gates * hidden] }, { shape: [...shape, gates * hidden] },
    ...states.map(() => ({ shape: [...shape, hidden] })),
  ],
})))

export const rnnGatesRecord = /* @__PURE__ */ compositeRecord<null>({
  name: 'rnnGates',
  docs: {
    summary: 'The next state of a plain recurrent cell.', formula: "h' = tanh(a + u)",
    gradient: 'of the formula', shapes: "a, u [.., hidden], of the input and of the state -> h' [.., hidden]",
    source: 'Elman 1990',
  },
  build: ([a, u]) => tanh()(plus(a!, u!)),
  samples: () => gateSamples(1, []),
})

export const gruGatesRecord = /* @__PURE__ */ compositeRecord<null>({
  name: 'gruGates',
  docs: {
    summary: 'The next state of a gated recurrent unit.',
    formula: "r = sigmoid(a_r + u_r), z = sigmoid(a_z + u_z), n = tanh(a_n + r u_n), h' = (1 - z) n + z h",
    gradient: 'of the formula', shapes: "a, u [.., 3 hidden] in the order r z n, h [.., hidden] -> h' [.., hidden]",
    source: "Cho et al. 2014, in PyTorch's variant: r multiplies u_n after its product and bias",
  },
  build([a, u, h]) {
    const [r, z] = [0, 1].map((k) => sigmoid()(plus(gate(a!, k, 3), gate(u!, k, 3)))) as [Any, Any]
    const n = tanh()(plus(gate(a!, 2, 3), times(r, gate(u!, 2, 3))))
    return plus(n, times(z, sub(h!, n) as Any))
  },
  samples: () => gateSamples(3, [1]),
})

export const lstmCellStateRecord = /* @__PURE__ */ compositeRecord<null>({
  name: 'lstmCellState',
  docs: {
    summary: 'The next memory of a long short-term memory.',
    formula: "i, f, o = sigmoid(a + u) of their parts, g = tanh(a_g + u_g), c' = f c + i g",
    gradient: 'of the formula', shapes: "a, u [.., 4 hidden] in the order i f g o, c [.., hidden] -> c' [.., hidden]",
    source: 'Hochreiter and Schmidhuber 1997, Gers et al. 2000',
  },
  build([a, u, c]) {
    const [i, f, g] = [0, 1, 2].map((k) => plus(gate(a!, k, 4), gate(u!, k, 4))) as [Any, Any, Any]
    return plus(times(sigmoid()(f), c!), times(sigmoid()(i), tanh()(g)))
  },
  samples: () => gateSamples(4, [1]),
})

export const lstmHiddenRecord = /* @__PURE__ */ compositeRecord<null>({
  name: 'lstmHidden',
  docs: {
    summary: 'The next output of a long short-term memory.', formula: "h' = sigmoid(a_o + u_o) tanh(c')",
    gradient: 'of the formula', shapes: "a, u [.., 4 hidden] in the order i f g o, c' [.., hidden] -> h' [.., hidden]",
    source: 'Hochreiter and Schmidhuber 1997',
  },
  build: ([a, u, c]) => times(sigmoid()(plus(gate(a!, 3, 4), gate(u!, 3, 4))), tanh()(c!)),
  samples: () => gateSamples(4, [1]),
})

export interface CellOptions {
  /** Initial weights [gates hidden, in] and [gates hidden, hidden]; default U(-1/sqrt(hidden), 1/sqrt(hidden)). */
  readonly weightInput?: Start<Shape>
  readonly weightHidden?: Start<Shape>
  /** Initial biases [gates hidden]; default like the weights. `bias: false`: none. */
  readonly biasInput?: Start<Shape>
  readonly biasHidden?: Start<Shape>
  readonly bias?: boolean
  readonly name?: string
}

/** The two weighted sums that every cell starts from. */
interface Sums {
  /** Of the input [.., in] -> [.., gates hidden]; a whole sequence at once is welcome. */
  readonly ofInput: (x: Any) => Any
  /** Of the state [.., hidden] -> [.., gates hidden]. */
  readonly ofState: (h: Any) => Any
}

const cellOptions = ['weightInput', 'weightHidden', 'biasInput', 'biasHidden', 'bias', 'name'] as const

function sumsOf(gates: number, inputs: number, hidden: number, options: CellOptions, label: string): Sums {
  checkOptions(label, options, cellOptions)
  checkFlags(label, { bias: options.bias })
  const bound = 1 / Math.sqrt(hidden)
  const fallback: Initializer = uniform(-bound, bound)
  const leaf = (role: string, given: Start<Shape> | undefined, shape: Shape): Leaf =>
    parameter(initialOf(given, shape, fallback, label), { role })
  const width = gates * hidden
  const weightInput = leaf('weightInput', options.weightInput, [width, inputs])
  const weightHidden = leaf('weightHidden', options.weightHidden, [width, hidden])
  const biases = options.bias === false ? null : {
    input: leaf('biasInput', options.biasInput, [width]), hidden: leaf('biasHidden', options.biasHidden, [width]),
  }
  const linear = (x: Any, w: Leaf, b: Leaf | undefined): Any => apply(
    linearOperator, b === undefined ? [x, w] : [x, w, b], null,
    { label, name: uniqueName(x, options.name === undefined ? undefined : `${options.name}.${w.label}`) },
  )
  return {
    ofInput: (x) => linear(x, weightInput, biases?.input),
    ofState: (h) => linear(h, weightHidden, biases?.hidden),
  }
}

/** What a layer that carries a cell's state must know of it. */
export interface CellFacts {
  readonly label: string
  /** How long an input is. */
  readonly inputs: number
  /** How long each part of the state is; the first part is the output. */
  readonly states: readonly number[]
  readonly step: (x: Any, state: readonly Any[]) => readonly Any[]
}

/** A recurrent cell as a function of nodes. */
export interface Cell extends CellFacts {
  (x: Values<Shape>, h: Values<Shape>): Node<Shape>
}

function simpleCell(step: CellStep, inputs: number, hidden: number): Cell {
  const { label } = step
  const call = (x: Values<Shape>, h: Values<Shape>): Any =>
    step.next(step.ofInput(denseNode(x, label)), denseNode(h, label))
  return Object.assign(call, {
    label, inputs, states: [hidden], step: (x: Any, [h]: readonly Any[]): readonly Any[] => [call(x, h!)],
  })
}

/**
 * A plain recurrent cell: h' = cell(x, h). Its parameters are made here, so applying one cell to every step of a
 * sequence shares them.
 * Formula: h' = tanh(a + u), where a = W_x x + b_x and u = W_h h + b_h.
 * Shapes: x [.., in], h [.., hidden] -> [.., hidden]. Source: initial values as PyTorch's `nn.RNNCell`.
 * @throws ShapeError when applied to other sizes.
 * @example rnnCell(1, 1, { weightInput: tensor([[1]]), bias: false })(value([1]), value([0])) // [0.7615942]
 */
export function rnnCell(inputs: number, hidden: number, options: CellOptions = {}): Cell {
  return simpleCell(simpleStep('rnnCell', 1, inputs, hidden, options), inputs, hidden)
}

/** One step of a cell whose state is one node, the weighted sum of the input being given. */
export interface CellStep {
  readonly label: string
  readonly ofInput: (x: Any) => Any
  readonly next: (sum: Any, h: Any) => Any
}

/** The step of a plain cell or a GRU. */
export function simpleStep(
  kind: 'rnnCell' | 'gruCell' | 'gru', gates: 1 | 3, inputs: number, hidden: number, options: CellOptions,
): CellStep {
  const label = `${kind}(${inputs}, ${hidden})`
  const { ofInput, ofState } = sumsOf(gates, inputs, hidden, options, label)
  const record = gates === 1 ? rnnGatesRecord : gruGatesRecord
  const next = (sum: Any, h: Any): Any =>
    apply(record, gates === 1 ? [sum, ofState(h)] : [sum, ofState(h), h], null, { label })
  return { label, ofInput, next }
}

/**
 * A gated recurrent unit: h' = cell(x, h).
 * Formula: r = sigmoid(a_r + u_r), z = sigmoid(a_z + u_z), n = tanh(a_n + r u_n), h' = (1 - z) n + z h, where
 * a = W_x x + b_x and u = W_h h + b_h hold three parts each, in the order r z n.
 * Shapes: x [.., in], h [.., hidden] -> [.., hidden]. Source: initial values as PyTorch's `nn.GRUCell`.
 * @throws ShapeError when applied to other sizes.
 * @example gruCell(1, 1, { weightHidden: zeros(), bias: false })(value([0]), value([4])) // [2]
 */
export function gruCell(inputs: number, hidden: number, options: CellOptions = {}): Cell {
  return simpleCell(simpleStep('gruCell', 3, inputs, hidden, options), inputs, hidden)
}

/** The two parts of an LSTM's state. */
export interface LstmState {
  readonly h: Values<Shape>
  readonly c: Values<Shape>
}

/** An LSTM's cell as a function of nodes. */
export interface LstmCell extends CellFacts {
  (x: Values<Shape>, state: LstmState): { readonly h: Node<Shape>; readonly c: Node<Shape> }
}

/**
 * A long short-term memory: { h, c } = cell(x, { h, c }).
 * Formula: i, f, o = sigmoid(a + u) of their parts, g = tanh(a_g + u_g), c' = f c + i g, h' = o tanh(c'), where
 * a = W_x x + b_x and u = W_h h + b_h hold four parts each, in the order i f g o.
 * Shapes: x [.., in], h and c [.., hidden] -> the same. Source: initial values as PyTorch's `nn.LSTMCell`.
 * @throws ShapeError when applied to other sizes.
 * @example lstmCell(1, 1, { bias: false })(value([0]), { h: value([0]), c: value([2]) }).c // [1]
 */
export function lstmCell(inputs: number, hidden: number, options: CellOptions = {}): LstmCell {
  const label = `lstmCell(${inputs}, ${hidden})`
  const { ofInput, ofState } = sumsOf(4, inputs, hidden, options, label)
  const call = (x: Values<Shape>, state: LstmState): { readonly h: Any; readonly c: Any } => {
    const sums = [ofInput(denseNode(x, label)), ofState(denseNode(state.h, label))]
    const c = apply<Shape>(lstmCellStateRecord, [...sums, denseNode(state.c, label)], null, { label })
    return { h: apply(lstmHiddenRecord, [...sums, c], null, { label }), c }
  }
  const step = (x: Any, [h, c]: readonly Any[]): readonly Any[] => {
    const next = call(x, { h: h!, c: c! })
    return [next.h, next.c]
  }
  return Object.assign(call, { label, inputs, states: [hidden, hidden], step })
}

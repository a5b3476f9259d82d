import type { Operand } from '@eddy/kernels'
import type { DType, Shape } from '@eddy/tensor'
import type { Slot } from './slot.ts'

/** What an operator can do while its instructions are being written onto the tape. */
export interface Scope {
  readonly dtype: DType
  /** A hash of the node's name: the key of its random numbers, the same in every process that builds the graph. */
  readonly key: number
  /** Appends one instruction of `@eddy/kernels`; a slot stands for its byte address. */
  emit(opcode: number, ...operands: readonly (Operand | Slot)[]): void
  /** Working storage of `size` elements (default dtype: the scope's), zeroed once, private to this node. */
  temporary(size: number, dtype?: DType): Slot
  /** Appends a call back into JavaScript. A throw aborts the frame and is reported under this node's name. */
  call(callback: () => void): void
  /** A live view of a slot; valid only inside the callback in which it was asked for. */
  view(slot: Slot): Float32Array | Float64Array
}

/** The slots an operator reads and writes in its forward section. */
export interface ForwardSlots<Options> {
  readonly inputs: readonly Slot[]
  readonly output: Slot
  readonly options: Options
}

/** The slots of the backward section. */
export interface BackwardSlots<Options, Residual> extends ForwardSlots<Options> {
  /** dL/d(output), already summed over all consumers. */
  readonly gradient: Slot
  /** Where dL/d(input k) must be SET (never accumulated); `null` where nobody needs it. */
  readonly inputGradients: readonly (Slot | null)[]
  /** What `forward` returned. */
  readonly residual: Residual
}

/**
 * A parameter gradient that is never materialised:
 * `outer`: g[i][j] = rows[i] * columns[j]; `lists`: what LINEAR_COLUMNS has found of `columns`;
 * `rows`: row index_k of the table has gradient value_k * gradient (sparse pairs, duplicates summed in order);
 * `lookup`: row index_k has gradient[k][:] (duplicates summed in order);
 * `same`: g = `gradient`, element by element.
 */
export type Structured =
  | { readonly kind: 'outer'; readonly rows: Slot; readonly columns: Slot; readonly lists?: Slot }
  | { readonly kind: 'rows'; readonly gradient: Slot; readonly pairs: Slot }
  | { readonly kind: 'lookup'; readonly gradient: Slot; readonly index: Slot }
  | { readonly kind: 'same'; readonly gradient: Slot }

/** The gradient of one parameter as the optimizer sees it. */
export type Gradient = { readonly kind: 'dense'; readonly slot: Slot } | Exclude<Structured, { readonly kind: 'same' }>

/**
 * One operation: a plain record of pure functions. `graph` knows no operation by name; it only asks these questions.
 *
 * Duties: `forward` writes every element of `output`; `backward` writes every element of each non-null input gradient
 * and may be asked several times with different non-null sets; both depend on nothing but their slots, the options and
 * (for random operators) `scope.key`. That is what makes fusion, replay and observation invisible.
 */
export interface Operator<Options = unknown, Residual = unknown> {
  readonly name: string
  /** The output shape. @throws ShapeError when the inputs do not fit. */
  readonly shape: (inputs: readonly Shape[], options: Options) => Shape
  readonly forward: (scope: Scope, slots: ForwardSlots<Options>) => Residual
  readonly backward: (scope: Scope, slots: BackwardSlots<Options, Residual>) => void
  /** Whether dL/d(input `port`) exists; default: yes for every port. */
  readonly differentiable?: (port: number, options: Options) => boolean
  /** The unmaterialised gradient of a parameter at `port`, or null when only a dense one exists. */
  readonly structured?: (slots: BackwardSlots<Options, Residual>, port: number) => Structured | null
  /** Whether `forward`, `backward` and `structured` can deal with a matrix at `port` that is stored by column. */
  readonly columns?: (inputs: readonly Shape[], port: number) => boolean
  /** Whether `forward` and `structured` can deal with a table at `port` whose rows stand apart: see `Slot.apart`. */
  readonly apart?: (port: number) => boolean
  /** Instructions that update buffers once the frame can no longer fail. */
  readonly commit?: (scope: Scope, slots: ForwardSlots<Options>, residual: Residual) => void
  /** What `commit` writes: its buffers (default), or only those of their rows that the pairs of input 0 name. */
  readonly commits?: 'rows'
  /** Capacity of a sparse output given the capacities of the inputs (0 = dense); default 0. */
  readonly pairs?: (inputs: readonly number[], options: Options) => number
}

import type { Shape } from '@eddy/tensor'
import type { GraphBuilder } from './graph-builder.ts'

/** A value of the model as values of ONNX. */
export type Value =
  | { readonly kind: 'dense'; readonly name: string }
  | {
    readonly kind: 'sparse'
    /** int64 [k]. */
    readonly indices: string
    /** [k]; 0 where the pair is absent. */
    readonly values: string
    /** bool [k]: whether the pair is there; null when all are. */
    readonly present: string | null
    /** How many pairs there may be; null when only the event knows. */
    readonly count: number | null
  }

export type Sparse = Extract<Value, { readonly kind: 'sparse' }>

/** One use of an operation, as its exporter sees it. */
export interface Use<Options = unknown> {
  readonly graph: GraphBuilder
  /** Names of the dense inputs, in order. */
  readonly x: readonly string[]
  /** All inputs. */
  readonly inputs: readonly Value[]
  readonly shapes: readonly Shape[]
  readonly shape: Shape
  readonly options: Options
  /** The current elements of an input that is a buffer; null for another one. */
  readonly buffer: (port: number) => ArrayLike<number> | null
}

/** Writes one operation as nodes of ONNX; gives the name of the result, null when it cannot in this element type. */
export type Exporter = (use: Use<never>) => string | Value | null

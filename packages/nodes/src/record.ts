import type { AnyNode, Operator } from '@eddy/graph'
import type { Shape } from '@eddy/tensor'

/** What a person, or a studio, is told about an operation. */
export interface RecordDocs {
  /** What it does, in one sentence. */
  readonly summary: string
  readonly formula: string
  /** The backward pass, written with dy for dL/d(output). */
  readonly gradient: string
  readonly shapes: string
  /** Where the formula comes from, when it is not arithmetic that everybody knows. */
  readonly source?: string
}

/** How the contract suite draws one input. */
export interface SampleInput {
  readonly shape: Shape
  /** Where values are drawn from, uniformly; default -2 to 2. */
  readonly range?: readonly [low: number, high: number]
  /** Kinks: values keep a distance of 0.05 from each, so that finite differences are meaningful. */
  readonly away?: readonly number[]
  /** Integers from 0 to `below` - 1: labels and indices. */
  readonly below?: number
  /** Exactly these elements. */
  readonly data?: readonly number[]
  /** A sparse vector of `capacity` pairs that holds these entries; an index may occur twice. */
  readonly pairs?: { readonly capacity: number; readonly entries: readonly (readonly [index: number, value: number])[] }
  /** A buffer: its cells are f64 whatever the element type of the run. */
  readonly buffer?: true
}

/**
 * Lengths at which a loop over vectors of w elements can go wrong: 0, 1, w - 1, w, w + 1, 2 w + 3, for w = 2 (f64) and
 * w = 4 (f32).
 */
export const edgeLengths = [0, 1, 2, 3, 4, 5, 7, 11] as const

/** A point of an operation's domain, with what the contract suite needs to draw inputs around it. */
export interface Sample<Options> {
  readonly options: Options
  readonly inputs: readonly SampleInput[]
  /** All elements of all inputs differ by at least 0.05: for operations that compare elements. */
  readonly apart?: true
  /** Kinks of |a - b| for the first two inputs, elementwise. */
  readonly awayBetween?: readonly number[]
}

/**
 * One operation: what `graph` asks of an operator, and with it what people and the contract suite need to know.
 * The residual is private to the record, so its type is erased.
 */
export interface NodeRecord<Options = never> extends Operator<Options, never> {
  readonly docs: RecordDocs
  /** Makes the points to test at; edges (scalars, one element, sizes around the SIMD width) included. */
  readonly samples: () => readonly Sample<unknown>[]
  /** Of an operation made of others: its result as a graph of them, given stand-ins for its inputs. */
  readonly build?: (inputs: readonly AnyNode[], options: Options) => AnyNode
}

interface RecordParts<Options, Residual> extends Operator<Options, Residual> {
  readonly docs: RecordDocs
  readonly samples: () => readonly Sample<Options>[]
  readonly build?: (inputs: readonly AnyNode[], options: Options) => AnyNode
}

/** Hides the type of the residual of a rule whose documentation stands in another file. */
export function defineRule<Options, Residual = void>(parts: Operator<Options, Residual>): Operator<Options, never> {
  return parts as unknown as Operator<Options, never>
}

/** Checks the parts against each other and hides the type of the residual. */
export function defineRecord<Options, Residual = void>(parts: RecordParts<Options, Residual>): NodeRecord<Options> {
  return parts as unknown as NodeRecord<Options>
}

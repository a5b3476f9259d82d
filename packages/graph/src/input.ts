import { assertShape, checkOptions, formatShape } from '@eddy/tensor'
import { type EventSource, isEventSource } from './connection.ts'
import { GraphError } from './errors.ts'
import type { InputValue } from './input-writer.ts'
import { type Mutable, Node } from './node.ts'
import { Run } from './run.ts'

/** A named axis as an input sees it: it may grow from one event to the next. */
export interface Axis {
  /** Names known so far. */
  readonly size: number
  /** Most pairs that an event has had. */
  readonly pairs: number
}

/** What an input node knows about its events. */
export interface InputOptions {
  readonly select: (event: never) => InputValue
  readonly axis?: Axis | undefined
  /** No event has an index twice. */
  readonly distinct?: boolean
}

interface Selecting<E> {
  /** Takes this input's value out of an event; default: the event itself. Must not change anything. */
  readonly select?: (event: E) => InputValue
  readonly name?: string
}

/**
 * The node that selects its value from each event of a source. All inputs of a graph select from the same source;
 * join several sources before.
 *
 * `pairs` makes it sparse: `select` gives `{ indices, values }` with at most that many pairs, and the cost of an event
 * is its own non-zeros, whatever the size. `distinct` promises that no event has an index twice, which saves looking
 * for it; where the promise is broken, the update takes one step for each occurrence instead of one for their sum.
 * @throws ShapeError for a bad shape, GraphError for a source that is no Observable or async iterable.
 *
 * @example
 * const x = input(events$, { shape: [2], select: (e) => e.features })
 */
export function input<E, const S extends readonly number[] | []>(
  source: EventSource<E>,
  options: Selecting<E> & { readonly shape: S; readonly pairs?: number; readonly distinct?: boolean },
): Node<Mutable<S>> {
  const run = runOf(source)
  checkOptions('input', options, ['shape', 'select', 'name', 'pairs', 'distinct'])
  assertShape(options.shape, 'input')
  const { pairs = 0, distinct = false, shape } = options
  if (!Number.isInteger(pairs) || pairs < 0 || (pairs > 0 && shape.length !== 1)) {
    throw new GraphError(
      `got pairs ${pairs} with shape ${formatShape(shape)}, wanted a whole number of pairs of a vector`, 'input',
      'A sparse input is one vector: input(source, { shape: [size], pairs: 64 })',
    )
  }
  const select = (options.select ?? ((event: E) => event)) as (event: never) => InputValue
  return new Node({
    role: 'input', label: `input(${formatShape(shape)})`, shape: [...shape] as Mutable<S>, pairs, host: run,
    name: options.name ?? run.uniqueName('input'), options: { select, distinct } satisfies InputOptions,
  })
}

/** A sparse input along a named axis, which grows as `select` meets new names. */
export function namedInput<E>(
  source: EventSource<E>, axis: Axis, options: Selecting<E> & { readonly select: (event: E) => InputValue },
): Node<[number]> {
  const run = runOf(source)
  // The same object as long as the axis has not grown: see `growingShape`.
  let shape: [number] = [axis.size]
  return new Node<[number]>({
    role: 'input', label: 'input(named)', host: run, pairs: () => axis.pairs,
    shape: () => (axis.size === shape[0] ? shape : (shape = [axis.size])),
    name: options.name ?? run.uniqueName('input'),
    options: { select: options.select as (event: never) => InputValue, axis } satisfies InputOptions,
  })
}

function runOf(source: EventSource<unknown>): Run {
  if (!isEventSource(source)) {
    throw new GraphError(
      `got ${source === null ? 'null' : typeof source} as its source, wanted an Observable or an async iterable`,
      'input',
      'Wrap arrays and other iterables with from(...) of rxjs',
    )
  }
  return Run.of(source)
}

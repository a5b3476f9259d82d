import { formatValue, ValueError } from '@eddy/tensor'
import { checkMade, checkRecord } from '../known-options.ts'
import type { EnsembleMember } from './ensemble-options.ts'

/** One value of each axis. */
type Point<A> = { readonly [Name in keyof A]: A[Name] extends readonly (infer V)[] ? V : never }

/**
 * The members of an ensemble for all combinations of values: the last axis varies fastest. A member's name says which
 * it is: `learningRate=0.01 seed=2`.
 *
 * @example
 * grid({ learningRate: [0.01, 0.1], seed: [1, 2] }, ({ learningRate, seed }) => (
 *   { optimizer: sgd({ learningRate }), seed }
 * ))
 */
export function grid<const A extends Readonly<Record<string, readonly unknown[]>>, M extends EnsembleMember>(
  axes: A, member: (point: Point<A>) => M,
): readonly (M & { readonly name: string })[] {
  checkAxes(axes)
  checkMade('grid', 'maker of members', member, [], 'For example (point) => ({ seed: point.seed }).')
  const points = Object.entries(axes).reduce<readonly Readonly<Record<string, unknown>>[]>(
    (shorter, [name, values]) => shorter.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))), [{}],
  )
  return points.map((point) => ({
    name: Object.entries(point).map(([name, value]) => (
      `${name}=${typeof value === 'string' ? value : formatValue(value)}`
    )).join(' '),
    ...member(point as Point<A>),
  }))
}

function checkAxes(axes: unknown): void {
  checkRecord('grid', 'the axes are no record', axes, 'lists of values by name', 'Write grid({ seed: [1, 2] }, ..).')
  for (const [name, values] of Object.entries(axes)) {
    if (Array.isArray(values) && values.length > 0) continue
    throw new ValueError({
      what: `the axis ${name} has no values`, where: 'grid', got: values, wanted: 'a list of at least one',
      hint: 'For example grid({ seed: [1, 2, 3] }, (point) => point).',
    })
  }
}

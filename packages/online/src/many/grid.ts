import { formatValue } from '@eddy/tensor'
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

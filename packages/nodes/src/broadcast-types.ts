import type { Shape } from '@eddy/tensor'

/** The shape of an operand: of a node or tensor its own, of a number a scalar's. */
export type ShapeOf<A> = A extends number ? [] : A extends { readonly shape: infer S extends Shape } ? S : never

/** The length that two aligned axes stretch to; `never` when they cannot. */
type BroadcastAxis<A extends number, B extends number> =
  A extends 1 ? B : B extends 1 ? A : number extends A ? B : number extends B ? A : A extends B ? A : never

type Aligned<A extends Shape, B extends Shape, Done extends number[]> =
  A extends readonly [...infer FrontA extends number[], infer LastA extends number]
    ? B extends readonly [...infer FrontB extends number[], infer LastB extends number]
      ? [BroadcastAxis<LastA, LastB>] extends [never]
        ? never
        : Aligned<FrontA, FrontB, [BroadcastAxis<LastA, LastB>, ...Done]>
      : [...A, ...Done]
    : [...B, ...Done]

/** What two shapes stretch to by NumPy's rule; `never` when they do not fit, `Shape` when a rank is unknown. */
export type Broadcast<A extends Shape, B extends Shape> =
  number extends A['length'] ? Shape : number extends B['length'] ? Shape : Aligned<A, B, []>

/** Turns operands that do not fit into a compile error that shows both shapes. */
export type Fits<A, B> = [Broadcast<ShapeOf<A>, ShapeOf<B>>] extends [never]
  ? { readonly 'these shapes do not broadcast': readonly [ShapeOf<A>, ShapeOf<B>] }
  : unknown

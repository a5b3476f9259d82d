import type { Shape } from '@eddy/tensor'

/** One axis or several. */
export type Axes = number | readonly number[]

/** The shape without (or with 1 at) the positions for which `Gone` holds: `'0' | '2'`. */
type Drop<S extends Shape, Gone, Keep extends boolean, At extends unknown[] = [], Done extends number[] = []> =
  S extends readonly [infer Head extends number, ...infer Tail extends number[]]
    ? Drop<Tail, Gone, Keep, [...At, unknown],
        At['length'] extends Gone ? (Keep extends true ? [...Done, 1] : Done) : [...Done, Head]>
    : Done

/** A negative literal axis counted from the front: -1 of [2, 3] is 1. */
type FromFront<S extends Shape, A> =
  A extends number
    ? `${A}` extends `-${infer N extends number}` ? Behind<S, N> : A
    : never

/** The index that lies N places before the end: its tail has N elements. */
type Behind<S extends Shape, N extends number, At extends unknown[] = []> =
  S extends readonly [number, ...infer Tail extends number[]]
    ? S['length'] extends N ? At['length'] : Behind<Tail, N, [...At, unknown]>
    : never

type Listed<A> = A extends readonly number[] ? A[number] : A

/** The shape after a reduction over axes A, keeping reduced axes as 1 when K; `Shape` when types cannot tell. */
export type ReducedShape<S extends Shape, A extends Axes | undefined, K extends boolean> =
  number extends S['length'] ? ([A, K] extends [undefined, false] ? [] : Shape)
    : boolean extends K ? Shape
      : [A] extends [undefined] ? (K extends true ? { -readonly [I in keyof S]: 1 } : [])
        : undefined extends A ? Shape
          : number extends Listed<A> ? Shape
            : Drop<S, FromFront<S, Listed<A>>, K>

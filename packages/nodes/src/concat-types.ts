import type { Shape } from '@eddy/tensor'
import type { Plus } from './natural.ts'

type AxisAt<S extends Shape, A extends number> = A extends keyof S & number ? S[A] : number

type Total<L extends readonly Shape[], A extends number, Sum extends number = 0> =
  L extends readonly [infer First extends Shape, ...infer Rest extends readonly Shape[]]
    ? Total<Rest, A, Plus<Sum, AxisAt<First, A>>>
    : L extends readonly [] ? Sum : number

type Replaced<S extends Shape, A extends number, N extends number> = {
  -readonly [K in keyof S]: `${A}` extends K ? N : number extends A ? number : S[K]
}

/** The first shape with the lengths along axis A added up. Negative axes give up literal lengths. */
export type ConcatShape<L extends readonly Shape[], A extends number> =
  L extends readonly [infer First extends Shape, ...(readonly Shape[])]
    ? number extends First['length'] ? Shape
      : First extends readonly [number] ? [Total<L, 0>]
        : `${A}` extends `-${string}` ? { -readonly [K in keyof First]: number } : Replaced<First, A, Total<L, A>>
    : Shape

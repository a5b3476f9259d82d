import type { Shape } from '@eddy/tensor'

/** Whether two lengths may be equal: unknown ones may. */
type SameLength<A extends number, B extends number> =
  number extends A ? true : number extends B ? true : A extends B ? true : false

/** The shape of a product of factors with up to two axes; `Shape` beyond that, `never` when they do not fit. */
export type MatmulShape<A extends Shape, B extends Shape> =
  number extends A['length'] ? Shape : number extends B['length'] ? Shape
    : A extends readonly [infer K extends number]
      ? B extends readonly [infer L extends number] ? When<K, L, []>
        : B extends readonly [infer L extends number, infer N extends number] ? When<K, L, [N]> : Shape
      : A extends readonly [infer M extends number, infer K extends number]
        ? B extends readonly [infer L extends number] ? When<K, L, [M]>
          : B extends readonly [infer L extends number, infer N extends number] ? When<K, L, [M, N]> : Shape
        : Shape

type When<K extends number, L extends number, S extends Shape> = SameLength<K, L> extends true ? S : never

/** Turns factors that do not fit into a compile error that shows both shapes. */
export type MatmulFits<A extends Shape, B extends Shape> =
  [MatmulShape<A, B>] extends [never] ? { readonly 'these factors do not fit': readonly [A, B] } : unknown

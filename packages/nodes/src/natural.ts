/** Addition of literal natural numbers in types, digit by digit, so that lengths beyond 1,000 work, too. */

type Digits<N extends number> = Split<`${N}`>
type Split<S extends string> = S extends `${infer Head extends number}${infer Tail}` ? [Head, ...Split<Tail>] : []

type Ones<N extends number, Done extends unknown[] = []> = Done['length'] extends N ? Done : Ones<N, [...Done, unknown]>

/** The sum of two digits and a carry: 0 to 19. */
type DigitSum<A extends number, B extends number, Carry extends unknown[]> =
  [...Ones<A>, ...Ones<B>, ...Carry]['length'] & number

type Ten = Ones<10>

/** The last digit and the carry of a number from 0 to 19. */
type Carried<N extends number> = Ones<N> extends [...Ten, ...infer Rest] ? [Rest['length'], [unknown]] : [N, []]

type Add<A extends number[], B extends number[], Carry extends unknown[] = [], Done extends string = ''> =
  [A, B, Carry] extends [[], [], []] ? Done
    : [A, B] extends [[], []] ? `1${Done}`
      : Carried<DigitSum<Last<A>, Last<B>, Carry>> extends [infer Digit extends number, infer Next extends unknown[]]
        ? Add<Front<A>, Front<B>, Next, `${Digit}${Done}`>
        : never

type Last<A extends number[]> = A extends [...number[], infer Digit extends number] ? Digit : 0
type Front<A extends number[]> = A extends [...infer Rest extends number[], number] ? Rest : []

/** A + B for literal natural numbers; `number` when either is unknown. */
export type Plus<A extends number, B extends number> =
  number extends A ? number : number extends B ? number
    : Add<Digits<A>, Digits<B>> extends `${infer N extends number}` ? N : number

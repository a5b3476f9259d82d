// erf. |x| <= 1: x P(x^2). Beyond: 1 - exp(-x^2) Q(t), t = (|x| - 2) / (|x| + 2), Q fitted to exp(x^2) erfc(x), up to
// the point where 1 is the nearest number. P and Q are minimax fits (derived here).
import { abs, add, atMost, div, entry, le, mul, neg, one, select, sub, two, withSign } from './lanes'
import { exp } from './exp'

/** End of the range | P, descending | Q, descending */
const table32: usize = memory.data<f32>([
  4.0, 7.852182639705554e-5, -0.0008009727324579072, 0.005188279449448998, -0.0268537891411465, 0.11283584667841691,
  -0.3761262578790354, 1.1283791657224953, 0.0069666145863002136, 0.003599921514737377, -0.07899107134663094,
  0.24166308281938892, -0.4271852841619456, 0.2553956623088813,
], 16)
const table64: usize = memory.data<f64>([
  6.0, -7.777681887818238e-10, 1.3710036271247635e-8, -1.6206098670922885e-7, 1.6447103930773585e-6,
  -1.4924710100777903e-5, 0.00012055293464533113, -0.000854832592563952, 0.005223977606043748, -0.026866170643102632,
  0.11283791670944131, -0.3761263890318352, 1.1283791670955126, 3.848759827624693e-6, 1.887597942514113e-6,
  -1.4056979283331891e-5, -2.767316236520055e-5, 2.7544716153687323e-5, 0.0001743709231430387, 4.3553764616316356e-5,
  -0.0009819776260582983, -0.0008471431653226704, 0.0069974617600486785, 0.0037328924025531243, -0.07897858101608407,
  0.24165819424247786, -0.4271858474139565, 0.25539567631050575,
], 16)
@inline function lit<T>(k: usize): v128 { return entry<T>(sizeof<T>() == 4 ? table32 : table64, k) }

/** The polynomial of the coefficients from .. to, the highest power first. */
@inline function polynomial<T>(x: v128, from: usize, to: usize): v128 {
  let p = lit<T>(from)
  for (let k = from + 1; k <= to; k++) p = add<T>(mul<T>(p, x), lit<T>(k))
  return p
}

export function erf<T>(x: v128): v128 {
  const a = atMost<T>(abs<T>(x), lit<T>(0))
  const z = mul<T>(a, a)
  const near = mul<T>(a, sizeof<T>() == 4 ? polynomial<T>(z, 1, 7) : polynomial<T>(z, 1, 12))
  const t = div<T>(sub<T>(a, two<T>()), add<T>(a, two<T>()))
  const q = sizeof<T>() == 4 ? polynomial<T>(t, 8, 13) : polynomial<T>(t, 13, 27)
  const far = sub<T>(one<T>(), mul<T>(exp<T>(neg<T>(z)), q))
  return withSign<T>(select(le<T>(a, one<T>()), near, far), x)
}

// log(1 + exp x) = max(x, 0) + log(1 + z), z = exp(-|x|) in (0, 1]; and with s = z / (2 + z) in (0, 1/3],
// log(1 + z) = 2 atanh(s) = 2 s + s^3 R(s^2). R is a minimax fit (derived here). No bits of exponents to take apart, no
// second division: half the work of log1p, which is why losses use it.
import { abs, add, all, atLeast, div, entry, mul, neg, two } from './lanes'
import { exp } from './exp'

/** R, descending. */
const table32: usize = memory.data<f32>([
  0.27659885417613844, 0.28083213626229003, 0.40015647635620455, 0.6666654519225149,
], 16)
const table64: usize = memory.data<f64>([
  0.16735961801194355, 0.0850145060608445, 0.12066823469278626, 0.1330628022346228, 0.15386125001911585,
  0.18181766058471857, 0.22222223282732617, 0.28571428560058776, 0.40000000000049674, 0.6666666666666663,
], 16)

/** log(1 + z) for 0 <= z <= 1; error below 2 ulp. */
export function log1pUnit<T>(z: v128): v128 {
  const s = div<T>(z, add<T>(two<T>(), z))
  const q = mul<T>(s, s)
  const table = sizeof<T>() == 4 ? table32 : table64
  let r = entry<T>(table, 0)
  for (let k: usize = 1; k < (sizeof<T>() == 4 ? 4 : 10); k++) r = add<T>(mul<T>(r, q), entry<T>(table, k))
  return add<T>(add<T>(s, s), mul<T>(mul<T>(s, q), r))
}

/** log(1 + exp(-|x|)): what softplus adds to max(x, 0). */
@inline export function softplusRest<T>(x: v128): v128 { return log1pUnit<T>(exp<T>(neg<T>(abs<T>(x)))) }

/** log(1 + exp x). */
@inline export function softplus<T>(x: v128): v128 { return add<T>(atLeast<T>(x, all<T>(0)), softplusRest<T>(x)) }

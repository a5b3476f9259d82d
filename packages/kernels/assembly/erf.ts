// erf. |x| <= 1: x P(x^2). 1 < |x| < 6: 1 - exp(-x^2) Q(t), t = (|x| - 2) / (|x| + 2), Q fitted to exp(x^2) erfc(x).
// Beyond 6 it is 1 to the last bit. P and Q are minimax fits (derived here). f32 goes through f64.
import { abs, add, all, atMost, div, le, mul, narrow, neg, select, sub, widenHigh, widenLow, withSign } from './lanes'
import { exp } from './exp'

export function erf<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return narrow(erf64(widenLow(x)), erf64(widenHigh(x)))
  return erf64(x)
}

@inline function term(p: v128, x: v128, c: f64): v128 { return add<f64>(mul<f64>(p, x), all<f64>(c)) }

function erf64(x: v128): v128 {
  const a = atMost<f64>(abs<f64>(x), all<f64>(6))
  const z = mul<f64>(a, a)
  let p = all<f64>(-7.777681887818238e-10)
  p = term(p, z, 1.3710036271247635e-8)
  p = term(p, z, -1.6206098670922885e-7)
  p = term(p, z, 1.6447103930773585e-6)
  p = term(p, z, -1.4924710100777903e-5)
  p = term(p, z, 0.00012055293464533113)
  p = term(p, z, -0.000854832592563952)
  p = term(p, z, 0.005223977606043748)
  p = term(p, z, -0.026866170643102632)
  p = term(p, z, 0.11283791670944131)
  p = term(p, z, -0.3761263890318352)
  p = term(p, z, 1.1283791670955126)
  const t = div<f64>(sub<f64>(a, all<f64>(2)), add<f64>(a, all<f64>(2)))
  let q = all<f64>(3.848759827624693e-6)
  q = term(q, t, 1.887597942514113e-6)
  q = term(q, t, -1.4056979283331891e-5)
  q = term(q, t, -2.767316236520055e-5)
  q = term(q, t, 2.7544716153687323e-5)
  q = term(q, t, 0.0001743709231430387)
  q = term(q, t, 4.3553764616316356e-5)
  q = term(q, t, -0.0009819776260582983)
  q = term(q, t, -0.0008471431653226704)
  q = term(q, t, 0.0069974617600486785)
  q = term(q, t, 0.0037328924025531243)
  q = term(q, t, -0.07897858101608407)
  q = term(q, t, 0.24165819424247786)
  q = term(q, t, -0.4271858474139565)
  q = term(q, t, 0.25539567631050575)
  const far = sub<f64>(all<f64>(1), mul<f64>(exp<f64>(neg<f64>(z)), q))
  return withSign<f64>(select(le<f64>(a, all<f64>(1)), mul<f64>(a, p), far), x)
}

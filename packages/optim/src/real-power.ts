/**
 * e^x for x <= 0 from + - * / alone, so that its bits are the same on every engine (those of Math.exp are not).
 * Formula: the Taylor series of e^(x / 2^k), |x / 2^k| <= 1/16, squared k times. Error: about 2^k * 2^-53 relative.
 */
export function exponential(x: number): number {
  let reduced = x
  let halvings = 0
  for (; reduced < -0.0625; reduced /= 2) halvings++
  let sum = 1
  for (let n = 12; n >= 1; n--) sum = 1 + (reduced * sum) / n
  for (; halvings > 0; halvings--) sum *= sum
  return sum
}

const sineTerms = taylor(1)
const cosineTerms = taylor(0)

/** (-1)^k / (2k + start)! for k = 0 .. 9: at |x| <= pi/4 the first term left out is below 2^-60. */
function taylor(start: number): readonly number[] {
  const terms: number[] = [1]
  for (let k = 1; k < 10; k++) terms.push(-terms[k - 1]! / ((2 * k + start) * (2 * k + start - 1)))
  return terms
}

function evaluate(terms: readonly number[], square: number): number {
  let sum = 0
  for (let k = terms.length - 1; k >= 0; k--) sum = sum * square + terms[k]!
  return sum
}

/**
 * cos(pi * turns), for schedules.
 * Formula: reduced to [0, 1/4] by symmetry, which is exact, then the Taylor series of sine or cosine.
 * Why not Math.cos: its last bit differs between engines. Error: below 2 units in the last place.
 * Edge: exact at every multiple of 1/2.
 */
export function cosPi(turns: number): number {
  let x = Math.abs(turns) % 2
  if (x > 1) x = 2 - x
  const negative = x > 0.5
  if (negative) x = 1 - x
  const rest = 0.5 - x
  const angle = Math.PI * (x <= 0.25 ? x : rest)
  const value = x <= 0.25 ? evaluate(cosineTerms, angle * angle) : angle * evaluate(sineTerms, angle * angle)
  return negative ? -value : value
}

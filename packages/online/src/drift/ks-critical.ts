/**
 * The least distance h / n of two empirical distributions of n values each that has a p-value up to alpha, as h; n + 1
 * when there is none.
 * Formula: p(h) = 2 sum over k >= 1 of (-1)^(k + 1) C(2n, n + k h) / C(2n, n), exact for values without ties.
 * Source: Gnedenko, Koroljuk 1951. Needs + - * / alone, so the decision is the same on every engine.
 */
export function ksCritical(n: number, alpha: number): number {
  let h = 1
  while (h <= n && ksTail(n, h) > alpha) h++
  return h
}

/** P(distance >= h / n) of two samples of n values each from one continuous distribution. */
export function ksTail(n: number, h: number): number {
  let sum = 0
  for (let k = 1; k * h <= n; k++) sum += (k % 2 === 1 ? 1 : -1) * binomialRatio(n, k * h)
  return Math.min(1, 2 * sum)
}

/** C(2n, n + j) / C(2n, n). */
function binomialRatio(n: number, j: number): number {
  let ratio = 1
  for (let i = 1; i <= j; i++) ratio *= (n - j + i) / (n + i)
  return ratio
}

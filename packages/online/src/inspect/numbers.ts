/** Sums over elements, with their squares kept in range: gradients that explode are what people look for. */

/** Sum of squares as (scale, sum): scale^2 * sum. */
export interface Squares {
  readonly scale: number
  readonly sum: number
}

/** Source: BLAS `nrm2`: divided by the largest magnitude, so nothing overflows or fades before the root is taken. */
export function sumOfSquares(data: ArrayLike<number>): Squares {
  let scale = 0
  for (let i = 0; i < data.length; i++) scale = Math.max(scale, Math.abs(data[i]!))
  if (scale === 0 || !Number.isFinite(scale)) return { scale, sum: 1 }
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += (data[i]! / scale) ** 2
  return { scale, sum }
}

/** Euclidean length of vectors laid end to end. */
export function hypotenuse(parts: readonly Squares[]): number {
  return Math.hypot(...parts.map(({ scale, sum }) => scale * Math.sqrt(sum)))
}

export function norm(data: ArrayLike<number>): number {
  return hypotenuse([sumOfSquares(data)])
}

/** 0 for no elements. */
export function rootMeanSquare(data: ArrayLike<number>): number {
  return data.length === 0 ? 0 : norm(data) / Math.sqrt(data.length)
}

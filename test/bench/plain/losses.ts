/** Binary cross-entropy of a logit. */
export function logitLoss(z: number, label: number): number {
  return Math.max(z, 0) - z * label + Math.log1p(Math.exp(-Math.abs(z)))
}

export function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z))
}

/** The loss of logits y; y becomes its gradient. */
export function softmaxCrossEntropy(y: Float32Array, label: number): number {
  let top = y[0]!
  let sum = 0
  const logit = y[label]!
  for (let c = 1; c < y.length; c++) if (y[c]! > top) top = y[c]!
  for (let c = 0; c < y.length; c++) sum += (y[c] = Math.exp(y[c]! - top))
  for (let c = 0; c < y.length; c++) y[c]! /= sum
  y[label]! -= 1
  return Math.log(sum) + top - logit
}

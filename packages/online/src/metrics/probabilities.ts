/** What metrics of classes read: P(positive) of two, or the probability of each of several. */
export type Probabilities = number | ArrayLike<number>

/** The most probable class; the first of equals, -1 of none. Of two classes the positive one only above one half. */
export function likeliest(prediction: Probabilities): number {
  if (typeof prediction === 'number') return prediction > 0.5 ? 1 : 0
  let best = prediction.length > 0 ? 0 : -1
  for (let k = 1; k < prediction.length; k++) if (prediction[k]! > prediction[best]!) best = k
  return best
}

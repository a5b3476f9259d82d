// CROSS_ENTROPY: the mean over rows of -log softmax(logits)[label]. The probabilities are kept for the gradient.
import { first } from './lanes'
import { at, checkIndices, put } from './memory'
import { Fault } from './opcodes'
import { log } from './log'
import { divide, exponentials, rowMax } from './softmax'

export function crossEntropy<T>(logits: usize, label: usize, y: usize, probs: usize, rows: i32, classes: i32): bool {
  if (!checkIndices<T>(label, rows, classes, Fault.label)) return false
  let total = <T>0
  for (let r = 0; r < rows; r++) {
    const top = rowMax<T>(logits, classes)
    const sum = exponentials<T>(logits, probs, classes, top)
    divide<T>(probs, classes, sum)
    total += first<T>(log<T>(v128.splat<T>(sum))) - (at<T>(logits, <i32>at<T>(label, r)) - top)
    logits += <usize>classes * sizeof<T>()
    probs += <usize>classes * sizeof<T>()
  }
  store<T>(y, total / <T>rows)
  return true
}

/** dx = (probs - [k is the label]) * dy / rows. */
export function crossEntropyBackward<T>(
  probs: usize, label: usize, dy: usize, dx: usize, rows: i32, classes: i32,
): void {
  const g = load<T>(dy) / <T>rows
  for (let r = 0; r < rows; r++) {
    const chosen = <i32>at<T>(label, r)
    for (let k = 0; k < classes; k++) put<T>(dx, k, (k == chosen ? at<T>(probs, k) - <T>1 : at<T>(probs, k)) * g)
    probs += <usize>classes * sizeof<T>()
    dx += <usize>classes * sizeof<T>()
  }
}

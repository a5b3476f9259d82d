import type { Subject } from 'rxjs'
import { crossEntropy, input, linear, minimize, relu, sgd } from 'eddy'
import type { Digit } from './digits.ts'

/** A 784-128-10 network with softmax cross-entropy, trained by plain gradient descent, a digit at a time. */
export function digitsModel(digits$: Subject<Digit>, seed: number) {
  const pixels = input(digits$, { shape: [784], select: (digit) => digit.pixels, name: 'pixels' })
  const label = input(digits$, { shape: [1], select: (digit) => digit.label, name: 'label' })
  const hidden = pixels.pipe(linear(784, 128, { name: 'hidden' }))
  const logits = hidden.pipe(relu(), linear(128, 10, { name: 'output' }))
  const loss = crossEntropy(logits, label)
  return { hidden, logits, loss, training: loss.pipe(minimize(sgd({ learningRate: 0.03 }), { seed })) }
}

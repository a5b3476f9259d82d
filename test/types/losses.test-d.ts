import {
  adam, binaryCrossEntropyWithLogits, crossEntropy, input, linear, mean, minimize, type Node, sgd, type Step,
  squaredError, sum, type Training,
} from 'eddy'
import type { Observable } from 'rxjs'
import type { Same } from './same.ts'

interface Example {
  readonly features: readonly number[]
  readonly label: number
}

declare const events$: Observable<Example>
const x = input(events$, { shape: [2], select: (event) => event.features })
const one = input(events$, { shape: [1], select: (event) => event.label })
const scalar = input(events$, { shape: [], select: (event) => event.label })
const logits = x.pipe(linear(2, 3))
const logit = x.pipe(linear(2, 1))

const loss = binaryCrossEntropyWithLogits(logit, one)
const training = loss.pipe(minimize(adam({ learningRate: 0.01 })))
export const losses: readonly [Same<typeof loss, Node<[]>>, Same<typeof training, Training>] = [true, true]
export const steps: Observable<Step> = training
export const ofClasses: Training = crossEntropy(logits, scalar).pipe(minimize(sgd()))
export const reduced: readonly Training[] = [
  squaredError(logit, one, { reduction: 'none' }).pipe(mean, minimize(sgd())), sum(logits).pipe(minimize(sgd())),
]

// @ts-expect-error three logits are no loss: reduce them to one number first
logits.pipe(minimize(sgd()))

// @ts-expect-error nor are the losses of three elements
squaredError(logits, logits, { reduction: 'none' }).pipe(minimize(sgd()))

// @ts-expect-error one logit, three targets
binaryCrossEntropyWithLogits(logit, logits)

// @ts-expect-error a prediction of shape [1], a target of shape []
squaredError(logit, scalar)

// @ts-expect-error three logits have one label, not three
crossEntropy(logits, logits)

// @ts-expect-error an optimizer, not its factory
loss.pipe(minimize(adam))

// @ts-expect-error the names are camelCase: learningRate
adam({ lr: 0.01 })

// @ts-expect-error an event has no such field
input(events$, { shape: [1], select: (event) => event.target })

// @ts-expect-error a label that is text is no input value
input(events$, { shape: [1], select: (event) => String(event.label) })

import { input, type Node, parameter } from '@eddy/graph'
import { mul, neg, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { rng, tensor } from '@eddy/tensor'
import { Subject } from 'rxjs'
import type { Result } from '../result.ts'
import { number } from '../table.ts'
import { stepwise } from '../variants/stepwise.ts'
import { taught } from '../variants/taught.ts'
import { lazily, type Workload } from '../workload.ts'

interface Pair {
  readonly x: Float32Array
  readonly y: Float32Array
}

/** Nodes that compute: a product, changes of sign, the loss. */
const stages = 100
const signs = stages - 2
const rate = 0.01
const start = 0.25

const events = lazily(() => {
  const random = rng(1, 'W7')
  return Array.from({ length: 4096 }, (_, k): Pair => {
    const x = 2 * random.uniform(2 * k) - 1
    return { x: Float32Array.of(x), y: Float32Array.of(1.5 * x + 0.1 * random.uniform(2 * k + 1)) }
  })
})

function graph(source: Subject<Pair>): Node<[]> {
  const x = input(source, { shape: [1], select: (event) => event.x })
  const y = input(source, { shape: [1], select: (event) => event.y })
  let node: Node<[1]> = mul(x, parameter(tensor([start])))
  for (let k = 0; k < signs; k++) node = neg(node)
  return squaredError(node, y)
}

/** The same on bare subjects: a value goes through a hundred of them, its gradient back through a hundred others. */
function onSubjects(): (event: Pair) => number {
  let weight = start
  let [x, y, loss] = [0, 0, 0]
  const first = new Subject<number>()
  const values = Array.from({ length: signs + 1 }, () => new Subject<number>())
  const gradients = Array.from({ length: signs + 1 }, () => new Subject<number>())
  first.subscribe((value) => values[0]!.next(value * weight))
  for (let k = 0; k < signs; k++) {
    values[k]!.subscribe((value) => values[k + 1]!.next(-value))
    gradients[k + 1]!.subscribe((gradient) => gradients[k]!.next(-gradient))
  }
  values[signs]!.subscribe((value) => {
    const error = value - y
    loss = error * error
    gradients[signs]!.next(2 * error)
  })
  gradients[0]!.subscribe((gradient) => {
    weight -= rate * gradient * x
  })
  return (event) => {
    x = event.x[0]!
    y = event.y[0]!
    first.next(x)
    return loss
  }
}

const optimizer = () => sgd({ learningRate: rate })

/** What stages cost when every node is one. */
export const w7: Workload = {
  id: 'W7', title: `${stages} nodes in a row, SGD: every node its own stage, all fused, and bare RxJS subjects`,
  eventsPerRound: 5000,
  variants: () => [
    stepwise('RxJS subjects', events, () => ({ step: onSubjects() })),
    taught('eddy fused', { events, graph, optimizer }),
    taught('eddy unfused', { events, graph, optimizer, options: { fusion: 'off' } }),
  ],
  remarks: (results) => results.map(perStage),
}

function perStage({ variant, nsPerEvent }: Result): string {
  return `${variant}: ${number(nsPerEvent / stages)} ns per stage and event, there and back`
}


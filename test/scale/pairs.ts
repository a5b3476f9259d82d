import { Subject } from 'rxjs'
import { dense, features, input, learner, minimize, numeric, sgd, sparseLinear, squaredError } from 'eddy'
import { nanosecondsEach } from './clock.ts'
import type { Section } from './section.ts'

const counts = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000]
const rows = 2 ** 14

function ofGraph(count: number): number {
  const source = new Subject<{ indices: Int32Array; values: Float32Array }>()
  const x = input(source, { shape: [rows], pairs: count, select: (event) => event })
  const y = input(source, { shape: [1], select: () => 0 })
  squaredError(x.pipe(sparseLinear(rows, 1)), y).pipe(minimize(sgd({ learningRate: 1e-6 }))).subscribe()
  const event = { indices: Int32Array.from({ length: count }, (_, k) => k), values: new Float32Array(count).fill(1) }
  return nanosecondsEach(Math.ceil(400_000 / (count + 10)), () => source.next(event))
}

/** Names that were first seen in another order than this event has them. */
function ofLearner(count: number): number {
  const model = learner({
    features: features({}, { unknown: numeric(), ignore: ['y'] }),
    target: (given: Readonly<Record<string, number>>) => given['y']!,
    model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: sgd({ learningRate: 1e-6 }),
  })
  const names = Array.from({ length: count }, (_, k) => [`name ${(k * 7919) % count}`, 1] as const)
  const event = Object.fromEntries([...names, ['y', 0] as const])
  return nanosecondsEach(Math.ceil(100_000 / (count + 10)), () => model.learnOne(event))
}

export const pairs: Section = {
  name: 'pairs',
  title: 'Non-zeros of an event: ns of CPU an event, and a non-zero; typed arrays into a graph, named numbers to a '
    + 'learner',
  columns: ['', 'graph', 'each', 'learner', 'each'],
  * rows() {
    for (const count of counts) {
      const [graph, named] = [ofGraph(count), ofLearner(count)]
      yield [`${count}`, graph, graph / count, named, named / count]
    }
  },
}

import {
  binaryCrossEntropyWithLogits, dense, features, hedged, hedgeOf, kaimingUniform, learner, type Learner, type Node,
  numeric, relu, rng, sgd, standardNormal,
} from 'eddy'
import { from } from 'rxjs'
import { isProgram, type Show, silently } from './is-program.ts'

interface Reading {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly alarm: boolean
}

type Model = Learner<Reading, number, string>

const count = 24_000
const stretches = 12

/** Alarms: partly a line, partly four corners beyond two folds, which lie elsewhere in the second half. */
function madeUpReadings(): Reading[] {
  const draws = rng(1, 'readings')
  const along = (x: readonly number[], name: string): number => {
    const direction = rng(1, name)
    return x.reduce((sum, value, k) => sum + (value * standardNormal(direction, k)) / 2, 0)
  }
  return Array.from({ length: count }, (_, i): Reading => {
    const x = [0, 1, 2, 3].map((k) => standardNormal(draws, 4 * i + k))
    const half = i < count / 2 ? 'first' : 'second'
    const corners = (Math.abs(along(x, `${half} u`)) - 0.7) * (Math.abs(along(x, `${half} v`)) - 0.7)
    return { a: x[0]!, b: x[1]!, c: x[2]!, d: x[3]!, alarm: 0.5 * along(x, half) + corners > 0 }
  })
}

const parts = {
  features: features({ a: numeric(), b: numeric(), c: numeric(), d: numeric() }), target: 'alarm', seed: 1,
}
const width = 8

/** A network with one output, behind so many hidden layers. */
function fixedDepth(depth: number): Model {
  const model = (m: Node<[number]>): Node<[1]> => {
    let hidden = m
    for (let k = 0; k < depth; k++) {
      hidden = relu()(dense(width, k === 0 ? {} : { weight: kaimingUniform() })(hidden)) as Node<[number]>
    }
    return hidden.pipe(dense(1)) as Node<[1]>
  }
  const loss = binaryCrossEntropyWithLogits()
  return learner<Reading>({ ...parts, model, loss, optimizer: sgd({ learningRate: 0.05 }) }) as Model
}

/** The share of wrong answers in each stretch of the stream. */
function errorsOf(model: Model, readings: readonly Reading[]): number[] {
  const wrong = Array.from({ length: stretches }, () => 0)
  let i = 0
  from(readings).pipe(model.train()).subscribe(({ event, prediction }) => {
    wrong[Math.floor((i++ * stretches) / count)]! += Number(prediction > 0.5 !== event.alarm)
  })
  return wrong.map((n) => (n * stretches) / count)
}

/** A network whose depth nobody has to choose, beside networks of fixed depths, through a change of concept. */
export function main(show: Show = silently) {
  const readings = madeUpReadings()
  const seen: number[][] = []

  // #region hedged
  const alarms = learner<Reading>({
    ...hedged({ depths: 6, width: 8, loss: binaryCrossEntropyWithLogits() }), // an output after each hidden layer
    ...parts, optimizer: sgd({ learningRate: 0.05 }),
  })

  hedgeOf(alarms.nodes.prediction).weights.subscribe((weights) => seen.push([...weights.data])) // which depths carry it
  // #endregion

  const errors = errorsOf(alarms as Model, readings)
  const fixed = new Map([0, 1, 2, 4, 6].map((depth) => [depth, errorsOf(fixedDepth(depth), readings)] as const))
  const percent = (list: readonly number[]): string => list.map((x) => (100 * x).toFixed(0).padStart(3)).join('')
  for (const [depth, list] of fixed) show(`errors at depth ${depth}, %`, percent(list))
  show('errors of all, hedged', percent(errors))
  const weights = [0, 500, 2000, count / 2 - 1, count - 1].map((i) => seen[i]!)
  show('weights at the end', weights.at(-1)!.map((weight) => weight.toFixed(2)).join(' '))
  return { errors, fixed: [...fixed], weights, events: seen.length }
}

if (isProgram(import.meta.url)) main(console.log)

import { predictor } from '@eddy/graph'
import { Subject } from 'rxjs'
import { forward, relu } from '../plain/dense.ts'
import { compiled } from '../variants/compiled.ts'
import { stepwise } from '../variants/stepwise.ts'
import type { Workload } from '../workload.ts'
import { encodeImage, logits } from './w2.ts'
import { denseImages, type Image } from './w2-data.ts'

const eventsPerRound = 2000

/** What variants are compared by, and what consumes their results: no logit may be missing. */
function answer(y: ArrayLike<number>): number {
  let sum = 0
  for (let c = 0; c < y.length; c++) sum += (c + 1) * y[c]!
  return sum
}

const events = (): readonly Image[] => denseImages().events

const plain = stepwise<Image>('plain', events, () => {
  const [w, b, v, c] = denseImages().weights as [Float32Array, Float32Array, Float32Array, Float32Array]
  const [h, y] = [new Float32Array(128), new Float32Array(10)]
  return {
    step({ x }) {
      forward(w, b, x, h)
      relu(h)
      forward(v, c, h, y)
      return answer(y)
    },
  }
})

const eddy = stepwise<Image>('eddy', events, () => {
  const predict = predictor(logits(new Subject<Image>(), denseImages().weights))
  return { step: (event) => answer(predict(event).data) }
})

/** Nothing is learned: the forward pass of W2 for one event. */
export const w5: Workload = {
  id: 'W5', title: '784-128-10 relu, predict only', eventsPerRound,
  variants({ toolchain }) {
    const input = () => ({ ...denseImages(), encode: (event: unknown) => encodeImage(event as Image) })
    const c = { file: 'w2.c', defines: ['PREDICT'] }
    const programs = toolchain === null ? [] : [
      compiled('C', c, toolchain, input, eventsPerRound),
      compiled('C, 128 bits', { ...c, isNarrow: true }, toolchain, input, eventsPerRound),
    ]
    return [...programs, plain, eddy]
  },
}

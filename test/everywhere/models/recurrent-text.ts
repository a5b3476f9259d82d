import {
  add, crossEntropy, embedding, input, linear, minimize, type Node, rng, sgd, type Shape, tanh,
} from 'eddy'
import { recurrent } from '@eddy/nodes'
import { Subject } from 'rxjs'
import { type Trial, trainedDigest } from '../trial.ts'

interface Letter {
  readonly now: number
  readonly next: number
  readonly word: number
}

const draws = rng(14, 'letters')
const letters = Array.from({ length: 200 }, (_, k): number => (k % 5 === 4 ? 0 : 1 + draws.integer(k, 6)))
const events = letters.slice(1).map((next, k): Letter => ({ now: letters[k]!, next, word: Math.floor(k / 25) }))

/** Hidden state carried from event to event, gradients through the last six of them, a table of embeddings. */
export const recurrentText: Trial = {
  name: 'recurrent layer with truncated gradients and Nesterov momentum',
  digest: (dtype, way) => {
    const source = new Subject<Letter>()
    const now = input(source, { shape: [], select: (e) => e.now })
    const next = input(source, { shape: [], select: (e) => e.next })
    const word = input(source, { shape: [1], select: (e) => [e.word] })
    const [ofInput, ofState] = [linear(3, 6), linear(6, 6, { bias: false })]
    const cell = {
      label: 'plain(3, 6)', inputs: 3, states: [6],
      step: (x: Node<Shape>, [h]: readonly Node<Shape>[]) => [
        tanh()(add(ofInput(x as Node<[3]>), ofState(h as Node<[6]>))),
      ],
    }
    const letter = now.pipe(embedding(7, 3))
    const hidden = recurrent(cell, { truncate: 6, reset: word })(letter) as unknown as Node<[6]>
    const training = crossEntropy(hidden.pipe(linear(6, 7)), next).pipe(minimize(
      sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }), { dtype, fusion: way.fusion, seed: 6 },
    ))
    return trainedDigest({ source, training }, events, way)
  },
}

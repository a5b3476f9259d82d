import { dense, frozen, input, linear, type Node } from 'eddy'
import { Subject } from 'rxjs'

const x = input(new Subject<number[]>(), { shape: [8] })

// Shapes go through, also those that a layer takes from its input.
const hidden: Node<[4]> = x.pipe(frozen(linear(8, 4)))
const taken: Node<[3]> = x.pipe(frozen(dense(3)), linear(3, 3))
const block: Node<[2]> = frozen((node: Node<[8]>) => node.pipe(linear(8, 4), linear(4, 2)))(x)
// @ts-expect-error 8 numbers do not fit 9 inputs
const wrong = x.pipe(frozen(linear(9, 1)))
export const types = [hidden, taken, block, wrong]

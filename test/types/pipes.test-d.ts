import { dense, input, linear, type Node, relu, sigmoid, softmax, tanh } from 'eddy'
import { pipe, type Observable } from 'rxjs'
import type { Same } from './same.ts'

declare const events$: Observable<{ readonly features: readonly number[] }>

/** Literal shapes go through `pipe`, from layer to layer. */
const x = input(events$, { shape: [2], select: (event) => event.features })
const hidden = x.pipe(linear(2, 8), tanh())
const output = x.pipe(linear(2, 8), relu(), linear(8, 1))
const nine = x.pipe(
  linear(2, 3), relu(), linear(3, 4), relu(), linear(4, 5), relu(), linear(5, 6), relu(), linear(6, 7),
)
export const throughPipe: readonly [
  Same<typeof x, Node<[2]>>, Same<typeof hidden, Node<[8]>>, Same<typeof output, Node<[1]>>,
  Same<typeof nine, Node<[7]>>,
] = [true, true, true, true]

/** A model is RxJS's own `pipe` of layers: a value to be reused, composed and applied. */
const model = pipe(linear(2, 8), relu(), linear(8, 3))
const longer = pipe(model, softmax())
const applied = x.pipe(model)
const called = model(x)
const twice = x.pipe(pipe(model, sigmoid()), linear(3, 2), model)
export const throughModels: readonly [
  Same<typeof applied, Node<[3]>>, Same<typeof called, Node<[3]>>, Same<ReturnType<typeof longer>, Node<[3]>>,
  Same<typeof twice, Node<[3]>>,
] = [true, true, true, true]

/** Sizes may be variables: a block of your own keeps the literals of its caller. */
const block = <const I extends number, const O extends number>(inputs: I, outputs: O) =>
  pipe(linear(inputs, outputs), relu())
const blocks = x.pipe(block(2, 16), block(16, 4))
declare const width: number
const wide = x.pipe(linear(2, width))
const axes = x.pipe(dense(5))
export const throughBlocks: readonly [
  Same<typeof blocks, Node<[4]>>, Same<typeof wide, Node<[number]>>, Same<typeof axes, Node<[5]>>,
] = [true, true, true]

// @ts-expect-error 8 outputs do not fit 9 inputs
x.pipe(linear(2, 8), linear(9, 1))

// @ts-expect-error the same behind a layer that keeps the shape
x.pipe(linear(2, 8), relu(), linear(9, 1))

// @ts-expect-error x has 2 elements, not 3
x.pipe(linear(3, 1))

// @ts-expect-error the same mismatch in a model
pipe(linear(2, 8), linear(9, 1))

// @ts-expect-error a model of 2 inputs after 4 outputs
x.pipe(linear(2, 4), model)

// @ts-expect-error a block of 16 outputs before one of 15 inputs
x.pipe(block(2, 16), block(15, 4))

// @ts-expect-error the layer itself, not its factory
x.pipe(relu, linear(2, 1))

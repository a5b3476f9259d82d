import {
  defineOperator, input, lens, linear, mul, type Node, parameter, scalar, square, sub, tensor, type Tensor,
} from 'eddy'
import { identity, map, type Observable } from 'rxjs'
import type { Same } from './same.ts'

declare const events$: Observable<number[]>
declare const halve: (x: Observable<Tensor<[8]>>) => Observable<Tensor<[4]>>
declare const twice: (x: Observable<Tensor<[4]>>) => Observable<Tensor<[8]>>
const hidden = input(events$, { shape: [2] }).pipe(linear(2, 8))

/** An operator of your own keeps literal shapes in a pipe. */
const double = defineOperator({
  name: 'double',
  forward: ([x], y) => x.forEach((value, i) => { y[i] = 2 * value }),
  backward: (dy, _inputs, _y, [dx]) => dx?.forEach((_, i) => { dx[i] = 2 * dy[i] }),
})
const doubled = hidden.pipe(double(), linear(8, 1))

/** A lens keeps the shape, or states the new one. */
const passed = hidden.pipe(lens({ forward: identity, backward: map((gradient) => gradient) }))
const narrowed = hidden.pipe(lens({ forward: halve, backward: twice, shape: [4] }), linear(4, 1))

/** Expressions of parameters broadcast like NumPy, in types as well. */
const w = parameter(scalar(1.5))
const expression = mul(0.5, square(sub(mul(w, 2), 5)))
const scaled = mul(parameter(tensor([1, 2, 3, 4, 5, 6, 7, 8])), hidden)
export const exact: readonly [
  Same<typeof doubled, Node<[1]>>, Same<typeof passed, Node<[8]>>, Same<typeof narrowed, Node<[1]>>,
  Same<typeof expression, Node<[]>>, Same<typeof scaled, Node<[8]>>,
] = [true, true, true, true, true]

// @ts-expect-error an operator needs its way back
defineOperator({ name: 'double', forward: () => {} })

// @ts-expect-error a lens needs its way back
hidden.pipe(lens({ forward: identity }))

// @ts-expect-error a lens to [4] does not fit 8 inputs
hidden.pipe(lens({ forward: halve, backward: twice, shape: [4] }), linear(8, 1))

// @ts-expect-error 8 elements and 3 do not broadcast
mul(parameter(tensor([1, 2, 3])), hidden)

import { input, linear, type Node, relu, type Tensor } from 'eddy'
import { bufferCount, filter, map, type Observable, tap } from 'rxjs'
import type { Same } from './same.ts'

declare const events$: Observable<{ readonly features: readonly number[] }>
const x = input(events$, { shape: [2], select: (event) => event.features })
const hidden = x.pipe(linear(2, 8))

/** A node is an Observable of its values and has another one of its gradients. */
export const values: Observable<Tensor<[8]>> = hidden
export const gradients: Observable<Tensor<[8]>> = hidden.gradient$

/** RxJS operators make plain Observables: to watch with, not to go on building. */
const sizes = hidden.pipe(map((value) => value.data.length))
const windows = hidden.pipe(relu(), map((value) => value.at(7)), bufferCount(10))
const kept = hidden.pipe(filter((value) => value.at(0) > 0))
const norms = hidden.gradient$.pipe(map((gradient) => Math.hypot(...gradient.data)))
export const plain: readonly [
  Same<typeof sizes, Observable<number>>, Same<typeof windows, Observable<number[]>>,
  Same<typeof kept, Observable<Tensor<[8]>>>, Same<typeof norms, Observable<number>>,
] = [true, true, true, true]

// @ts-expect-error what map returns is no node: it has no gradient
void hidden.pipe(map((value) => value)).gradient$

// @ts-expect-error nor a shape
void hidden.pipe(tap(() => {})).shape

// @ts-expect-error numbers are no tensors of 8
hidden.pipe(map((value) => value.at(0)), linear(8, 1))

// @ts-expect-error a vector has one axis, so `at` takes one index
hidden.subscribe((value) => value.at(0, 0))

/**
 * A layer is an operator over values, so the compiler lets a layer follow `tap`; at run time it is a GraphError, since
 * gradients could not come back through it.
 */
export const cut: Node<[1]> = hidden.pipe(tap(() => {}), linear(8, 1))

import { type Shape, Tensor, initialize, rng, scalar, tensor, zeros } from './index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
function exactly<Wanted>() {
  return <Got>(_got: Got, _proof: Equal<Got, Wanted>): void => undefined
}

// Nested arrays give literal shapes.
exactly<Tensor<[]>>()(tensor(1), true)
exactly<Tensor<[3]>>()(tensor([1, 2, 3]), true)
exactly<Tensor<[2, 3]>>()(tensor([[1, 2, 3], [4, 5, 6]]), true)
exactly<Tensor<[0]>>()(tensor([]), true)
exactly<Tensor<[]>>()(scalar(1.5), true)

// A stated shape is a mutable literal tuple.
exactly<Tensor<[2, 8]>>()(tensor(new Float32Array(16), [2, 8]), true)
exactly<Tensor<[8]>>()(tensor([1], [8], 'f64'), true)
exactly<Tensor<[]>>()(tensor([1], []), true)
exactly<Tensor<[2, 2]>>()(Tensor.of([2, 2], new Float32Array(4)), true)
exactly<Tensor<[2, 2]>>()(initialize(zeros(), [2, 2], rng(1)), true)
declare function anyShapeOf<S extends Shape>(shape: S): S
exactly<Tensor<Shape>>()(tensor([1], anyShapeOf<Shape>([1])), true)

// What is not known is `number`.
const many: number[] = [1, 2]
exactly<Tensor<[number]>>()(tensor(many), true)
exactly<Tensor<[number]>>()(tensor(Float32Array.of(1)), true)

// A literal shape fits where any shape does, not the other way round.
const anyShape: Tensor = tensor([1, 2])
const someLength: Tensor<[number]> = tensor([1, 2])
// @ts-expect-error a tensor of unknown shape is not one of shape [2]
const exactLength: Tensor<[2]> = anyShape
// @ts-expect-error 3 is not 2
const otherLength: Tensor<[2]> = tensor([1, 2, 3])

// One index per axis.
tensor([[1, 2]]).at(0, 1)
// @ts-expect-error an index is missing
tensor([[1, 2]]).at(0)
// @ts-expect-error there is only one axis
tensor([1, 2]).at(0, 1)

// @ts-expect-error shapes are read-only through the tensor
tensor([1, 2]).shape = [2]
// @ts-expect-error text is not a number
tensor(['1'])

export { anyShape, exactLength, otherLength, someLength }

import { type Shape, Tensor, type TensorData } from '@eddy/tensor'

/** A matrix with rows and columns exchanged. */
export function transposed({ shape, data }: Tensor): Tensor {
  const [rows, columns] = shape as readonly [number, number]
  const turned = emptyLike(data, data.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j]!
  return Tensor.of<Shape>([columns, rows], turned)
}

export function emptyLike(data: TensorData, length: number): TensorData {
  return data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)
}

/** Element by element, in the type of the first. */
export function zip(a: Tensor, b: Tensor, f: (x: number, y: number) => number): Tensor {
  const data = emptyLike(a.data, a.size)
  for (let k = 0; k < data.length; k++) data[k] = f(a.data[k]!, b.data[k % b.size]!)
  return Tensor.of(a.shape, data)
}

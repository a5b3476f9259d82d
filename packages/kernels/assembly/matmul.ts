// MATMUL: y [batch, m, n] = a [batch, m, k] b [batch, k, n] with element strides (so that transposes cost nothing).
// Every element is the sum of its k products in order, starting from 0, whatever the strides.
import { add, all, allOf, mul, storeUpTo } from './lanes'

/** `strides` holds aBatch aRow aCol bBatch bRow bCol. */
export function matmul<T>(a: usize, b: usize, y: usize, batch: i32, m: i32, k: i32, n: i32, strides: usize): void {
  const aBatch = stride<T>(strides, 0)
  const aRow = stride<T>(strides, 1)
  const aCol = stride<T>(strides, 2)
  const bBatch = stride<T>(strides, 3)
  const bRow = stride<T>(strides, 4)
  const bCol = stride<T>(strides, 5)
  const row = <isize>n * sizeof<T>()
  for (let t = 0; t < batch; t++) {
    for (let i = 0; i < m; i++) {
      const ai = a + t * aBatch + i * aRow
      const bt = b + t * bBatch
      if (bCol == sizeof<T>()) {
        for (let j: isize = 0; j < row; j += 16) {
          let sum = all<T>(0)
          for (let c = 0; c < k; c++) sum = add<T>(sum, mul<T>(allOf<T>(ai + c * aCol), v128.load(bt + c * bRow + j)))
          storeUpTo<T>(y + j, sum, row - j)
        }
      } else {
        for (let j = 0; j < n; j++) {
          let sum = <T>0
          for (let c = 0; c < k; c++) sum += load<T>(ai + c * aCol) * load<T>(bt + c * bRow + j * bCol)
          store<T>(y + j * sizeof<T>(), sum)
        }
      }
      y += row
    }
  }
}

@inline function stride<T>(strides: usize, i: usize): isize {
  return <isize>load<i32>(strides + (i << 2)) * sizeof<T>()
}

/** The [columns, rows] matrix of a row-major [rows, columns] one, as a new array. */
export function transposed<A extends Float32Array | Float64Array>(matrix: A, rows: number, columns: number): A {
  const result = matrix.slice() as A
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c]!
  }
  return result
}

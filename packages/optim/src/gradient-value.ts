import { type Shape, ShapeError, sizeOf, Tensor, ValueError } from '@eddy/tensor'

/**
 * The gradient of one parameter w of shape [n, m...] as data: dense, or in a form that is never multiplied out:
 * `outer`: g[i][j] = rows[i] * columns[j];
 * `rows`: row indices[k] has gradient values[k] * gradient, duplicates summed in order;
 * `lookup`: row indices[k] has gradient[k], duplicates summed in order.
 * A sparse gradient leaves the rows it does not name untouched: their slots do not decay.
 */
export type GradientValue =
  | Tensor
  | { readonly kind: 'outer'; readonly rows: Tensor; readonly columns: Tensor }
  | { readonly kind: 'rows'; readonly gradient: Tensor; readonly indices: readonly number[]; readonly values: Tensor }
  | { readonly kind: 'lookup'; readonly gradient: Tensor; readonly indices: readonly number[] }

/** Makes sure that a gradient fits its parameter. @throws ShapeError or ValueError naming the parameter. */
export function checkGradient(name: string, parameter: Tensor, gradient: GradientValue): void {
  const where = `update, gradient of ${name}`
  const rows = parameter.shape[0] ?? 1
  const width = rows === 0 ? sizeOf(parameter.shape.slice(1)) : parameter.size / rows
  for (const { what, tensor, size } of partsOf(gradient, rows, width, parameter.size)) {
    if (tensor.size !== size) throw wrongSize(what, where, tensor.shape, parameter.shape, size)
    if (tensor.dtype !== parameter.dtype) {
      throw new ValueError({
        what: `${what} has another element type`, where, got: tensor.dtype, wanted: parameter.dtype,
        hint: 'Give parameters and gradients of one dtype.',
      })
    }
    const bad = tensor.data.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0) {
      throw new ValueError({
        what: `element ${bad} of ${what} is not finite`, where, got: tensor.data[bad], wanted: 'a finite number',
        hint: 'Leave this event out: nothing was updated.',
      })
    }
  }
  const indices = gradient instanceof Tensor || gradient.kind === 'outer' ? [] : gradient.indices
  const outside = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= rows)
  if (outside !== undefined) {
    throw new ValueError({
      what: 'a row index is outside the parameter', where, got: outside, wanted: `an integer from 0 to ${rows - 1}`,
      hint: 'Give indices of rows.',
    })
  }
}

interface Part {
  readonly what: string
  readonly tensor: Tensor
  readonly size: number
}

function partsOf(gradient: GradientValue, rows: number, width: number, size: number): readonly Part[] {
  if (gradient instanceof Tensor) return [{ what: 'the gradient', tensor: gradient, size }]
  switch (gradient.kind) {
    case 'outer':
      return [
        { what: 'rows', tensor: gradient.rows, size: rows }, { what: 'columns', tensor: gradient.columns, size: width },
      ]
    case 'rows':
      return [
        { what: 'gradient', tensor: gradient.gradient, size: width },
        { what: 'values', tensor: gradient.values, size: gradient.indices.length },
      ]
    case 'lookup':
      return [{ what: 'gradient', tensor: gradient.gradient, size: gradient.indices.length * width }]
    default:
      throw new ValueError({
        what: 'the gradient has no known form', where: 'update', got: gradient,
        wanted: 'a tensor or a record of kind outer, rows or lookup', hint: 'Give a tensor when in doubt.',
      })
  }
}

function wrongSize(what: string, where: string, got: Shape, parameter: Shape, size: number): ShapeError {
  return new ShapeError({
    what: `${what} does not fit a parameter of shape [${parameter.join(', ')}]`, where, got,
    wanted: `a shape of ${size} elements`, hint: 'Give the gradient that belongs to this parameter.',
  })
}

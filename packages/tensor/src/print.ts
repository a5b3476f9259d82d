import type { TensorData } from './dtype.ts'
import { formatNumber } from './format.ts'
import { type Shape, formatShape, stridesOf } from './shape.ts'

/** An axis longer than this is printed as its first and last `edgeItems`. */
const axisItemsMax = 8
const edgeItems = 3
const significantDigits = 6

interface Printable {
  readonly shape: Shape
  readonly data: TensorData
  readonly dtype: string
}

/**
 * Writes a tensor for a person: element type, shape, then the values, long axes cut in the middle.
 * @example f32 [2, 2] [[1, 2],
 *                      [3, 4]]
 */
export function printTensor({ shape, data, dtype }: Printable): string {
  const head = `${dtype} ${formatShape(shape)} `
  const strides = stridesOf(shape)
  const write = (axis: number, offset: number): string => {
    if (axis === shape.length) return formatElement(data[offset]!)
    const items = axisItems(shape[axis]!).map(i => (i < 0 ? '...' : write(axis + 1, offset + i * strides[axis]!)))
    const isRow = axis === shape.length - 1
    return `[${items.join(isRow ? ', ' : `,\n${' '.repeat(head.length + axis + 1)}`)}]`
  }
  return head + write(0, 0)
}

/** Indices to print along an axis; -1 stands for the ones left out. */
function axisItems(length: number): number[] {
  if (length <= axisItemsMax) return Array.from({ length }, (_, i) => i)
  const edge = Array.from({ length: edgeItems }, (_, i) => i)
  return [...edge, -1, ...edge.map(i => length - edgeItems + i)]
}

function formatElement(value: number): string {
  return formatNumber(Number.isFinite(value) && value !== 0 ? Number(value.toPrecision(significantDigits)) : value)
}

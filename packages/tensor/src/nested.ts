import { ShapeError, ValueError } from './errors.ts'

/** Numbers in arrays in arrays; every array at one depth has the same length. */
export type NestedNumbers = number | readonly NestedNumbers[]

/** The literal shape of nested arrays: `[[1, 2, 3]]` -> `[1, 3]`. An array of unknown length gives `number`. */
export type ShapeOfNested<T> =
  T extends number ? []
    : T extends readonly [] ? [0]
      : T extends readonly (infer Item)[] ? [T['length'], ...ShapeOfNested<Item>]
        : never

/** Deeper than any tensor: what nests further contains itself. */
const axesMax = 32

/**
 * Reads lengths along the first element of each level. Edge: an empty array ends the shape, `[[], []]` -> `[2, 0]`.
 * @throws ValueError when the arrays nest without end.
 */
export function shapeOfNested(nested: NestedNumbers): number[] {
  const shape: number[] = []
  let level = nested
  while (Array.isArray(level)) {
    if (shape.length === axesMax) {
      throw new ValueError({
        what: 'the arrays nest too deeply', where: 'tensor', got: nested, wanted: `at most ${axesMax} levels`,
        hint: 'An array may not contain itself.',
      })
    }
    shape.push(level.length)
    level = level[0]
  }
  return shape
}

/**
 * Writes nested arrays row-major into a flat target.
 * @throws ShapeError when arrays at one depth differ in length, naming the place.
 * @throws ValueError when an element is not a number.
 */
export function flattenInto(target: { [i: number]: number }, nested: NestedNumbers, shape: readonly number[]): void {
  let next = 0
  const visit = (value: unknown, axis: number, path: string): void => {
    if (axis === shape.length) {
      if (typeof value !== 'number') throw notANumber(value, path)
      target[next++] = value
      return
    }
    if (!Array.isArray(value) || value.length !== shape[axis]) {
      throw new ShapeError({
        what: `the nested arrays are ragged at data${path}`,
        where: 'tensor', got: Array.isArray(value) ? [value.length] : [], wanted: [shape[axis]!],
        hint: 'Every array at the same depth needs the same length: pad or split the rows.',
      })
    }
    for (let i = 0; i < value.length; i++) visit(value[i], axis + 1, `${path}[${i}]`)
  }
  visit(nested, 0, '')
}

export function notANumber(value: unknown, path: string): ValueError {
  return new ValueError({
    what: `the element data${path} is not a number`, where: 'tensor', got: value, wanted: 'a number',
    hint: 'Convert it first; NaN is the number for a missing value.',
  })
}

/** The inverse of `flattenInto`: `[2, 2]` with `1 2 3 4` -> `[[1, 2], [3, 4]]`. A scalar gives its number. */
export function unflatten(data: ArrayLike<number>, shape: readonly number[]): NestedNumbers {
  let next = 0
  const build = (axis: number): NestedNumbers =>
    axis === shape.length ? data[next++]! : Array.from({ length: shape[axis]! }, () => build(axis + 1))
  return build(0)
}

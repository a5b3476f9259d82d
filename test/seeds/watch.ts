import { ancestors, type AnyNode, type NestedNumbers, type ShapeOfNested, type Tensor, tensor } from 'eddy'
import type { Observable } from 'rxjs'
import { expect } from 'vitest'

/** Everything that a stream of tensors emits from now on, as plain numbers. */
export function watch(stream: Observable<Tensor>): NestedNumbers[] {
  const seen: NestedNumbers[] = []
  stream.subscribe((value) => seen.push(value.toArray()))
  return seen
}

/** A tensor in double precision: `f64([[1, 2]])` has shape [1, 2]. */
export function f64<const T extends NestedNumbers>(values: T): Tensor<ShapeOfNested<T>> {
  return tensor(values, undefined, 'f64')
}

/** Every parameter that a loss depends on, by name, in order of construction. */
export function parametersOf(loss: AnyNode): ReadonlyMap<string, AnyNode> {
  const parameters = ancestors([loss]).filter(({ role }) => role === 'parameter')
  return new Map(parameters.map((node) => [node.name, node]))
}

function flat(values: NestedNumbers): number[] {
  return typeof values === 'number' ? [values] : values.flatMap(flat)
}

/** Expects the same numbers up to a relative error; below `floor` the error is absolute. */
export function expectClose(actual: NestedNumbers, wanted: NestedNumbers, relative = 1e-12, floor = 1e-3): void {
  const [a, b] = [flat(actual), flat(wanted)]
  expect(a).toHaveLength(b.length)
  b.forEach((value, k) => {
    const error = Math.abs(a[k]! - value) / Math.max(floor, Math.abs(value))
    expect(error, `element ${k}: ${a[k]} instead of ${value}`).toBeLessThanOrEqual(relative)
  })
}

import { Tensor } from 'eddy'
import { expect } from 'vitest'

/** Where two states differ first; null when they are equal to the last bit. -0 is not 0, all NaN are one. */
export function firstDifference(a: unknown, b: unknown, path = 'state'): string | null {
  if (Object.is(a, b)) return null
  if (a instanceof Tensor && b instanceof Tensor) return a.equals(b) ? null : `${path}: ${a.shape} and ${b.shape}`
  const areObjects = typeof a === 'object' && a !== null && typeof b === 'object' && b !== null
  if (!areObjects || a instanceof Tensor || b instanceof Tensor) return `${path}: ${String(a)} and ${String(b)}`
  const [inA, inB] = [a, b] as readonly Readonly<Record<string, unknown>>[]
  const names = Object.keys(inA!)
  if (names.length !== Object.keys(inB!).length) return `${path}: ${names} and ${Object.keys(inB!)}`
  for (const name of names) {
    if (!Object.hasOwn(inB!, name)) return `${path}.${name}: only in the first`
    const difference = firstDifference(inA![name], inB![name], `${path}.${name}`)
    if (difference !== null) return difference
  }
  return null
}

export function expectSame(a: unknown, b: unknown, what?: string): void {
  expect(firstDifference(a, b), what).toBe(null)
}

/** Whether every number in there is finite. */
export function isFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (value instanceof Tensor) return value.data.every(Number.isFinite)
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(isFinite)
}

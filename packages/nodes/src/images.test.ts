import { apply, constant, type Node } from '@eddy/graph'
import { rng, type Rng, type Shape, sizeOf, standardNormal, tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { avgPool2d, maxPool2d } from './index.ts'
import { convRecord, convTransposeRecord } from './conv.ts'
import { evaluate } from './testing/evaluate.ts'

/** Random settings, each compared with the definition written as plain loops. */
const seeds = Array.from({ length: 40 }, (_, k) => k)

interface Image {
  readonly shape: readonly [n: number, c: number, h: number, w: number]
  readonly data: readonly number[]
}

const draw = (key: Rng, ...shape: [number, number, number, number]): Image =>
  ({ shape, data: Array.from({ length: sizeOf(shape) }, (_, i) => standardNormal(key, i)) })
const node = ({ shape, data }: { readonly shape: Shape; readonly data: readonly number[] }): Node<Shape> =>
  constant<Shape>(tensor([...data], [...shape], 'f64'))
/** The element at a place; undefined outside. */
function at({ shape: [, c, h, w], data }: Image, n: number, k: number, y: number, x: number): number | undefined {
  return y >= 0 && y < h && x >= 0 && x < w ? data[((n * c + k) * h + y) * w + x] : undefined
}

function expectSame(got: ArrayLike<number>, wanted: readonly number[], where: string): void {
  expect(got.length, where).toBe(wanted.length)
  wanted.forEach((value, i) => expect(Math.abs(got[i]! - value), `${where}, element ${i}`).toBeLessThan(1e-12))
}

/** Every index of a box, row-major. */
function indices(...lengths: readonly number[]): number[][] {
  return lengths.reduce<number[][]>(
    (all, length) => all.flatMap((one) => Array.from({ length }, (_, i) => [...one, i])), [[]],
  )
}

describe('against plain loops', () => {
  it('conv: any stride, padding, dilation, groups and batch', () => {
    for (const seed of seeds) {
      const key = rng(seed, 'conv')
      const pick = (name: string, low: number, high: number): number => key.split(name).integer(0, high - low + 1) + low
      const groups = pick('groups', 1, 2)
      const [perGroup, each] = [pick('in', 1, 2), pick('out', 1, 2)]
      const [stride, padding, dilation] = ['s', 'p', 'd'].map((name, k) =>
        [0, 1].map((axis) => pick(`${name}${axis}`, k === 1 ? 0 : 1, 2))) as [number[], number[], number[]]
      const [kh, kw] = [pick('kh', 1, 3), pick('kw', 1, 3)]
      const x = draw(key.split('x'), pick('n', 1, 2), groups * perGroup, pick('h', 5, 7), pick('w', 5, 8))
      const w = draw(key.split('w'), groups * each, perGroup, kh, kw)
      const places = [kh, kw].map((k, axis) =>
        Math.floor((x.shape[2 + axis]! + 2 * padding[axis]! - dilation[axis]! * (k - 1) - 1) / stride[axis]!) + 1)
      const wanted = indices(x.shape[0], groups * each, ...places).map(([n, o, py, px]) =>
        indices(perGroup, kh, kw).reduce((sum, [c, i, j]) => {
          const channel = Math.floor(o! / each) * perGroup + c!
          const y = py! * stride[0]! + i! * dilation[0]! - padding[0]!
          const z = px! * stride[1]! + j! * dilation[1]! - padding[1]!
          return sum + at(w, o!, c!, i!, j!)! * (at(x, n!, channel, y, z) ?? 0)
        }, 0))
      const result = apply(convRecord, [node(x), node(w)], { stride, padding, dilation, groups })
      expectSame(evaluate(result).value, wanted, `seed ${seed}`)
    }
  })

  it('convTranspose: any stride, padding, dilation, groups and extra rows', () => {
    for (const seed of seeds) {
      const key = rng(seed, 'transpose')
      const pick = (name: string, low: number, high: number): number => key.split(name).integer(0, high - low + 1) + low
      const groups = pick('groups', 1, 2)
      const [perGroup, each] = [pick('in', 1, 2), pick('out', 1, 2)]
      const [s, p, d] = [pick('s', 1, 3), pick('p', 0, 1), pick('d', 1, 2)]
      const extra = pick('extra', 0, s - 1)
      const [kh, kw] = [pick('kh', 2, 3), pick('kw', 2, 3)]
      const x = draw(key.split('x'), pick('n', 1, 2), groups * perGroup, pick('h', 2, 4), pick('w', 2, 4))
      const w = draw(key.split('w'), groups * perGroup, each, kh, kw)
      const size = [kh, kw].map((k, axis) => (x.shape[2 + axis]! - 1) * s - 2 * p + d * (k - 1) + extra + 1)
      const wanted = indices(x.shape[0], groups * each, ...size).map(([n, o, y, z]) =>
        indices(perGroup, kh, kw).reduce((sum, [c, i, j]) => {
          const channel = Math.floor(o! / each) * perGroup + c!
          const [py, px] = [(y! + p - i! * d) / s, (z! + p - j! * d) / s]
          if (!Number.isInteger(py) || !Number.isInteger(px)) return sum
          return sum + at(w, channel, o! % each, i!, j!)! * (at(x, n!, channel, py, px) ?? 0)
        }, 0))
      const two = (value: number): number[] => [value, value]
      const options = { stride: two(s), padding: two(p), dilation: two(d), outputPadding: two(extra), groups }
      expectSame(evaluate(apply(convTransposeRecord, [node(x), node(w)], options)).value, wanted, `seed ${seed}`)
    }
  })

  it('maxPool2d and avgPool2d: any window, stride, padding, dilation and ceil mode', () => {
    for (const seed of seeds) {
      const key = rng(seed, 'pool')
      const pick = (name: string, low: number, high: number): number => key.split(name).integer(0, high - low + 1) + low
      const kernel = [pick('kh', 1, 3), pick('kw', 2, 3)]
      const stride = [pick('sh', 1, 3), pick('sw', 1, 3)]
      const padding = kernel.map((k, axis) => pick(`p${axis}`, 0, Math.floor(k / 2)))
      const dilation = [pick('dh', 1, 2), pick('dw', 1, 2)]
      const [ceilMode, countIncludePad] = [pick('ceil', 0, 1) === 1, pick('count', 0, 1) === 1]
      const x = draw(key.split('x'), 2, pick('c', 1, 2), pick('h', 5, 7), pick('w', 5, 7))
      type Of = (window: (number | undefined)[], padded: number) => number
      const pool = (spread: readonly number[], of: Of): number[] => {
        const places = kernel.map((k, axis) => {
          const [length, p, s] = [x.shape[2 + axis]!, padding[axis]!, stride[axis]!]
          const steps = (length + 2 * p - spread[axis]! * (k - 1) - 1) / s
          const last = ceilMode ? Math.ceil(steps) : Math.floor(steps)
          return ceilMode && last * s >= length + p ? last : last + 1
        })
        return indices(2, x.shape[1], ...places).map(([n, c, py, px]) => {
          const seen = indices(...kernel).map(([i, j]) => [
            py! * stride[0]! + i! * spread[0]! - padding[0]!, px! * stride[1]! + j! * spread[1]! - padding[1]!,
          ] as const)
          const padded = seen.filter(([y, z]) => y < x.shape[2] + padding[0]! && z < x.shape[3] + padding[1]!).length
          return of(seen.map(([y, z]) => at(x, n!, c!, y, z)), padded)
        })
      }
      const values = (window: (number | undefined)[]): number[] => window.filter((value) => value !== undefined)
      const options = { stride, padding, ceilMode }
      expectSame(
        evaluate(maxPool2d(kernel, { ...options, dilation })(node(x))).value,
        pool(dilation, (window) => Math.max(...values(window))), `seed ${seed}`,
      )
      const means = pool([1, 1], (window, padded) => {
        const inside = values(window)
        return inside.reduce((sum, value) => sum + value, 0) / (countIncludePad ? padded : inside.length)
      })
      expectSame(evaluate(avgPool2d(kernel, { ...options, countIncludePad })(node(x))).value, means, `seed ${seed}`)
    }
  })
})

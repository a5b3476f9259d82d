import { Tensor, type TensorData } from 'eddy'

type Path = readonly string[]
type Parts = Readonly<Record<string, unknown>>

const hasParts = (value: unknown): value is Parts => (
  typeof value === 'object' && value !== null && !(value instanceof Tensor) && !ArrayBuffer.isView(value)
)

/** A way to break one part of a state, and where that part is. */
export interface Break {
  readonly path: Path
  readonly how: string
  readonly state: object
}

/** All parts below a place, itself included; of a long list the ends and the middle. */
function pathsBelow(value: unknown, at: Path): readonly Path[] {
  if (!hasParts(value)) return [at]
  const names = Object.keys(value)
  const last = names.length - 1
  const some = Array.isArray(value) && last > 3 ? ['0', '1', String(last >> 1), String(last)] : names
  return [at, ...some.flatMap((name) => pathsBelow(value[name], [...at, name]))]
}

/** What may stand where a value stood: of another type, of another length, numbers that nothing can have come to. */
function replacements(value: unknown): Parts {
  const others = { null: null, undefined, text: 'x', number: 3, record: {}, list: [], function: () => 1 }
  if (typeof value === 'number') return { ...others, NaN, Infinity, '-1': -1, '+ 0.5': value + 0.5, '1e300': 1e300 }
  if (typeof value === 'string') return { ...others, empty: '' }
  if (value instanceof Tensor) {
    const { data, shape } = value
    return {
      ...others, 'data alone': data, longer: Tensor.of([data.length + 1], resized(data, data.length + 1)),
      empty: Tensor.of([0], resized(data, 0)), 'lying shape': Tensor.of(shape, resized(data, data.length + 3)),
      'with NaN': Tensor.of(shape, withNumber(data, NaN)), 'with -7': Tensor.of(shape, withNumber(data, -7)),
    }
  }
  if (Array.isArray(value)) {
    return {
      ...others, shorter: value.slice(1), longer: [...value as unknown[], 3], twice: [...value, ...value] as unknown[],
      reversed: [...value].reverse() as unknown[],
      'with a hole': value.map((each, k) => (k === 0 ? undefined : each) as unknown),
    }
  }
  if (!hasParts(value)) return others
  const names = Object.keys(value)
  return { ...others, ...Object.fromEntries(names.map((name) => [`without ${name}`, without(value, name)])) }
}

function resized(data: TensorData, length: number): TensorData {
  return data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)
}

function withNumber(data: TensorData, number: number): TensorData {
  const copy = data.slice()
  copy.fill(number, copy.length >> 1, (copy.length >> 1) + 1)
  return copy
}

function without(parts: Parts, name: string): Parts {
  const { [name]: _, ...rest } = parts
  return rest
}

/** The same state with another value at one place; lists stay lists. */
function replaced(value: unknown, [name, ...rest]: Path, other: unknown): unknown {
  if (name === undefined) return other
  const parts = value as Parts
  const part = replaced(parts[name], rest, other)
  if (!Array.isArray(value)) return { ...parts, [name]: part }
  return value.map((each, k) => (String(k) === name ? part : each) as unknown)
}

/** Breaks any part of a state at any depth: the first number says which part, the second where, the third how. */
export function breaker(state: object): (part: number, place: number, way: number) => Break {
  const paths = Object.entries(state).map(([name, value]) => pathsBelow(value, [name]))
  return (part, place, way) => {
    const below = paths[part % paths.length]!
    const path = below[place % below.length]!
    const ways = Object.entries(replacements(path.reduce<unknown>((value, name) => (value as Parts)[name], state)))
    const [how, other] = ways[way % ways.length]!
    return { path, how, state: replaced(state, path, other) as object }
  }
}

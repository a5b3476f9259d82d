import {
  add, type AnyNode, apply, buffer, densify, input, mul, type Node, type NodeRecord, parameter, type Rng, rng,
  type SampleInput, scalar, type Shape, sizeOf, standardNormal, sum, tensor,
} from 'eddy'
import type { Subject } from 'rxjs'

/** Every sample of an operation, in the loss of one graph whose operands are parameters, by seeded weights. */
export function everySample(record: NodeRecord, source: Subject<number>): Node<[]> {
  let loss = mul(input(source, { shape: [] }), parameter(scalar(1))) as Node<[]>
  record.samples().forEach((sample, k) => {
    const key = rng(k, record.name)
    const inputs = sample.inputs.map((each, port) => leafOf(each, key.split(port), source))
    const made = apply<Shape>(record, inputs, sample.options)
    const node = made.pairs > 0 ? densify()(made as Node<[number]>) as Node<Shape> : made
    const weights = tensor(numbers(sizeOf(node.shape), (i) => standardNormal(key, i)), node.shape, 'f64')
    loss = add(loss, sum(mul(node, weights))) as Node<[]>
  })
  return loss
}

function leafOf({ shape, pairs, buffer: isBuffer, ...how }: SampleInput, key: Rng, source: Subject<number>): AnyNode {
  if (pairs !== undefined) {
    const { capacity, entries } = pairs
    const value = { indices: entries.map(([index]) => index), values: entries.map(([, element]) => element) }
    return input(source, { shape: [shape[0]!], pairs: capacity, select: () => value })
  }
  const value = tensor(how.data ?? numbers(sizeOf(shape), (i) => element(how, key, i)), shape, 'f64')
  return isBuffer === true ? buffer(value) : parameter(value)
}

function element({ below, range: [low, high] = [-2, 2] }: Omit<SampleInput, 'shape'>, key: Rng, i: number): number {
  return below === undefined ? low + (high - low) * key.uniform(i) : key.integer(i, below)
}

const numbers = (count: number, at: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => at(i))

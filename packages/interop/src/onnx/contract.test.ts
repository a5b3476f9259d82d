import { type AnyNode, apply, buffer, input, predictor } from '@eddy/graph'
import { records, type Sample, type SampleInput } from '@eddy/nodes'
import { type DType, rng, type Rng, sizeOf, Tensor } from '@eddy/tensor'
import * as ort from 'onnxruntime-web'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ExportError } from '../errors.ts'
import { exportOnnx } from './export-onnx.ts'

const seed = 2026
const tolerance = { f32: 1e-5, f64: 1e-12 } as const

/** Losses, which no prediction contains, and what remembers earlier events. */
const refused: ReadonlySet<string> = new Set([
  'absoluteError', 'binaryCrossEntropy', 'binaryCrossEntropyWithLogits', 'crossEntropy', 'hinge', 'hingeEmbedding',
  'huber', 'klDiv', 'logCosh', 'multilabelSoftMargin', 'poissonNll', 'posWeightedCrossEntropyWithLogits', 'remember',
  'smoothL1', 'softMargin', 'squaredError',
])

/** What this runtime has no kernel for in 64 bits, though ONNX allows it. When one comes, this list must shrink. */
const notInDouble: ReadonlyMap<string, string> = new Map([
  ['atan', 'Atan'], ['atan2', 'Atan'], ['erf', 'Erf'], ['gelu', 'Erf'],
])

/** This runtime takes a variance in 32 bits from the mean of squares, which cancels when few elements are close. */
const cancels: ReadonlySet<string> = new Set(['groupNorm', 'layerNorm'])

interface Drawn {
  readonly data: Float64Array
  readonly indices: readonly number[]
}

/** Elements on a grid of 2^-20, so that both element types see the same numbers. */
function draw(given: SampleInput, key: Rng): Drawn {
  const { shape, range: [low, high] = [-2, 2], away = [], below, data, pairs } = given
  if (pairs !== undefined) {
    return { data: Float64Array.from(pairs.entries, ([, value]) => value), indices: pairs.entries.map(([k]) => k) }
  }
  const element = (k: number): number => {
    if (below !== undefined) return key.split(k).integer(0, below)
    for (let attempt = 0; ; attempt++) {
      const value = Math.round((low + (high - low) * key.split(k).uniform(attempt)) * 2 ** 20) / 2 ** 20
      if (away.every((kink) => Math.abs(value - kink) > 1e-3)) return value
    }
  }
  return { data: Float64Array.from(data ?? Array.from({ length: sizeOf(shape) }, (_, k) => element(k))), indices: [] }
}

interface Case {
  readonly node: AnyNode
  readonly drawn: readonly Drawn[]
  readonly predicted: Tensor
}

function caseOf(record: (typeof records)[number], sample: Sample<unknown>, dtype: DType, key: Rng): Case {
  const drawn = sample.inputs.map((each, port) => draw(each, key.split(port)))
  const source = new Subject<readonly Drawn[]>()
  const inputs = sample.inputs.map((each, port) => {
    if (each.buffer === true) return buffer(Tensor.of(each.shape, Float64Array.from(drawn[port]!.data)))
    if (each.pairs === undefined) {
      return input(source, { shape: each.shape, name: `x${port}`, select: (event) => event[port]!.data })
    }
    const { capacity } = each.pairs
    return input(source, {
      shape: each.shape, name: `x${port}`, pairs: capacity,
      select: (event) => ({ indices: event[port]!.indices, values: event[port]!.data }),
    })
  }) as AnyNode[]
  let node: AnyNode = apply(record, inputs, sample.options)
  if (node.pairs > 0) node = apply(records.find(({ name }) => name === 'densify')!, [node], null)
  const predicted = predictor(node, { dtype })(drawn)
  return { node, drawn, predicted }
}

/** The exported model's answer. In f64 without merged nodes: this runtime merges into some that it has in f32 alone. */
async function run({ drawn, node }: Case, sample: Sample<unknown>, dtype: DType): Promise<ArrayLike<number>> {
  const session = await ort.InferenceSession.create(exportOnnx(node), {
    logSeverityLevel: 4, graphOptimizationLevel: dtype === 'f64' ? 'basic' : 'all',
  })
  const type = dtype === 'f32' ? 'float32' : 'float64'
  const feeds: Record<string, ort.Tensor> = {}
  sample.inputs.forEach(({ shape, buffer, pairs }, port) => {
    const { data, indices } = drawn[port]!
    const values = dtype === 'f32' ? Float32Array.from(data) : data
    if (buffer === true) return
    if (pairs === undefined) feeds[`x${port}`] = new ort.Tensor(type, values as never, [...shape])
    else {
      feeds[`x${port}.indices`] = new ort.Tensor('int64', BigInt64Array.from(indices, BigInt), [indices.length])
      feeds[`x${port}.values`] = new ort.Tensor(type, values as never, [indices.length])
    }
  })
  const used = Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name)))
  const results = await session.run(used)
  await session.release()
  const result = results[node.name]!
  expect(result.dims).toEqual([...node.shape])
  return result.data as ArrayLike<number>
}

const sampled = records.map((record) => [record.name, record, record.samples()] as const)

describe.each(sampled.filter(([name]) => !refused.has(name)))('exportOnnx(%s)', (name, record, samples) => {
  it.each(['f32', 'f64'] as const)('predicts in %s what Eddy predicts, at every sample', async (dtype) => {
    const lacking = dtype === 'f64' ? notInDouble.get(name) : undefined
    const limit = dtype === 'f32' && cancels.has(name) ? 10 * tolerance.f32 : tolerance[dtype]
    for (const [k, sample] of samples.entries()) {
      const one = caseOf(record, sample, dtype, rng(seed, name, k))
      const where = `sample ${k} ${JSON.stringify(sample)}, seed ${seed}`
      if (lacking !== undefined && one.predicted.size > 0) {
        await expect(run(one, sample, dtype), where).rejects.toThrow(lacking)
        continue
      }
      const got = await run(one, sample, dtype)
      one.predicted.data.forEach((wanted, i) => {
        const error = Math.abs(got[i]! - wanted) / Math.max(1, Math.abs(wanted))
        expect(error, `${where}, element ${i}: got ${got[i]}, wanted ${wanted}`).toBeLessThanOrEqual(limit)
      })
    }
  })
})

describe.each(sampled.filter(([name]) => refused.has(name)))('exportOnnx(%s)', (name, record, samples) => {
  it('is refused, naming the node', () => {
    const { node } = caseOf(record, samples[0]!, 'f32', rng(seed, name))
    expect(() => exportOnnx(node)).toThrow(ExportError)
    expect(() => exportOnnx(node)).toThrow(`ONNX, ${node.name}: `)
  })
})

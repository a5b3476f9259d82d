import { input } from '@eddy/graph'
import * as nodes from '@eddy/nodes'
import { constant, EddyError, type Initializer, type Shape, type Tensor, tensor, zeros } from '@eddy/tensor'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { readSources } from '../support/source-files.ts'

const {
  addmm, attention, avgPool1d, avgPool2d, bias, bilinear, cdist, classBalance, concat, conv1d, conv2d, convTranspose2d,
  cosineEmbedding, cosineSimilarity, crossEntropy, delay, dense, embedding, embeddingBag, gaussianNll, gelu, groupNorm,
  gru, gruCell, hedged, instanceNorm, layerNorm, linear, lstmCell, marginRanking, maxPool1d, maxPool2d, multiMargin,
  multilabelSoftMargin, nllLoss, norm, normalize, prelu, quantileError, recurrent, rmsNorm, rnnCell, slice,
  softCrossEntropy, sparseLinear, squaredError, stack, standardize, std, topk, tripletMargin, variance,
} = nodes

/** Anything at all, as plain JavaScript would have it. */
const any = (value?: unknown): never => value as never
/** Functions by name. */
const functions = { ...nodes } as unknown as Readonly<Record<string, (...given: unknown[]) => unknown>>
const source = new Subject<number[]>()
const of = (shape: Shape): never => any(input(source, { shape }))
const [one, x, y, rows] = [of([]), of([3]), of([3]), of([2, 3])]

type Call = (options: never) => unknown

interface Row {
  readonly call: Call
  /** Every option that there is, with a value that is not its default. */
  readonly real: Readonly<Record<string, unknown>>
  /** Each is refused. */
  readonly wrong?: readonly Readonly<Record<string, unknown>>[]
}

const names = { weight: zeros(), bias: constant(1), name: 'a' } as const
const badStarts = [{ weight: 5 }, { weight: zeros }, { bias: 5 }, { bias: 'no' }]
const noAffine = [...badStarts, { epsilon: -1 }, { epsilon: 'a' }]
const cell = { weightInput: zeros(), weightHidden: zeros(), biasInput: zeros(), biasHidden: zeros(), name: 'a' }
const badCells = [{ bias: 5 }, { weightInput: 5 }, { biasHidden: true }]
const conv = { ...names, stride: 2, padding: 1, dilation: 1, groups: 1 }
const badConvs = [
  ...badStarts, { stride: 0 }, { stride: 'a' }, { padding: -1 }, { dilation: 0.5 }, { groups: 0 }, { groups: 0.5 },
]
const pool = { stride: 1, padding: 1, ceilMode: true }
const badPools = [{ stride: 0 }, { padding: -1 }, { ceilMode: 'yes' }]
const reduction = { reduction: 'sum' }
const badReductions = [{ reduction: 'men' }, { reduction: 1 }]
const badSpans = [{ keepDims: 'yes' }, { axis: 7 }]

/** A loss of a prediction and a target of one shape, as a node and as the loss itself. */
function pair(name: string, own: Row['real'] = {}, wrong: Row['wrong'] = []): Record<string, Row> {
  const loss = functions[name]!
  const both = { real: { ...own, ...reduction }, wrong: [...wrong, ...badReductions] }
  return {
    [name]: { call: (options) => loss(options), ...both },
    [`${name} of nodes`]: { call: (options) => loss(x, y, options), ...both },
  }
}

function labels(name: 'crossEntropy' | 'focal', own: Row['real'], wrong: Row['wrong'] = []): Record<string, Row> {
  const loss = functions[name]!
  const both = { real: { ...own, ...reduction }, wrong: [...wrong, ...badReductions] }
  return {
    [name]: { call: (options) => loss(options), ...both },
    [`${name} of nodes`]: { call: (options) => loss(x, one, options), ...both },
  }
}

function reducing(name: string): Record<string, Row> {
  const real = { axis: 0, keepDims: true }
  return { [name]: { call: (options) => functions[name]!(rows, options), real, wrong: badSpans } }
}

const classWeights: Tensor = tensor([1, 2, 3])

/** Every public function of nodes that takes options. */
const table: Readonly<Record<string, Row>> = {
  ...pair('absoluteError'), ...pair('binaryCrossEntropy'), ...pair('hinge'), ...pair('logCosh'), ...pair('softMargin'),
  ...pair('squaredError'), ...pair('binaryCrossEntropyWithLogits', { posWeight: 2 }),
  ...pair('binaryFocalWithLogits', { gamma: 1, alpha: 0.5 }, [{ gamma: -1 }, { gamma: 'a' }, { alpha: 2 }]),
  ...pair('hingeEmbedding', { margin: 2 }, [{ margin: 'a' }, { margin: NaN }]),
  ...pair('huber', { delta: 2 }, [{ delta: 'a' }, { delta: -1 }, { delta: null }]),
  ...pair('klDiv', { logTarget: true }, [{ logTarget: 'yes' }]), ...pair('smoothL1', { beta: 2 }, [{ beta: -1 }]),
  ...pair('poissonNll', { logInput: false, epsilon: 1e-6 }, [{ logInput: 'no' }, { epsilon: -1 }]),
  ...labels('crossEntropy', { weight: classWeights, ignoreIndex: 0, labelSmoothing: 0.1 }, [
    { ignoreIndex: 0.5 }, { labelSmoothing: 2 }, { labelSmoothing: 'a' },
  ]),
  ...labels('focal', { weight: classWeights, gamma: 1 }, [{ gamma: -1 }]),
  ...reducing('logSumExp'), ...reducing('max'), ...reducing('mean'), ...reducing('min'), ...reducing('prod'),
  ...reducing('sum'),
  addmm: {
    call: (options) => addmm(1, of([1, 2]), of([2, 1]), options), real: { beta: 2, alpha: 3 }, wrong: [{ beta: 'a' }],
  },
  attention: {
    call: (options) => attention(of([1, 2]), of([1, 2]), of([1, 2]), options),
    real: { causal: true, mask: of([1, 1]), scale: 0.5 }, wrong: [{ causal: 'yes' }, { mask: 5 }, { scale: 'a' }],
  },
  avgPool1d: { call: (options) => avgPool1d(2, options), real: { ...pool, countIncludePad: false }, wrong: badPools },
  avgPool2d: {
    call: (options) => avgPool2d(2, options), real: { ...pool, countIncludePad: false },
    wrong: [...badPools, { countIncludePad: 1 }, { stride: [1] }, { stride: [1, 1, 1] }, { dilation: 1 }],
  },
  bias: { call: (options) => bias(3, options), real: { bias: tensor([1, 2, 3]), name: 'a' }, wrong: [{ bias: 5 }] },
  bilinear: { call: (options) => bilinear(2, 3, 4, options), real: names, wrong: badStarts },
  cdist: { call: (options) => cdist(rows, rows, options), real: { p: 1 }, wrong: [{ p: 'a' }, { p: 0.5 }] },
  classBalance: {
    call: (options) => classBalance(one, { classes: 3, ...(options as object) }),
    real: { classes: 4, fading: 0.9, limit: 5, name: 'a' }, wrong: [{ classes: 1 }, { fading: 2 }, { limit: 0 }],
  },
  concat: { call: (options) => concat([x, y], options), real: { axis: -1 }, wrong: [{ axis: 1 }, { axis: 'a' }] },
  conv1d: { call: (options) => conv1d(2, 4, 3, options), real: conv, wrong: badConvs },
  conv2d: { call: (options) => conv2d(2, 4, 3, options), real: { ...conv, stride: [1, 2] }, wrong: badConvs },
  convTranspose2d: {
    call: (options) => convTranspose2d(2, 4, 3, options), real: { ...conv, outputPadding: 1 },
    wrong: [...badConvs, { outputPadding: -1 }],
  },
  cosineEmbedding: {
    call: (options) => cosineEmbedding(x, y, one, options), real: { margin: 0.5, ...reduction },
    wrong: [...badReductions, { margin: 'a' }],
  },
  cosineSimilarity: {
    call: (options) => cosineSimilarity(x, y, options), real: { axis: 0, epsilon: 1e-6 },
    wrong: [{ axis: 1 }, { epsilon: -1 }],
  },
  delay: {
    call: (options) => delay([1], (previous) => previous, options), real: { initial: tensor([5]), name: 'a' },
    wrong: [{ initial: 5 }],
  },
  dense: { call: (options) => dense(8, options), real: names, wrong: badStarts },
  embedding: {
    call: (options) => embedding(5, 2, options), real: { weight: zeros(), paddingIndex: 0, name: 'a' },
    wrong: [{ weight: 5 }, { paddingIndex: 5 }, { paddingIndex: 'a' }],
  },
  embeddingBag: {
    call: (options) => embeddingBag(5, 2, options), real: { weight: zeros(), paddingIndex: 0, name: 'a', mode: 'sum' },
    wrong: [{ weight: 5 }, { paddingIndex: -1 }, { mode: 'max' }],
  },
  gaussianNll: {
    call: (options) => gaussianNll(x, y, 1, options), real: { full: true, epsilon: 1e-3, ...reduction },
    wrong: [...badReductions, { full: 1 }, { epsilon: -1 }],
  },
  gelu: { call: (options) => gelu(options), real: { approximate: 'tanh' }, wrong: [{ approximate: true }] },
  groupNorm: {
    call: (options) => groupNorm(1, 2, options), real: { ...names, epsilon: 0 }, wrong: [...noAffine],
  },
  gru: { call: (options) => gru(2, 3, options), real: { ...cell, bias: true }, wrong: badCells },
  gruCell: { call: (options) => gruCell(2, 3, options), real: { ...cell, bias: true }, wrong: badCells },
  hedged: {
    call: (options) => hedged({ depths: 2, width: 4, loss: squaredError(), ...(options as object) }),
    real: {
      depths: 1, width: 2, loss: crossEntropy(), activation: () => gelu(), linear: false, discount: 0.9, smoothing: 0.1,
      bounded: true, weight: zeros(),
    },
    wrong: [
      { depths: 0 }, { width: 0.5 }, { loss: 5 }, { activation: 'relu' }, { linear: 1 }, { bounded: 'no' },
      { weight: 5 }, { discount: 2 }, { smoothing: -1 },
    ],
  },
  instanceNorm: { call: (options) => instanceNorm(options), real: { ...names, epsilon: 0 }, wrong: [{ epsilon: -1 }] },
  layerNorm: { call: (options) => layerNorm(3, options), real: { ...names, epsilon: 0 }, wrong: noAffine },
  linear: { call: (options) => linear(2, 8, options), real: names, wrong: badStarts },
  lstmCell: { call: (options) => lstmCell(2, 3, options), real: { ...cell, bias: true }, wrong: badCells },
  marginRanking: {
    call: (options) => marginRanking(x, y, x, options), real: { margin: 0.5, ...reduction },
    wrong: [...badReductions, { margin: 'a' }],
  },
  maxPool1d: {
    call: (options) => maxPool1d(2, options), real: { ...pool, dilation: 2 },
    wrong: [...badPools, { dilation: 0 }, { countIncludePad: true }],
  },
  maxPool2d: { call: (options) => maxPool2d([2, 3], options), real: { ...pool, dilation: [1, 2] }, wrong: badPools },
  multiMargin: {
    call: (options) => multiMargin(x, one, options),
    real: { weight: classWeights, margin: 2, p: 2, ...reduction }, wrong: [...badReductions, { margin: 'a' }, { p: 3 }],
  },
  multilabelSoftMargin: {
    call: (options) => multilabelSoftMargin(x, y, options), real: reduction, wrong: badReductions,
  },
  nllLoss: {
    call: (options) => nllLoss(x, one, options), real: { weight: classWeights, ignoreIndex: 0, ...reduction },
    wrong: [...badReductions, { ignoreIndex: 'a' }, { weight: 'a' }],
  },
  norm: {
    call: (options) => norm(x, options), real: { axis: 0, keepDims: true, p: 1 }, wrong: [...badSpans, { p: 0.5 }],
  },
  normalize: {
    call: (options) => normalize(options), real: { axis: 0, p: 1, epsilon: 0 },
    wrong: [{ axis: 'a' }, { p: 0 }, { epsilon: -1 }],
  },
  prelu: { call: (options) => prelu(2, options), real: { weight: zeros(), name: 'a' }, wrong: [{ weight: 5 }] },
  quantileError: {
    call: (options) => quantileError(any({ quantile: 0.9, ...(options as object) })),
    real: { quantile: [0.1, 0.9], ...reduction }, wrong: [...badReductions, { quantile: 1 }, { quantile: ['a'] }],
  },
  'quantileError of nodes': {
    call: (options) => quantileError(x, y, any({ quantile: 0.9, ...(options as object) })),
    real: { quantile: 0.1, ...reduction }, wrong: [...badReductions, { quantile: [] }, { quantile: [0.5, 2] }],
  },
  recurrent: {
    call: (options) => recurrent(gruCell(2, 3), options), real: { truncate: 3, reset: one, name: 'a' },
    wrong: [{ truncate: 0 }, { truncate: 'a' }],
  },
  rmsNorm: {
    call: (options) => rmsNorm(3, options), real: { weight: false, epsilon: 0, name: 'a' },
    wrong: [{ weight: 5 }, { epsilon: -1 }],
  },
  rnnCell: { call: (options) => rnnCell(2, 3, options), real: { ...cell, bias: true }, wrong: badCells },
  slice: {
    call: (options) => slice(0, 3, options), real: { axis: 1, step: 2 }, wrong: [{ axis: 'a' }, { step: 0 }],
  },
  softCrossEntropy: {
    call: (options) => softCrossEntropy(x, y, options),
    real: { weight: classWeights, labelSmoothing: 0.1, ...reduction },
    wrong: [...badReductions, { labelSmoothing: -1 }],
  },
  sparseLinear: { call: (options) => sparseLinear(30, 2, options), real: names, wrong: badStarts },
  stack: { call: (options) => stack([x, y], options), real: { axis: 1 }, wrong: [{ axis: 3 }] },
  standardize: {
    call: (options) => standardize(options), real: { limit: 5, columns: () => true, name: 'a' },
    wrong: [{ limit: 0 }, { limit: '5' }, { columns: [1] }],
  },
  std: {
    call: (options) => std(x, options), real: { axis: 0, keepDims: true, unbiased: false },
    wrong: [...badSpans, { unbiased: 1 }],
  },
  topk: {
    call: (options) => topk(2, options), real: { axis: 0, largest: false }, wrong: [{ axis: 'a' }, { largest: 1 }],
  },
  tripletMargin: {
    call: (options) => tripletMargin(x, y, x, options),
    real: { margin: 2, p: 1, epsilon: 0, swap: true, ...reduction },
    wrong: [...badReductions, { margin: 'a' }, { p: 0 }, { epsilon: -1 }, { swap: 1 }],
  },
  variance: {
    call: (options) => variance(x, options), real: { axis: 0, keepDims: true, unbiased: false },
    wrong: [...badSpans, { unbiased: 'no' }],
  },
}

const cases = Object.entries(table)

describe('options of layers, losses and functions', () => {
  it.each(cases)('%s refuses one that there is not', (name, { call }) => {
    const misuse = (): unknown => call(any({ nonsense: 1 }))
    expect(misuse).toThrow(EddyError)
    expect(misuse).toThrow(new RegExp(`there is no such option, in ${name.split(' ')[0]}.*: got "nonsense"`))
  })

  it.each(cases)('%s takes all that there are, at once and one by one', (_, { call, real }) => {
    expect(() => call(any(real))).not.toThrow()
    for (const option of Object.keys(real)) expect(() => call(any({ [option]: real[option] }))).not.toThrow()
  })

  it.each(cases)('%s takes what is undefined as if left out', (name, { call, real }) => {
    const required = {
      classBalance: ['classes'], hedged: ['depths', 'width', 'loss'], quantileError: ['quantile'],
    }[name.split(' ')[0]!] ?? []
    const left = Object.keys(real).filter((option) => !required.includes(option))
    expect(() => call(any(Object.fromEntries(left.map((option) => [option, undefined]))))).not.toThrow()
  })

  it.each(cases.filter(([, { wrong }]) => wrong !== undefined))('%s refuses values', (name, { call, wrong }) => {
    for (const options of wrong!) {
      const misuse = (): unknown => call(any(options))
      expect(misuse, JSON.stringify(options)).toThrow(EddyError)
      // A bag is told of by the embedding inside.
      expect(misuse, JSON.stringify(options)).toThrow(name.split(' ')[0]!.replace('Bag', ''))
    }
  })

  it('what is no object at all is no options', () => {
    expect(() => linear(2, 8, any(0.5))).toThrow(/the options are not an object, in linear\(2, 8\): got 0.5/)
    expect(() => linear(2, 8, any(null))).toThrow(/the options are not an object/)
    expect(() => squaredError(x, y, any(['sum']))).toThrow(/the options are not an object, in squaredError/)
    expect(() => nodes.sum(x, any(0))).toThrow(/the options are not an object, in sum: got 0/)
  })

  it('a misspelt option is told from the right ones', () => {
    const weight: Initializer = zeros()
    expect(() => linear(2, 8, any({ wieght: weight })))
      .toThrow(/in linear\(2, 8\): got "wieght", wanted one of weight, bias, name/)
    expect(() => crossEntropy(any({ labelSmothing: 0.1 }))).toThrow(/got "labelSmothing".*labelSmoothing/)
    expect(() => maxPool1d(2, any({ strid: 1 }))).toThrow(/got "strid", wanted one of stride,/)
  })
})

describe('the table', () => {
  /** What is exported anywhere in the package, from its name on. */
  const declared = [...readSources(['packages/nodes/src'])].filter(([path]) => !path.endsWith('test.ts'))
    .flatMap(([, text]) => text.split(/^export /m)).map((part) => /^(?:function|const) (\w+)([^]*)/.exec(part))
    .filter((match) => match !== null).map(([, name, rest]) => [name!, rest!] as const)
  const isMadeLoss = (rest: string): boolean => /^: (PairLoss|BinaryFocal)\b/.test(rest)
  /** The parameters of a function end where its body begins. */
  const takesOptions = (rest: string): boolean => /^[<(]/.test(rest)
    && /\boptions\??: |: \w+Options\b/.test(rest.split(/\): .*(?:\{\n|\n)/, 1)[0]!)
  const withOptions = Object.keys(nodes)
    .filter((name) => declared.some(([key, rest]) => key === name && (isMadeLoss(rest) || takesOptions(rest))))

  it('has every public function that takes options', () => {
    expect(withOptions.length).toBeGreaterThan(60)
    expect(withOptions.filter((name) => table[name] === undefined)).toEqual([])
  })

  it('has no other', () => {
    const known = new Set(withOptions)
    expect(Object.keys(table).map((name) => name.split(' ')[0]!).filter((name) => !known.has(name))).toEqual([])
  })
})

import { unary } from '@eddy/kernels'
import {
  type Elementwise, type ElementwiseOptions, elementwiseOperator, parameters, parametersOf,
} from './elementwise.ts'
import { defineRecord, edgeLengths, type NodeRecord, type RecordDocs, type Sample, type SampleInput } from './record.ts'

interface Row {
  readonly formula: string
  /** dy/dx */
  readonly derivative: string
  /** Where it is tested: values from `range`, away from `kinks`, and with these parameters besides the defaults. */
  readonly range?: readonly [number, number]
  readonly kinks?: readonly number[]
  readonly tested?: readonly { readonly p: number; readonly q?: number; readonly kinks?: readonly number[] }[]
  readonly source?: string
}

const positive = [0.2, 4] as const

/** Every elementwise function that the kernels know; a missing row does not compile. */
const elementwise: Readonly<Record<Elementwise, Row>> = {
  relu: { formula: 'max(x, 0)', derivative: '1 where x > 0, else 0', kinks: [0] },
  relu6: { formula: 'min(max(x, 0), 6)', derivative: '1 where 0 < x < 6, else 0', range: [-3, 9], kinks: [0, 6] },
  leakyRelu: {
    formula: 'x where x > 0, else slope x', derivative: '1 where x > 0, else slope', kinks: [0],
    tested: [{ p: 0.3 }],
  },
  elu: {
    formula: 'x where x > 0, else alpha (exp(x) - 1)', derivative: '1 where x > 0, else alpha exp(x)', kinks: [0],
    tested: [{ p: 1.7 }], source: 'Clevert et al. 2016',
  },
  selu: {
    formula: '1.0507... (x where x > 0, else 1.6732... (exp(x) - 1))',
    derivative: '1.0507... (1 where x > 0, else 1.6732... exp(x))', kinks: [0], source: 'Klambauer et al. 2017',
  },
  celu: {
    formula: 'max(x, 0) + min(0, alpha (exp(x / alpha) - 1))', derivative: '1 where x > 0, else exp(x / alpha)',
    kinks: [0], tested: [{ p: 1.4 }], source: 'Barron 2017',
  },
  gelu: {
    formula: 'x Phi(x), Phi the normal distribution function', derivative: 'Phi(x) + x phi(x)',
    source: 'Hendrycks and Gimpel 2016',
  },
  geluTanh: {
    formula: 'x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2', derivative: 'of the formula',
    source: 'Hendrycks and Gimpel 2016, the approximation',
  },
  silu: { formula: 'x sigmoid(x)', derivative: 'sigmoid(x) (1 + x (1 - sigmoid(x)))', source: 'Elfwing et al. 2017' },
  mish: { formula: 'x tanh(softplus(x))', derivative: 'of the formula', source: 'Misra 2019' },
  softplus: {
    formula: 'log(1 + exp(beta x)) / beta; x where beta x > threshold', derivative: 'sigmoid(beta x)',
    tested: [{ p: 1.3, q: 20 }, { p: 2, q: 1, kinks: [0.5] }],
  },
  softsign: { formula: 'x / (1 + |x|)', derivative: '1 / (1 + |x|)^2', kinks: [0] },
  hardtanh: {
    formula: 'min(max(x, min), max)', derivative: '1 where min < x < max, else 0', kinks: [-1, 1],
    tested: [{ p: -0.5, q: 1.5, kinks: [-0.5, 1.5] }],
  },
  hardsigmoid: {
    formula: 'min(max(x / 6 + 1/2, 0), 1)', derivative: '1/6 where -3 < x < 3, else 0', range: [-5, 5], kinks: [-3, 3],
  },
  hardswish: {
    formula: 'x hardsigmoid(x)', derivative: '0, x / 3 + 1/2 or 1', range: [-5, 5], kinks: [-3, 3],
    source: 'Howard et al. 2019',
  },
  sigmoid: { formula: '1 / (1 + exp(-x))', derivative: 'y (1 - y)', range: [-9, 9] },
  logSigmoid: { formula: 'log(sigmoid(x)) = -softplus(-x)', derivative: 'sigmoid(-x)', range: [-9, 9] },
  tanh: { formula: '(exp(2x) - 1) / (exp(2x) + 1)', derivative: '1 - y^2', range: [-4, 4] },
  tanhshrink: { formula: 'x - tanh(x)', derivative: 'tanh(x)^2' },
  softshrink: {
    formula: 'x - lambda where x > lambda, x + lambda where x < -lambda, else 0',
    derivative: '1 where |x| > lambda, else 0', kinks: [-0.5, 0.5],
    tested: [{ p: 0.7, kinks: [-0.7, 0.7] }],
  },
  hardshrink: {
    formula: 'x where |x| > lambda, else 0', derivative: '1 where |x| > lambda, else 0', kinks: [-0.5, 0.5],
    tested: [{ p: 0.7, kinks: [-0.7, 0.7] }],
  },
  exp: { formula: 'exp(x)', derivative: 'y' },
  expm1: { formula: 'exp(x) - 1', derivative: 'y + 1' },
  log: { formula: 'log(x)', derivative: '1 / x', range: positive },
  log1p: { formula: 'log(1 + x)', derivative: '1 / (1 + x)', range: [-0.7, 3] },
  sqrt: { formula: 'sqrt(x)', derivative: '1 / (2 y)', range: positive },
  rsqrt: { formula: '1 / sqrt(x)', derivative: '-y / (2 x)', range: positive },
  abs: { formula: '|x|', derivative: 'sign(x), 0 at 0', kinks: [0] },
  neg: { formula: '-x', derivative: '-1' },
  reciprocal: { formula: '1 / x', derivative: '-y^2', range: positive },
  sin: { formula: 'sin(x)', derivative: 'cos(x)', range: [-7, 7] },
  cos: { formula: 'cos(x)', derivative: '-sin(x)', range: [-7, 7] },
  atan: { formula: 'atan(x)', derivative: '1 / (1 + x^2)' },
  erf: { formula: 'erf(x)', derivative: '2 / sqrt(pi) exp(-x^2)' },
  square: { formula: 'x^2', derivative: '2 x' },
  powScalar: {
    formula: 'x^exponent', derivative: 'exponent x^(exponent - 1)', range: positive,
    tested: [{ p: 0.5 }, { p: -1.3 }, { p: 3 }],
  },
}
function docsOf(name: Elementwise, row: Row): RecordDocs {
  const defaults = Object.entries(parameters[name] ?? {}).map(([key, value]) => `${key} = ${value}`)
  return {
    summary: `Applies ${name} to every element${defaults.length > 0 ? ` (${defaults.join(', ')})` : ''}.`,
    formula: `y = ${row.formula}`, gradient: `dx = dy * (${row.derivative})`, shapes: 'any -> the same',
    ...(row.source === undefined ? {} : { source: row.source }),
  }
}

function samplesOf(name: Elementwise, row: Row): readonly Sample<ElementwiseOptions>[] {
  const at = (shape: readonly number[], kinks: readonly number[] = row.kinks ?? []): SampleInput =>
    ({ shape, range: row.range ?? [-3, 3], away: kinks })
  const shapes = [[], [2, 3], [19], ...edgeLengths.map((length) => [length])]
  return [
    ...shapes.map((shape) => ({ options: parametersOf(name), inputs: [at(shape)] })),
    ...(row.tested ?? []).map(({ p, q, kinks }) => ({ options: parametersOf(name, [p, q]), inputs: [at([7], kinks)] })),
  ]
}

function elementwiseRecord(name: Elementwise): NodeRecord<ElementwiseOptions> {
  const row = elementwise[name]
  return defineRecord<ElementwiseOptions, never>({
    ...elementwiseOperator(name, unary[name]), docs: docsOf(name, row), samples: () => samplesOf(name, row),
  })
}

/** One record for each row of the table. */
export const elementwiseRecords = /* @__PURE__ */ Object.fromEntries(
  (Object.keys(elementwise) as Elementwise[]).map((name) => [name, elementwiseRecord(name)]),
) as Readonly<Record<Elementwise, NodeRecord<ElementwiseOptions>>>

import * as eddy from 'eddy'
import {
  add, chain, clipByGlobalNorm, type DType, input, matmul, mean, minimize, parameter, type ParameterTree, pure, sgd,
  square, sub, tensor, type Tensor, type TransformOptimizer,
} from 'eddy'
import { Subject } from 'rxjs'
import { type Recorded, type Report, worstError } from './recorded.ts'

interface Run {
  readonly optimizer: string
  readonly args: Readonly<Record<string, unknown>>
  /** w row by row, then b, after each step. */
  readonly params: readonly (readonly number[])[]
  readonly loss?: readonly number[]
}

interface Start {
  readonly w: Recorded
  readonly b: Recorded
}

interface Clipping {
  readonly max_norm: number
  readonly norm_type: number | string
  readonly grads: readonly Recorded[]
  readonly clipped: readonly Recorded[]
}

export interface OptimizerFixtures {
  /** PyTorch's version; the project's own were made with 1.13, which is also what is taken when it is left out. */
  readonly torch?: string
  readonly given_gradients: {
    readonly initial: Start
    readonly gradients: readonly { readonly w: readonly number[]; readonly b: readonly number[] }[]
    readonly runs: readonly Run[]
  }
  readonly regression: {
    readonly initial: Start
    readonly X: Recorded
    readonly Y: Recorded
    readonly runs: readonly Run[]
  }
  readonly clipping: readonly Clipping[]
}

/** Bounds on the error along a whole trajectory; f32 trajectories drift by their roundings. */
const tolerances = { f64: 1e-8, f32: 2e-4 } as const

/** PyTorch's class names -> our factories. */
const factories: Readonly<Record<string, string>> = {
  SGD: 'sgd', Adam: 'adam', AdamW: 'adamw', RMSprop: 'rmsprop', Adagrad: 'adagrad', Adadelta: 'adadelta',
  NAdam: 'nadam', RAdam: 'radam', Adamax: 'adamax', Rprop: 'rprop', ASGD: 'asgd',
}

/** PyTorch's arguments that are not ours in camelCase. */
const renamed: Readonly<Record<string, string>> = { lr: 'learningRate', lambd: 'lambda' }

/** What PyTorch before 2.0 computed otherwise than today, as further arguments. */
const before2: Readonly<Record<string, object>> = { NAdam: { momentumProduct: 'torch1' } }

/** Follows every optimizer run of `optimizers.json`, and clipping, in both element types. */
export function runOptimizers(file: string, fixtures: OptimizerFixtures): Report {
  const worst = { f64: 0, f32: 0 }
  const failures: string[] = []
  const { torch = '1.13', given_gradients: given, regression, clipping } = fixtures
  const dated = (run: Run): Run => (
    torch.startsWith('1.') ? { ...run, args: { ...run.args, ...before2[run.optimizer] } } : run
  )
  const attempt = (name: string, errorIn: (dtype: DType) => number): void => {
    for (const dtype of ['f64', 'f32'] as const) {
      try {
        const error = errorIn(dtype)
        worst[dtype] = Math.max(worst[dtype], error)
        if (!(error <= tolerances[dtype])) failures.push(`${name} ${dtype}: error ${error.toExponential(1)}`)
      } catch (error) {
        failures.push(`${name} ${dtype}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  const named = (kind: string, { optimizer, args }: Run): string => `${kind} ${optimizer} ${JSON.stringify(args)}`
  for (const run of given.runs) attempt(named('given', run), (dtype) => followGiven(given, dated(run), dtype))
  for (const run of regression.runs) {
    attempt(named('regression', run), (dtype) => followRegression(regression, dated(run), dtype))
  }
  clipping.forEach((one, k) => attempt(`clipping ${k}`, (dtype) => followClipping(one, dtype)))
  return { file, cases: given.runs.length + regression.runs.length + clipping.length, worst, failures }
}

function make({ optimizer, args }: Run): TransformOptimizer {
  const factory = (eddy as Readonly<Record<string, unknown>>)[factories[optimizer] ?? ''] as
    ((options: object) => TransformOptimizer) | undefined
  if (factory === undefined) throw new Error(`the optimizer ${optimizer} is not known`)
  const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return factory(Object.fromEntries(Object.entries(args).map(([name, value]) => [renamed[name] ?? camel(name), value])))
}

const toTensor = (data: readonly number[], { shape }: Recorded, dtype: DType): Tensor =>
  tensor([...data], [...shape], dtype)

/** Pure update arithmetic: the gradient of every step is given. */
function followGiven(fixtures: OptimizerFixtures['given_gradients'], run: Run, dtype: DType): number {
  const { init, update } = pure(make(run))
  const { w, b } = fixtures.initial
  let parameters: ParameterTree = { w: toTensor(w.data, w, dtype), b: toTensor(b.data, b, dtype) }
  let state = init(parameters)
  const errors = fixtures.gradients.map((gradient, step) => {
    const gradients = { w: toTensor(gradient.w, w, dtype), b: toTensor(gradient.b, b, dtype) }
    ;({ state, parameters } = update(state, parameters, gradients))
    return worstError([...parameters['w']!.data, ...parameters['b']!.data], run.params[step]!)
  })
  return Math.max(...errors)
}

/** A graph learns from an event stream; step t sees row t modulo the number of rows. */
function followRegression(fixtures: OptimizerFixtures['regression'], run: Run, dtype: DType): number {
  const { X, Y, initial } = fixtures
  const [rows, inputs] = X.shape as [number, number]
  const outputs = Y.shape[1]!
  const events = new Subject<number>()
  const row = ({ data }: Recorded, k: number, width: number): number[] => data.slice(k * width, (k + 1) * width)
  const x = input(events, { shape: [inputs], select: (step) => row(X, step % rows, inputs) })
  const y = input(events, { shape: [outputs], select: (step) => row(Y, step % rows, outputs) })
  const w = parameter(tensor([...initial.w.data], [inputs, outputs], 'f64'))
  const b = parameter(tensor([...initial.b.data], [outputs], 'f64'))
  const loss = mean(square(sub(add(matmul(x, w), b), y)))
  let worst = 0
  let steps = 0
  loss.pipe(minimize(make(run), { dtype })).subscribe((step) => {
    const values = [...w.value!.data, ...b.value!.data]
    worst = Math.max(worst, worstError(values, run.params[steps]!), worstError([step.loss], [run.loss![steps]!]))
    steps++
  })
  run.params.forEach((_, step) => events.next(step))
  if (steps !== run.params.length) throw new Error(`${steps} of ${run.params.length} events were learned`)
  return worst
}

/** With a learning rate of 1 and parameters of 0 the update is the clipped gradient, its sign turned. */
function followClipping({ max_norm, norm_type, grads, clipped }: Clipping, dtype: DType): number {
  const norm = Number(norm_type === 'inf' ? Infinity : norm_type) as 1 | 2
  const { init, update } = pure(chain(clipByGlobalNorm(max_norm, { norm }), sgd({ learningRate: 1 })))
  const zeros = Object.fromEntries(grads.map((g, k) => [`p${k}`, toTensor(g.data.map(() => 0), g, dtype)]))
  const gradients = Object.fromEntries(grads.map((g, k) => [`p${k}`, toTensor(g.data, g, dtype)]))
  const { parameters } = update(init(zeros), zeros, gradients)
  const errors = clipped.map(({ data }, k) => worstError(parameters[`p${k}`]!.data.map((value) => -value), data))
  return Math.max(...errors)
}

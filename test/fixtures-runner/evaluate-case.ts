import { Subject } from 'rxjs'
import { backward, type DType, input, mul, type Node, type Shape, sum, tensor, type Tensor } from 'eddy'
import { type Case, operations } from './operations/index.ts'
import type { OperationCase, Recorded } from './recorded.ts'

/** What one event of a graph gave. */
export interface Evaluated {
  readonly output: Tensor
  readonly gradients: Readonly<Record<string, Tensor>>
}

type Event = Readonly<Record<string, readonly number[]>>

/**
 * Runs one case as any user would: a graph on an event source, built with public functions, whose loss is
 * sum(output * gradOutput); one event; gradients from `gradient$`.
 * @throws Error when the operation is not known, the event is rejected or something did not emit.
 */
export function evaluateCase(one: OperationCase, dtype: DType): Evaluated {
  const build = operations[one.op]
  if (build === undefined) throw new Error(`the operation ${one.op} is not known`)
  const events = new Subject<Event>()
  const of = (name: string, { shape }: Recorded): Node<Shape> =>
    input(events, { shape: [...shape], select: (event) => event[name]! })
  const all: Record<string, Node<Shape>> = {}
  for (const [name, recorded] of Object.entries({ ...one.inputs, ...one.constants })) all[name] = of(name, recorded)
  const given: Case = {
    all, args: one.args,
    x: all['x'] ?? Object.values(all)[0]!,
    names: Object.keys(one.inputs),
    recorded: { ...one.inputs, ...one.constants },
    tensor: (name) => toTensor(given.recorded[name]!),
  }
  const built = build(given)
  const { node, leaves } = 'node' in built ? built : { node: built, leaves: {} }
  if (node.shape.join() !== one.output.shape.join()) {
    throw new Error(`the output has shape [${node.shape.join()}], wanted [${one.output.shape.join()}]`)
  }
  const loss = sum(mul(node, of('gradOutput', one.grad_output))) as Node<[]>
  const training = loss.pipe(backward({ dtype, onReject: 'continue' }))
  let output: Tensor | null = null
  const gradients: Record<string, Tensor> = {}
  let rejection: unknown = null
  training.rejected$.subscribe((rejected) => void (rejection = rejected))
  node.subscribe((value) => void (output = value))
  for (const name of given.names) {
    const differentiated = leaves[name] ?? all[name]!
    differentiated.gradient$.subscribe((value) => void (gradients[name] = value))
  }
  training.subscribe()
  const tensors = { ...one.inputs, ...one.constants, gradOutput: one.grad_output }
  events.next(Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data])))
  events.complete()
  if (rejection !== null) throw new Error(`the event was rejected: ${describe(rejection)}`)
  if (output === null) throw new Error('the output did not emit')
  return { output, gradients }
}

function describe(rejection: unknown): string {
  const { reason, node, phase } = rejection as Readonly<Record<string, unknown>>
  return `${String(reason)} at ${String(node)} (${String(phase)})`
}

const toTensor = ({ shape, data }: Recorded): Tensor<never> =>
  tensor([...data], [...shape], 'f64') as unknown as Tensor<never>

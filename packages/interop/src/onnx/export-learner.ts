import { ancestors, type AnyNode } from '@eddy/graph'
import type { Label } from '@eddy/online'
import { formatValue, sizeOf } from '@eddy/tensor'
import { ExportError } from '../errors.ts'
import type { AnyLearner } from '../state-dict/model-parts.ts'
import { type ExportOnnxOptions, opsetOf, parametersBehind } from './export-node.ts'
import { featureInputs } from './feature-inputs.ts'
import { GraphBuilder } from './graph-builder.ts'
import { GraphExporter } from './graph-exporter.ts'
import { reshaped } from './shapes.ts'
import type { Value } from './value.ts'

/** A learner with its encoders, its standardisation, its model and the reading of its output. */
export function exportLearner(learner: AnyLearner, options: ExportOnnxOptions): Uint8Array {
  const { nodes, facts, task } = learner
  const { names, classes: met } = learner.snapshot()
  checkReading(learner, options, met?.length ?? null)
  const { dtype, read } = parametersBehind(nodes.loss)
  const g = new GraphBuilder(dtype, opsetOf(options))
  const given = new Map<AnyNode, Value>([[nodes.features, featureInputs(g, facts.features, names)]])
  if (facts.classes === 'open') giveMet(g, given, nodes.prediction, (met ?? []).length)
  const value = new GraphExporter(g, read, given).export(nodes.prediction)
  const output = value.kind === 'dense' ? value.name : value.values
  const classes = options.classes ?? (facts.classes === 'open' ? met ?? [] : facts.classes)
  g.enter('output')
  if (task === 'multiclass') writeClasses(g, output, nodes.prediction.shape.at(-1)!, classes, facts.classes === 'open')
  else {
    const single = reshaped(g, output, [1])
    const isLogit = facts.loss.link === 'sigmoid'
    const answer = isLogit ? g.op('Sigmoid', [single]) : inUnit(g, single, facts.labelScale(), options)
    const name = g.rename(answer, task === 'binary' ? 'probability' : 'prediction')
    const doc = task === 'binary' ? `of ${JSON.stringify(classes?.[1] ?? true)}` : 'the number'
    g.output({ name, type: g.type, shape: [1], doc })
  }
  return g.encode({
    name: options.name ?? 'eddy', doc: `a learner of ${facts.loss.label}: one event a call, fields are inputs`,
    metadata: {
      'eddy.task': task, 'eddy.step': String(learner.snapshot().training.step),
      ...(classes === undefined ? {} : { 'eddy.classes': JSON.stringify(classes) }),
    },
  })
}

/**
 * Whether names of classes and a unit are those of this learner's output; `met`: classes so far, when they are open.
 * @throws ExportError when they are not.
 */
function checkReading({ task, nodes }: AnyLearner, { classes, unit }: ExportOnnxOptions, met: number | null): void {
  const refuse = (got: unknown, wanted: string, hint: string): never => {
    throw new ExportError(`got ${formatValue(got)}, wanted ${wanted}`, 'options', hint)
  }
  if (classes !== undefined) {
    const outputs = task === 'multiclass' ? met ?? nodes.prediction.shape.at(-1)! : task === 'binary' ? 2 : 0
    if (outputs === 0) refuse(classes, 'no classes for a learner of numbers', 'Leave classes out')
    // Of two classes only one may have been met.
    const fits = Array.isArray(classes) && (task === 'binary' ? classes.length <= 2 : classes.length === outputs)
    if (!fits) refuse(classes, `a list of ${outputs} names of classes`, 'Name one for each output, in order')
  }
  if (unit === undefined) return
  if (task !== 'regression') refuse(unit, `no unit for a learner that is ${task}`, 'Leave unit out')
  if (Number.isFinite(unit?.add) && Number.isFinite(unit.multiply)) return
  refuse(unit, 'a unit of two numbers', 'For example unit: { add: 0, multiply: 1000 }')
}

/** What a hedged model with open classes is told about each class: 0 when it was met, else a number far below. */
function giveMet(g: GraphBuilder, given: Map<AnyNode, Value>, prediction: AnyNode, met: number): void {
  for (const node of ancestors([prediction])) {
    if (node.role !== 'input' || given.has(node)) continue
    const mask = Array.from({ length: sizeOf(node.shape) }, (_, k) => (k < met ? 0 : -(2 ** 19)))
    given.set(node, { kind: 'dense', name: g.numbers(mask, node.shape) })
  }
}

/** The output in the unit of the labels, then in the one that was asked for. */
function inUnit(
  g: GraphBuilder, output: string, scale: ReturnType<AnyLearner['facts']['labelScale']>, { unit }: ExportOnnxOptions,
): string {
  const times = (x: string, multiply: number, add: number): string => (
    g.op('Add', [g.op('Mul', [x, g.scalar(multiply)]), g.scalar(add)])
  )
  const label = scale === null ? output : times(output, scale.deviation, scale.mean)
  return unit === undefined ? label : times(label, unit.multiply, unit.add)
}

/** Probabilities of all classes, and the likeliest: its name when classes have names, else its number. */
function writeClasses(
  g: GraphBuilder, logits: string, outputs: number, classes: readonly Label[] | undefined, isOpen: boolean,
): void {
  const count = isOpen ? classes!.length : outputs
  const known = count === outputs
    ? logits : g.op('Slice', [logits, g.integers([0]), g.integers([count]), g.integers([0])])
  const shares = g.op('Softmax', [known], { axis: 0 })
  const probabilities = g.rename(shares, 'probabilities')
  g.output({ name: probabilities, type: g.type, shape: [count], doc: 'one for each class, in order' })
  const best = g.op('ArgMax', [probabilities], { axis: 0, keepdims: 1 })
  if (classes === undefined) g.output({ name: g.rename(best, 'label'), type: 'int64', shape: [1] })
  else if (classes.length > 0) {
    const name = g.op('Gather', [g.texts(classes.map(String)), best], { axis: 0 })
    g.output({ name: g.rename(name, 'label'), type: 'string', shape: [1], doc: 'the likeliest class' })
  }
}

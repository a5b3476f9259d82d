import { type AnyNode, asNode, EventError, GraphError, input, namedInput, type Node } from '@eddy/graph'
import { mul, standardize } from '@eddy/nodes'
import { formatValue, type Shape } from '@eddy/tensor'
import type { Observable } from 'rxjs'
import type { ClassAxis } from './class-axis.ts'
import type { Features } from './features.ts'
import { FeatureReader } from './feature-reader.ts'
import { classWeightNode } from './imbalance/class-weights.ts'
import { eventWeightNode } from './imbalance/event-weight.ts'
import { Job } from './job.ts'
import { metClasses } from './met-classes.ts'
import type { NamedAxis } from './named-axis.ts'
import { checkMade } from './known-options.ts'
import { type LearnerLoss, type LearnerOptions, listOf } from './options.ts'
import { type Label, openTargetReader, type Target, targetReader } from './target.ts'
import { type Task, taskOf } from './task.ts'

/**
 * The nodes of a learner's graph, to be tapped: values, and `gradient$` where there is one. What any of them, or of the
 * model's own, is for one event, learned or not: `predictor(node)(event)`; not of those behind the label.
 */
export interface LearnerNodes {
  /**
   * The named features as they came, as a vector of all slots. They are (index, value) pairs, which have no gradient:
   * `gradient$` emits zeros. Tap the layers behind them.
   */
  readonly features: Node<[number]>
  readonly target: AnyNode
  /** The output of the model, before it is read as a probability. */
  readonly prediction: AnyNode
  readonly loss: Node<[]>
}

/** What a learner gives its graph. */
export interface Wiring<E, P, K extends string> {
  /** The named axis of its features. */
  readonly names: NamedAxis
  /** The axis of its classes, when they are open. */
  readonly classes: ClassAxis | null
  /** Whether many models take turns in it. */
  readonly shares: boolean
  /**
   * Called before an event is read: names and class of an event that came to nothing must be gone by then. When it
   * returns true, the event is the one that was read last.
   */
  readonly begin: (job: Job<E, P, K>) => boolean
  /** Called when an event has brought a new class: programs are to be compiled anew. */
  readonly grown: () => void
}

/**
 * Builds the graph of a learner:
 *
 *     events -> features -> standardize -> model -> prediction (-> metClasses) -> loss
 *          \-> target ---------------------------------------------------------/
 *
 * With weights of classes or of events the loss is their product. With `standardizeTarget` the target is the label in
 * the scale of those so far, and so are prediction and loss.
 *
 * @throws ValueError for what is no model or no loss; GraphError for what is no target, when the label is among the
 * features, or the output does not fit the loss.
 */
export function wireGraph<E, P, K extends string>(
  options: LearnerOptions<E, LearnerLoss, Label, K>, source: Observable<Job<E, P, K>>,
  { names: axis, classes: known, shares, begin, grown }: Wiring<E, P, K>,
): { readonly task: Task; readonly nodes: LearnerNodes; readonly reader: FeatureReader } {
  const { features, loss, model, target } = options
  checkParts(options)
  const classes = listOf(options.classes)
  checkLeak(features, target)
  const reader = new FeatureReader(
    features, axis, typeof target === 'string' ? target : null, options.standardizeTarget === true,
  )
  const x = namedInput(source, axis, {
    name: 'features',
    select: (given) => {
      const job = askedOf(given, shares)
      const again = begin(job) ? reader.again(job.learns) : null
      if (job.replayed !== null) return job.replayed
      return again ?? reader.read(job.event, job.learns, job.claim?.recollection)
    },
  })
  const columns = (slot: number): boolean => axis.isStandardized(slot)
  const wanted = known?.max ?? (loss.link === 'softmax' ? classes?.length : 1) ?? 1
  const made: AnyNode = asNode(model(features.standardizes ? x.pipe(standardize({ columns })) : x, wanted), 'model')
  const task = taskOf(loss, made.shape)
  if (known !== null) checkOpen(task, made, known)
  if (options.standardizeTarget === true) checkScalable(task, loss)
  const { prediction, judged } = known === null ? { prediction: made, judged: made }
    : metClasses(made, known, source)
  reader.begin(task)
  const outputs = prediction.shape.at(-1) ?? 1
  const readerOf = <T>(from: Target<T>): ((event: T) => number) => (
    known === null ? targetReader(from, task, outputs, classes) : openTargetReader(from, known, grown)
  )
  const readTarget = readerOf(target)
  const readLabel = readerOf((label: unknown) => label)
  const y: Node<Shape> = input(source, {
    name: 'target', shape: loss.targetShape(prediction.shape) as number[],
    select: (job) => {
      if (!(job instanceof Job)) throw foreign('the label of an event that is only asked about', 'Leave the loss out')
      job.label = job.replayed !== null ? job.replayed.label
        : job.claim === null ? readTarget(job.event) : readLabel(job.claim.label)
      return reader.scale === null ? job.label : job.standardized(reader.scale)
    },
  })
  const plain = (loss as unknown as (prediction: AnyNode, target: AnyNode) => Node<[]>)(judged, y)
  const byClass = options.classWeights === undefined ? plain : mul(
    classWeightNode(options.classWeights, source, y, { task, outputs, names: classes, open: known }), plain,
  )
  checkWeight(options)
  const lossNode = options.weight === undefined ? byClass : mul(eventWeightNode(options.weight, source), byClass)
  return { task, nodes: Object.freeze({ features: x, target: y, prediction, loss: lossNode }), reader }
}

/** The job of an event; one that comes from elsewhere, from `predictor(node)`, is only asked about. */
function askedOf<E, P, K extends string>(given: Job<E, P, K>, shares: boolean): Job<E, P, K> {
  if (given instanceof Job) return given
  if (shares) throw foreign('a node of one model among many', 'Use predictOne, or a learner of its own with its state')
  return new Job<E, P, K>(given as unknown as E, false, null)
}

function foreign(what: string, hint: string): EventError {
  return new EventError(what, 'nodes of a learner by itself, from the features to the prediction', hint)
}

/** What is left out, or not called, in plain JavaScript. */
function checkParts({ model, loss, target }: Readonly<Record<'model' | 'loss' | 'target', unknown>>): void {
  checkMade('learner', 'model', model, [], 'Give what makes the output: model: (m) => m.pipe(dense(1)).')
  const hint = 'For example loss: squaredError(), with its parentheses.'
  checkMade('learner', 'loss', loss, ['targetShape'], hint)
  if (typeof target === 'string' || typeof target === 'function') return
  throw new GraphError(
    `got ${formatValue(target)} as the target, wanted a field or a function`, 'learner', "For example target: 'price'",
  )
}

function checkOpen(task: Task, { shape }: AnyNode, { max }: ClassAxis): void {
  if (task !== 'multiclass') {
    throw new GraphError(`open classes are for several, the loss is one of ${task}`, 'learner', 'Take crossEntropy()')
  }
  if (shape.at(-1) === max) return
  throw new GraphError(
    `the model has ${shape.at(-1)} outputs, wanted one for each class there may be, ${max}`, 'learner',
    'End it with dense(outputs): model: (m, outputs) => m.pipe(.., dense(outputs))',
  )
}

/** Losses of regression whose labels are counts, shares or signs: elsewhere they mean nothing. */
const unscalable = ['hinge', 'hingeEmbedding', 'klDiv', 'poissonNll', 'softMargin']

function checkScalable(task: Task, { label }: LearnerLoss): void {
  if (task === 'regression' && !unscalable.includes(label.replace('()', ''))) return
  throw new GraphError(
    `standardizeTarget is for labels that are amounts, ${label} takes ${task === 'regression' ? 'others' : 'classes'}`,
    'learner', 'Leave it out, or take squaredError(), absoluteError(), huber(), quantileError()',
  )
}

function checkWeight({ weight, replay }: { readonly weight?: unknown; readonly replay?: unknown }): void {
  if (weight === undefined || replay === undefined) return
  throw new GraphError(
    'weight is given, and replay learns again from numbers without their events', 'learner',
    'Leave one of them out; classWeights goes with replay',
  )
}

/** A label among the features makes every metric a lie. */
function checkLeak({ declared, unknown, ignoresExplicitly }: Features, target: unknown): void {
  if (typeof target === 'string' && declared.some(([name, { fields }]) => name === target && fields === undefined)) {
    throw new GraphError(`the target ${target} is a feature, too`, 'learner', 'Remove it from features({ ... })')
  }
  const reads = declared.find(([, { fields }]) => typeof target === 'string' && fields?.includes(target))
  if (reads !== undefined) {
    throw new GraphError(
      `the feature ${reads[0]} reads the target ${String(target)}`, 'learner',
      'Encoders of labels that were learned (lag, aggregate, targetMean) have them without being told the field',
    )
  }
  if (typeof target === 'function' && unknown !== 'ignore' && !ignoresExplicitly) {
    throw new GraphError(
      'names that are not declared become features, and the target is a function, so the label might be among them',
      'learner', 'Name the field of the label in features({ ... }, { ignore: [...] }), or give target as a field name',
    )
  }
}

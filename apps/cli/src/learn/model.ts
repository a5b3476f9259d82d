import {
  autoModel, type AutoRequest, type AutoState, binaryMetrics, type ClassPrediction, date, dense, type Encoder,
  type Expert, type Features, features, type Judge, learner, type LearnerState, multiclassMetrics, type Node,
  type Optimizer, Prequential, regressionMetrics, RejectedError, relu, type Report, type Task, text,
} from 'eddy'
import type { AnyLearner } from '@eddy/interop'
import type { SourceRecord } from '@eddy/sources'
import { weightOf, type Watched } from '@eddy/terminal'
import type { Labels } from './labels.ts'
import { quantileBaselines, quantileMetrics } from './quantile-scores.ts'
import type { LossChoice } from './read-loss.ts'
import type { ModelChoice } from './read-model.ts'
import { readOptimizer, usualOptimizer } from './read-optimizer.ts'

/** What a model says: a number, the probability of the second of two classes, or probabilities of classes by name. */
export type Answer = number | ClassAnswer

/** A class and the probabilities of all: of an automatic model in the order of `classes`, then that of an unmet one. */
export interface ClassAnswer extends ClassPrediction<string | null> {
  readonly classes?: readonly string[]
}

/** What came of a record that was to be learned. */
export type Learnt = { readonly answer: Answer } | { readonly error: RejectedError }

/** What the command needs of any model. */
export interface OnlineModel {
  /**
   * Predicts, then learns; gives the prediction. `asked`: what `ask` gave for the record, when that was earlier.
   * @throws RejectedError when the record cannot be used.
   */
  readonly learn: (record: SourceRecord, label: number, asked?: unknown) => Answer
  /** The same for several records, one after the other: answers, or why there is none. null: it gains nothing by it. */
  readonly learnMany: ((records: readonly SourceRecord[], labels: readonly number[]) => readonly Learnt[]) | null
  /** Predicts, and remembers what learning from the answer will need: plain data. */
  readonly ask: (record: SourceRecord) => { readonly answer: Answer; readonly asked: unknown }
  /** @throws RejectedError when the record cannot be used. */
  readonly predict: (record: SourceRecord) => Answer
  /** Of the predictions that `learn` gave; null when it keeps no account of them. */
  readonly report: () => Report
  readonly snapshot: () => object
  readonly restore: (state: object) => void
  /** Layers whose gradients can be watched. */
  readonly layers: readonly (readonly [name: string, layer: Watched])[]
  /** For other forms of it: the one graph that it is. null for the automatic model. */
  readonly learner: AnyLearner | null
  /** Of the automatic model, what carries it. */
  readonly experts: () => readonly Expert[]
  /** The fields that it has learned from, apart from long texts and times, which the plan names. */
  readonly fields: () => ReadonlySet<string>
}

/** Everything that decides what a model is; a checkpoint keeps it. */
export interface ModelPlan {
  readonly target: string
  readonly task: Task
  readonly model: ModelChoice
  readonly loss: LossChoice
  /** null: the usual one of the model. */
  readonly optimizer: (() => Optimizer) | null
  /** Columns that are no features, the target not among them. */
  readonly ignore: readonly string[]
  /** Columns with long text, and with times in milliseconds since 1970. */
  readonly text: readonly string[]
  readonly dates: readonly string[]
  readonly seed: number
  /** Whether predictions are scored elsewhere, because labels come later. */
  readonly isDelayed: boolean
}

/** Makes a model that has seen nothing. `labels` turns its classes into names. */
export function makeModel(plan: ModelPlan, labels: Labels): OnlineModel {
  return plan.model.kind === 'auto' ? automatic(plan, labels) : network(plan, plan.model, labels)
}

function automatic({ target, task, ignore, dates, seed }: ModelPlan, labels: Labels): OnlineModel {
  const described = dates.length === 0 ? (record: SourceRecord) => record : withDates(dates)
  const withClasses = (answer: Answer): Answer => (
    typeof answer === 'number' ? answer : { ...answer, classes: model.classes as readonly string[] }
  )
  let current: number | string = 0
  const model = autoModel<SourceRecord>({
    target: () => current, task, seed, features: features({}, { unknown: 'auto', ignore: [target, ...ignore] }),
  })
  return {
    learn: (record, label, asked) => {
      current = task === 'multiclass' ? labels.classes[label]! : label
      const request = asked === undefined ? undefined : { asked } as AutoRequest<unknown, never>
      return model.learnOne(described(record), request).prediction as Answer
    },
    learnMany: null,
    ask: (record) => {
      const { prediction, asked } = model.request(described(record))
      return { answer: withClasses(prediction as Answer), asked }
    },
    predict: (record) => withClasses(model.predictOne(described(record)) as Answer),
    report: () => model.metrics as unknown as Report,
    snapshot: () => model.snapshot(),
    restore: (state) => model.restore(state as AutoState),
    layers: [],
    learner: null,
    experts: () => model.experts,
    fields: () => fieldsOf(model.snapshot()),
  }
}

function network(plan: ModelPlan, choice: Exclude<ModelChoice, { kind: 'auto' }>, labels: Labels): OnlineModel {
  const { task, loss, optimizer, seed } = plan
  /** Records that are being learned, with their labels, and the place of the one whose label was asked for last. */
  let records: readonly SourceRecord[] = []
  let given: readonly number[] = []
  let asked = -1
  const begin = (next: readonly SourceRecord[], theirs: readonly number[]): void => {
    [records, given, asked] = [next, theirs, -1]
  }
  const layers: (readonly [string, Watched])[] = []
  const layer = (input: Node<[number]>, width: number, name: string): Node<[number]> => {
    const node = input.pipe(dense(width, { name })) as Node<[number]>
    layers.push([name, weightOf(node)])
    return node
  }
  const hidden = choice.kind === 'mlp' ? choice.hidden : []
  const outputs = task === 'multiclass' ? Math.max(2, labels.classes.length) : 1
  const model = learner<SourceRecord>({
    features: featuresOf(plan),
    target: (record) => {
      // One after the other, but it may begin anew at any of them.
      asked = records[asked + 1] === record ? asked + 1 : records.indexOf(record)
      return given[asked]
    },
    model: (input) => {
      const units = hidden.reduce((node, width, k) => layer(node, width, `hidden ${k + 1}`).pipe(relu()), input)
      return layer(units, outputs, choice.kind === 'linear' ? 'weights' : 'output')
    },
    loss: loss.make(), optimizer: (optimizer ?? readOptimizer(usualOptimizer(choice)))(), seed,
    standardizeTarget: task === 'regression', metrics: () => judgeOf(plan, outputs),
  })
  const answerOf = (prediction: unknown): Answer => {
    if (task !== 'multiclass') return prediction as number
    const { label, probabilities } = prediction as ClassPrediction
    return { label: labels.classes[label]!, probabilities }
  }
  return {
    learn: (record, label) => {
      begin([record], [label])
      return answerOf(model.learnOne(record).prediction)
    },
    learnMany: (next, theirs) => {
      begin(next, theirs)
      return model.learnMany(next).map((learnt) => (
        'reason' in learnt ? { error: new RejectedError(learnt) } : { answer: answerOf(learnt.prediction) }
      ))
    },
    ask: (record) => ({ answer: answerOf(model.predictOne(record)), asked: null }),
    predict: (record) => answerOf(model.predictOne(record)),
    report: () => model.metrics as unknown as Report,
    // No feature remembers, only the scale of labels: it has a name of its own in what was kept before learners had it.
    snapshot: () => {
      const { memories, ...state } = model.snapshot()
      return { ...state, scale: memories?.[0]![1] ?? null }
    },
    restore: (state) => {
      const { scale, ...rest } = state as LearnerState & { readonly scale: unknown }
      model.restore(scale === null ? rest : { ...rest, memories: [['standardizeTarget', scale]] })
    },
    layers,
    learner: model,
    experts: () => [],
    fields: () => fieldsOf(model.snapshot()),
  }
}

/** Categories and parts of a field have names of their own. */
function fieldsOf({ names }: Pick<LearnerState, 'names'>): ReadonlySet<string> {
  return new Set(names.map(({ feature }) => feature))
}

/** Text is words, times are parts of dates, and everything else is what it looks like, value by value. */
function featuresOf({ target, ignore, text: texts, dates }: ModelPlan): Features {
  const ofText = text()
  const words: Encoder = { ...ofText, encode: (value, emit) => ofText.encode(String(value), emit) }
  const declared = new Map<string, Encoder>()
  for (const name of texts) declared.set(name, words)
  for (const name of dates) declared.set(name, date({ trend: true }))
  return features(declared, { unknown: 'auto', ignore: [target, ...ignore] })
}

/** Times as dates, for a model that knows dates by their text. */
function withDates(names: readonly string[]): (record: SourceRecord) => SourceRecord {
  return (record) => {
    const described = Object.assign(Object.create(null), record) as SourceRecord
    for (const name of names) {
      const value = record[name]
      if (typeof value === 'number' && Math.abs(value) <= 8.64e15) described[name] = new Date(value).toISOString()
    }
    return described
  }
}

/** None when predictions are scored elsewhere. */
function judgeOf({ task, isDelayed, loss: { quantile } }: ModelPlan, outputs: number): Judge<never, string> {
  const judge = isDelayed ? new Prequential<number, string>({})
    : task === 'binary' ? binaryMetrics()
      : task === 'multiclass' ? multiclassMetrics(outputs)
        : quantile === null ? regressionMetrics()
          : new Prequential(quantileMetrics(quantile), quantileBaselines(quantile))
  return judge as unknown as Judge<never, string>
}

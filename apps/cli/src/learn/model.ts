import {
  autoModel, type AutoRequest, type AutoState, binaryMetrics, type ClassPrediction, date, dense, type Encoder,
  type Expert, type Features, features, type Judge, learner, type LearnerState, multiclassMetrics, type Node,
  type Optimizer, Prequential, regressionMetrics, RejectedError, relu, type Report, type Task, text,
} from 'eddy'
import type { AnyLearner } from '@eddy/interop'
import type { SourceRecord } from '@eddy/sources'
import { weightOf, type Watched } from '@eddy/terminal'
import { LabelsAhead } from './labels-ahead.ts'
import { LabelScale, type LabelScaleState } from './label-scale.ts'
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
  /** What it is made of, for other forms of it: a graph and the unit of its labels. null for the automatic model. */
  readonly parts: { readonly learner: AnyLearner; readonly scale: LabelScale | null } | null
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
    parts: null,
    experts: () => model.experts,
    fields: () => fieldsOf(model.snapshot()),
  }
}

function network(plan: ModelPlan, choice: Exclude<ModelChoice, { kind: 'auto' }>, labels: Labels): OnlineModel {
  const { task, loss, optimizer, seed } = plan
  // A graph learns labels of any unit at one pace when they are standardised, as its features are.
  const scale = task === 'regression' ? new LabelScale() : null
  const ahead = new LabelsAhead(scale)
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
    target: (record) => ahead.outputOf(record),
    model: (input) => {
      const units = hidden.reduce((node, width, k) => layer(node, width, `hidden ${k + 1}`).pipe(relu()), input)
      return layer(units, outputs, choice.kind === 'linear' ? 'weights' : 'output')
    },
    loss: loss.make(), optimizer: (optimizer ?? readOptimizer(usualOptimizer(choice)))(), seed,
    metrics: () => judgeOf(plan, scale === null ? null : ahead, outputs),
  })
  model.rejected$.subscribe(({ phase }) => {
    if (phase !== 'observe') ahead.rejected()
  })
  /** `at`: the place of a record among those at hand; -1: it is in none. */
  const answerOf = (prediction: unknown, at: number): Answer => {
    if (task !== 'multiclass') return ahead.unscaled(at, prediction as number)
    const { label, probabilities } = prediction as ClassPrediction
    return { label: labels.classes[label]!, probabilities }
  }
  return {
    learn: (record, label) => {
      ahead.begin([record], [label])
      try {
        return answerOf(model.learnOne(record).prediction, 0)
      } finally {
        ahead.end()
      }
    },
    learnMany: (records, given) => {
      ahead.begin(records, given)
      try {
        return model.learnMany(records).map((learnt, k) => (
          'reason' in learnt ? { error: new RejectedError(learnt) } : { answer: answerOf(learnt.prediction, k) }
        ))
      } finally {
        ahead.end()
      }
    },
    ask: (record) => ({ answer: answerOf(model.predictOne(record), -1), asked: null }),
    predict: (record) => answerOf(model.predictOne(record), -1),
    report: () => model.metrics as unknown as Report,
    snapshot: () => ({ ...model.snapshot(), scale: scale?.state ?? null }),
    restore: (state) => {
      const { scale: kept, ...rest } = state as LearnerState & { readonly scale: LabelScaleState | null }
      model.restore(rest)
      if (kept !== null) scale?.restore(kept)
    },
    layers,
    parts: { learner: model, scale },
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

/** Scores in the unit of the labels; none when they are kept elsewhere. */
function judgeOf(
  { task, isDelayed, loss: { quantile } }: ModelPlan, ahead: LabelsAhead | null, outputs: number,
): Judge<never, string> {
  if (isDelayed) return new Prequential<number, string>({})
  if (ahead === null) {
    return (task === 'binary' ? binaryMetrics() : multiclassMetrics(outputs)) as unknown as Judge<never, string>
  }
  const judge = quantile === null ? regressionMetrics()
    : new Prequential(quantileMetrics(quantile), quantileBaselines(quantile))
  return {
    get state() {
      return judge.state
    },
    update: (output: number) => {
      const { label } = ahead
      judge.update(ahead.learned(output), label)
    },
    report: () => judge.report() as unknown as Report,
    check: (state) => judge.check(state),
    restore: (state) => judge.restore(state),
  }
}

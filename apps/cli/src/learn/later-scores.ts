import {
  accuracy, type Baseline, classPrior, f1, kappa, lastClass, logLoss, macroF1, mae, meanBaseline, medianBaseline,
  type Metric, noChange, type Probabilities, r2, type Report, rmse, rocAuc, type Task, weightedF1,
} from 'eddy'
import type { Answer } from './model.ts'
import { quantileBaselines, quantileMetrics } from './quantile-scores.ts'

type Metrics = Readonly<Record<string, Metric<never>>>

/** What the model and the baselines said of a record, kept until its label comes. Plain numbers. */
export interface Said {
  readonly model: number | readonly number[]
  /** The probability that the model gave to a class not met before. */
  readonly unseen: number
  readonly baselines: Readonly<Record<string, number | readonly number[]>>
}

/**
 * Prequential scores when labels come later: the prediction that was made is what is scored, and baselines are asked
 * when the model is asked, knowing the labels that the model knows.
 */
export class LaterScores {
  readonly #task: Task
  readonly #model: Metrics
  readonly #baselines: Readonly<Record<string, { readonly predictor: Baseline<never>; readonly metrics: Metrics }>>

  /** `quantile`: the share of labels that are to stay below predictions; null: no share. */
  constructor(task: Task, quantile: number | null = null) {
    this.#task = task
    this.#model = metricsOf(task, quantile)
    this.#baselines = Object.fromEntries(Object.entries(baselinesOf(task, quantile)).map(([name, make]) => (
      [name, { predictor: make(), metrics: metricsOf(task, quantile) }]
    )))
  }

  /** What the baselines say now, beside the model's answer. `position` finds the position of a class. */
  said(answer: Answer, position: (name: string) => number): Said {
    const baselines = Object.fromEntries(Object.entries(this.#baselines).map(([name, { predictor }]) => (
      [name, copied(predictor.predict())]
    )))
    if (typeof answer === 'number') return { model: answer, unseen: 0, baselines }
    const { probabilities, classes } = answer
    if (classes === undefined) return { model: Array.from(probabilities), unseen: 0, baselines }
    const unseen = probabilities[classes.length] ?? 0
    return { model: byPosition(probabilities, classes, position), unseen, baselines }
  }

  /** The label of a record has come: a number, or the position of its class. */
  score({ model, unseen, baselines }: Said, label: number): void {
    update(this.#model, model, label, unseen)
    for (const [name, { predictor, metrics }] of Object.entries(this.#baselines)) {
      update(metrics, baselines[name]!, label, 0)
      predictor.update(label)
    }
  }

  get task(): Task {
    return this.#task
  }

  report(): Report {
    const baselines = Object.entries(this.#baselines).map(([name, { metrics }]) => [name, values(metrics)])
    return { ...values(this.#model), baselines: Object.fromEntries(baselines) } as unknown as Report
  }

  get state(): object {
    const states = (metrics: Metrics): object => (
      Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric.state]))
    )
    return {
      model: states(this.#model),
      baselines: Object.fromEntries(Object.entries(this.#baselines).map(([name, { predictor, metrics }]) => (
        [name, { predictor: predictor.state, metrics: states(metrics) }]
      ))),
    }
  }

  restore(state: object): void {
    type States = Readonly<Record<string, readonly number[]>>
    const { model, baselines } = state as {
      model: States; baselines: Readonly<Record<string, { predictor: readonly number[]; metrics: States }>>
    }
    const restoreAll = (metrics: Metrics, states: States): void => {
      for (const [name, metric] of Object.entries(metrics)) metric.restore(states[name]!)
    }
    restoreAll(this.#model, model)
    for (const [name, { predictor, metrics }] of Object.entries(this.#baselines)) {
      predictor.restore(baselines[name]!.predictor)
      restoreAll(metrics, baselines[name]!.metrics)
    }
  }
}

function metricsOf(task: Task, quantile: number | null): Metrics {
  if (quantile !== null) return quantileMetrics(quantile)
  const all: Readonly<Record<string, Metric<never>>> = task === 'regression'
    ? { mae: mae(), rmse: rmse(), r2: r2() }
    : task === 'binary'
      ? { accuracy: accuracy(), rocAuc: rocAuc(), logLoss: logLoss(), f1: f1(), macroF1: macroF1(), kappa: kappa() }
      : { accuracy: accuracy(), logLoss: logLoss(), f1: weightedF1(), macroF1: macroF1(), kappa: kappa() }
  return all
}

function baselinesOf(task: Task, quantile: number | null): Readonly<Record<string, () => Baseline<never>>> {
  if (quantile !== null) return quantileBaselines(quantile) as never
  if (task === 'regression') return { noChange, mean: meanBaseline, median: medianBaseline } as never
  if (task === 'binary') return { noChange, majority: meanBaseline } as never
  return { noChange: lastClass, majority: classPrior } as never
}

function values(metrics: Metrics): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]))
}

/**
 * `unseen`: what a class gets that was not known when the prediction was made. Where none was known, none was named: a
 * list of length 0 names none.
 */
function update(metrics: Metrics, said: number | readonly number[], label: number, unseen: number): void {
  const whole = typeof said === 'number' || label < said.length ? said : withUnseen(said, label, unseen)
  for (const metric of Object.values(metrics)) metric.update(whole as never, label)
}

function withUnseen(said: readonly number[], label: number, unseen: number): ArrayLike<number> {
  if (said.length === 0) return { length: 0, [label]: unseen }
  return [...said, ...new Array<number>(label - said.length).fill(0), unseen]
}

function copied(said: Probabilities): number | readonly number[] {
  return typeof said === 'number' ? said : Array.from(said)
}

/** Probabilities in the order of the command's own classes. */
function byPosition(
  probabilities: ArrayLike<number>, classes: readonly string[], position: (name: string) => number,
): readonly number[] {
  const all: number[] = []
  classes.forEach((name, k) => {
    const at = position(name)
    while (all.length <= at) all.push(0)
    all[at] = probabilities[k]!
  })
  return all
}

import { ValueError } from '@eddy/tensor'
import { likeliest } from '../metrics/accuracy.ts'
import { type ClassPrediction, OpenClassPrediction } from '../prediction.ts'
import type { Label } from '../target.ts'
import type { Task } from '../task.ts'

/**
 * How the predictions of several models become one.
 * `mean`: of the numbers, or of the probabilities. `vote`: the share of models for each class (two or more classes).
 * `best`: what the model says whose loss was least lately. Or a function of all predictions.
 */
export type Combine<P> = 'mean' | 'vote' | 'best' | ((predictions: readonly P[]) => P)

type AnyPrediction = number | ClassPrediction<Label> | OpenClassPrediction

/**
 * Makes the function that combines. `losses`: of each model that predicts, as they were before this event.
 * @throws ValueError for a name that is none, and for a vote about numbers.
 */
export function combiner(
  how: Combine<never>, task: Task, classes: readonly Label[] | 'open' | undefined,
): (predictions: readonly AnyPrediction[], losses: readonly number[]) => AnyPrediction {
  if (typeof how === 'function') return how as unknown as (predictions: readonly AnyPrediction[]) => AnyPrediction
  if (how === 'best') return (predictions, losses) => predictions[least(losses)]!
  if ((how !== 'mean' && how !== 'vote') || (how === 'vote' && task === 'regression')) {
    throw new ValueError({
      what: 'this is no way to combine these predictions', where: 'ensemble', got: how,
      wanted: task === 'regression' ? "'mean', 'best' or a function" : "'mean', 'vote', 'best' or a function",
      hint: 'Leave combine out for the mean.',
    })
  }
  if (classes === 'open') return (predictions) => openMean(predictions as readonly OpenClassPrediction[], how)
  if (task === 'multiclass') {
    return (predictions) => {
      const probabilities = meanOf((predictions as readonly ClassPrediction<Label>[]).map((each) => (
        how === 'mean' ? each.probabilities : voteOf(each.probabilities)
      )))
      const best = likeliest(probabilities)
      return { label: classes === undefined ? best : classes[best]!, probabilities }
    }
  }
  const value = how === 'mean' ? (p: number): number => p : (p: number): number => (p > 0.5 ? 1 : 0)
  return (predictions) => (predictions as readonly number[]).reduce((sum, p) => sum + value(p), 0) / predictions.length
}

/** Of classes by their names, in the order in which models name them; what a model has not met has 0 from it. */
function openMean(predictions: readonly OpenClassPrediction[], how: 'mean' | 'vote'): OpenClassPrediction {
  const shares = new Map<Label, number>()
  // Models that have met no class yet say nothing.
  const saying = predictions.filter(({ classes }) => classes.length > 0)
  for (const { classes, probabilities } of saying) {
    const each = how === 'mean' ? probabilities : voteOf(probabilities)
    classes.forEach((name, c) => shares.set(name, (shares.get(name) ?? 0) + each[c]! / saying.length))
  }
  return new OpenClassPrediction([...shares.values()], [...shares.keys()])
}

function least(losses: readonly number[]): number {
  let best = 0
  for (let k = 1; k < losses.length; k++) if (losses[k]! < losses[best]!) best = k
  return best
}

function voteOf(probabilities: ArrayLike<number>): Float64Array {
  const vote = new Float64Array(probabilities.length)
  vote[likeliest(probabilities)] = 1
  return vote
}

function meanOf(all: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(all[0]!.length)
  for (const each of all) for (let c = 0; c < mean.length; c++) mean[c] = mean[c]! + each[c]! / all.length
  return mean
}

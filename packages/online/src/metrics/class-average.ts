import { ValueError } from '@eddy/tensor'
import { type ClassCounts, classStatistic } from './class-counts.ts'
import type { Probabilities } from './probabilities.ts'
import type { Statistic } from './statistic.ts'
import { checkOptions } from '../known-options.ts'

/**
 * Which classes a score is of: one of them, or an average. `macro`: all that were a label or predicted count the same;
 * `weighted`: each as often as it was the label; `micro`: all decisions in one pot, which for one label an event is the
 * accuracy, whatever the score.
 */
export type ClassChoice =
  | { readonly of?: number; readonly average?: undefined }
  | { readonly average: 'macro' | 'micro' | 'weighted'; readonly of?: undefined }

/** A score of one class: its hits, how often it was the label, how often it was predicted. */
type ClassScore = (hits: number, labels: number, guesses: number) => number

/** The score of the chosen classes; of class 1, the positive one of two, when nothing was chosen. */
export function chosenClasses(name: string, score: ClassScore, choice: ClassChoice): Statistic<Probabilities> {
  checkOptions(name, choice, ['of', 'average'])
  const { of = 1, average } = choice
  if (average === 'macro') return classStatistic((counts) => averaged(counts, score, () => 1))
  if (average === 'weighted') return classStatistic((counts) => averaged(counts, score, (labels) => labels))
  if (average === 'micro') return classStatistic(({ right, total }) => score(right, total, total))
  if (average !== undefined || !Number.isInteger(of) || of < 0) {
    throw new ValueError({
      what: 'there is no such choice of classes', where: name, got: choice,
      wanted: '{ of: the number of a class } or { average: macro, micro or weighted }',
      hint: 'Without options the score is that of class 1.',
    })
  }
  return classStatistic((counts) => score(counts.hits(of), counts.labels(of), counts.guesses(of)))
}

function averaged(counts: ClassCounts, score: ClassScore, weightOf: (labels: number) => number): number {
  let total = 0
  let weights = 0
  for (let k = 0; k < counts.size; k++) {
    const labels = counts.labels(k)
    const guesses = counts.guesses(k)
    if (!(labels > 0 || guesses > 0)) continue
    const weight = weightOf(labels)
    total += weight * score(counts.hits(k), labels, guesses)
    weights += weight
  }
  return total / weights
}

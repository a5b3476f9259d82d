import { classStatistic } from './class-counts.ts'
import type { Probabilities } from './probabilities.ts'
import type { Statistic } from './statistic.ts'

/**
 * Cohen's kappa: how far the accuracy lies above that of guesses that have nothing to do with the event, but name each
 * class as often as the model does; 1 is perfect, 0 is chance.
 * Formula: (a - c) / (1 - c), a the accuracy, c = sum over classes of share of labels x share of predictions.
 * Edge: 0 where c = 1, when one class is all that was ever seen and said. Source: Cohen 1960.
 */
export function kappa(): Statistic<Probabilities> {
  return classStatistic((counts) => {
    const { right, size, total } = counts
    let together = 0
    for (let k = 0; k < size; k++) together += counts.labels(k) * counts.guesses(k)
    const room = total * total - together
    return room > 0 ? (right * total - together) / room : 0
  })
}

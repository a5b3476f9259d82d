import { autoModel, rng, standardNormal } from 'eddy'
import { from } from 'rxjs'
import { isProgram, type Show, silently } from './is-program.ts'

interface Sale {
  readonly shop: string
  readonly weekday: number
  readonly rain: number
  readonly sold: number
}

/** Ice cream, day by day: shops differ, week-ends are good, rain is bad, and prices were raised after two years. */
function madeUpSales(days: number): Sale[] {
  const draws = rng(1, 'sales')
  return Array.from({ length: 3 * days }, (_, k): Sale => {
    const day = Math.floor(k / 3)
    const [weekday, rain] = [day % 7, draws.uniform(2 * day) < 0.3 ? draws.uniform(2 * day + 1) : 0]
    const weekend = weekday >= 5 ? 1.6 : 1
    const habit = [80, 120, 200][k % 3]! * (day > 730 ? 0.8 : 1)
    const sold = Math.round(habit * weekend * (1 - 0.7 * rain) * (1 + 0.1 * standardNormal(draws, 9 * days + k)))
    return { shop: ['pier', 'park', 'station'][k % 3]!, weekday, rain, sold }
  })
}

/** One model for any stream of records, without a choice to make. */
export function main(show: Show = silently) {
  const sales$ = from(madeUpSales(1000))
  const told: number[] = []

  // #region auto
  const sales = autoModel({ target: 'sold' })

  sales$.pipe(sales.train()).subscribe(({ prediction }) => told.push(prediction as number)) // predicted, then learned
  const who = [...sales.experts].sort((a, b) => b.weight - a.weight) // whom it listens to, and how good each is
  // #endregion

  const { metrics } = sales
  const baseline = metrics.baselines['mean']!
  show('mean absolute error', metrics.mae.toFixed(1), 'by the mean so far', baseline.mae.toFixed(1))
  show('carried by', who.slice(0, 3).map(({ name, weight }) => `${name} ${weight.toFixed(2)}`).join(', '))
  return { told, metrics, experts: who.map(({ name }) => name) }
}

if (isProgram(import.meta.url)) main(console.log)

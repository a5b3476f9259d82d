import type { SourceRecord } from '@eddy/sources'
import { type Rng, rng } from 'eddy'

/** Orders that are tried: all of up to 5 numbers, so many drawn ones of more. */
const drawn = 999
const allUpTo = 5
/** Features that are looked at. */
const featuresMax = 100
/** The numbers must change so often, for each of them, before steps from one to the next say something. */
const changesEach = 3

/** Sums in another order may differ by this. */
const slack = 1e-9

/** How far a coding of the labels fits what was seen: larger is better. */
type Fit = (code: readonly number[]) => number

/**
 * How likely it is that the order of whole numbers means nothing: near 0, they are amounts.
 *
 * Were they numbers of classes, any other numbering would do as well. So what is seen is compared with other numberings
 * in three ways: how much of the features is linear in the number, how far it moves from one label to the next, and how
 * far the frequencies are from rising to one summit and falling. Each gives the share of numberings that fit no worse;
 * one that tells no two numberings apart is left out.
 * Formula: with q the product of m shares, the sum of q (-ln q)^i / i! for i from 0 to m - 1.
 * Source: permutation tests combined as in Fisher 1932; their independence is an approximation.
 * Edge: 3 different numbers -> at least 1/3, since they have only 3 orders up to reversal.
 */
export function chanceOfNoOrder(labels: readonly number[], records: readonly SourceRecord[]): number {
  const values = [...new Set(labels)].sort((a, b) => a - b)
  const place = new Map(values.map((value, k) => [value, k]))
  const places = labels.map((label) => place.get(label)!)
  const counts = values.map(() => 0)
  for (const at of places) counts[at]!++
  const fits = [featureFit(places, records, counts), stepFit(places, counts.length), shapeFit(counts)]
  const shares = sharesOf(fits, values.length)
  const product = shares.reduce((all, share) => all * share, 1)
  let [chance, term] = [0, product]
  for (let i = 1; i <= shares.length; i++) {
    chance += term
    term *= -Math.log(product) / i
  }
  return shares.length === 0 ? 1 : chance
}

/** For each fit that differs between them, the share of orders of n numbers that fit no worse than theirs. */
function sharesOf(fits: readonly Fit[], n: number): number[] {
  const own = Array.from({ length: n }, (_, k) => k)
  // The first is their own.
  const orders = n <= allUpTo ? ordersOf(own) : [own, ...drawnOrders(own)]
  return fits.flatMap((fit) => {
    const fitted = orders.map(fit)
    const enough = fitted[0]! - slack
    if (fitted.every((one) => Math.abs(one - fitted[0]!) <= slack)) return []
    return [fitted.filter((one) => one >= enough).length / orders.length]
  })
}

function ordersOf(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item) => ordersOf(items.filter((other) => other !== item)).map((rest) => [item, ...rest]))
}

function drawnOrders(items: readonly number[]): number[][] {
  const random = rng(0, 'label order')
  return Array.from({ length: drawn }, (_, k) => shuffled(items, random.split(k)))
}

function shuffled(items: readonly number[], random: Rng): number[] {
  const order = [...items]
  for (let k = order.length - 1; k > 0; k--) {
    const other = random.integer(k, k + 1)
    const item = order[k]!
    order[k] = order[other]!
    order[other] = item
  }
  return order
}

/** The squared correlations of the features with the coded labels, added up. */
function featureFit(places: readonly number[], records: readonly SourceRecord[], counts: readonly number[]): Fit {
  const sums: (readonly number[])[] = []
  for (const name of namesOf(records)) {
    const each = classSums(places, records.map((record) => record[name]), counts.length)
    if (each !== null && sums.push(each) === featuresMax) break
  }
  return (code) => {
    const mean = counts.reduce((sum, count, k) => sum + count * code[k]!, 0) / places.length
    const squares = counts.reduce((sum, count, k) => sum + count * (code[k]! - mean) ** 2, 0)
    return sums.reduce((total, of) => total + of.reduce((sum, part, k) => sum + part * code[k]!, 0) ** 2 / squares, 0)
  }
}

function namesOf(records: readonly SourceRecord[]): string[] {
  return [...new Set(records.slice(0, 50).flatMap((record) => Object.keys(record)))]
}

/** By class, the sum of a feature that has mean 0 and squares that add up to 1; null for what is no number. */
function classSums(places: readonly number[], values: readonly unknown[], n: number): number[] | null {
  const numbers = values.map((value) => (typeof value === 'boolean' ? Number(value) : value))
  const known = numbers.filter((value): value is number => typeof value === 'number' && Math.abs(value) < 1e100)
  if (known.length < 0.9 * values.length) return null
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length
  const length = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0))
  if (!(length > 0)) return null
  const sums = Array.from({ length: n }, () => 0)
  numbers.forEach((value, k) => {
    if (typeof value === 'number' && Math.abs(value) < 1e100) sums[places[k]!]! += (value - mean) / length
  })
  return sums
}

/** How short the steps are, where labels go to and fro: sorted labels and those that go round say nothing. */
function stepFit(places: readonly number[], n: number): Fit {
  const went = new Map<number, number>()
  for (let k = 1; k < places.length; k++) {
    const step = places[k - 1]! * n + places[k]!
    went.set(step, (went.get(step) ?? 0) + 1)
  }
  const steps: (readonly [from: number, to: number, count: number])[] = []
  let changes = 0
  for (let from = 1; from < n; from++) {
    for (let to = 0; to < from; to++) {
      const count = Math.min(went.get(from * n + to) ?? 0, went.get(to * n + from) ?? 0)
      if (count > 0) steps.push([from, to, count])
      changes += 2 * count
    }
  }
  if (changes < changesEach * n) return () => 0
  return (code) => -steps.reduce((length, [from, to, count]) => length + count * Math.abs(code[from]! - code[to]!), 0)
}

/** How little the frequencies fall before their best summit and rise after it. */
function shapeFit(counts: readonly number[]): Fit {
  return (code) => {
    const heights = counts.map(() => 0)
    counts.forEach((count, k) => {
      heights[code[k]!] = count
    })
    let least = Infinity
    for (let summit = 0; summit < heights.length; summit++) {
      let wrong = 0
      for (let k = 1; k < heights.length; k++) {
        const rise = heights[k]! - heights[k - 1]!
        wrong += Math.max(0, k <= summit ? -rise : rise)
      }
      least = Math.min(least, wrong)
    }
    return -least
  }
}

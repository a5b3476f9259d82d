import { rng } from '@eddy/tensor'

/** Scores an event, then learns it. */
export type Scorer = (values: readonly number[]) => number

/** Sum of squared deviations from running means, each by itself: what a Gaussian without correlations says. */
export function gaussianScorer(): Scorer {
  const rows: [count: number, mean: number, squares: number][] = []
  return (values) => values.reduce((score, x, j) => {
    const row = rows[j] ??= [0, 0, 0]
    const z = row[2] > 0 ? (x - row[1]) / Math.sqrt(row[2] / row[0]) : 0
    const change = x - row[1]
    row[0]++
    row[1] += change / row[0]
    row[2] += change * (x - row[1])
    return score + z * z
  }, 0)
}

/** Half-space trees (Tan, Ting, Liu 2011): masses of random halvings, of one window while the next is counted. */
export function halfSpaceTrees({ trees = 25, height = 10, window = 250, seed = 1 } = {}): Scorer {
  const random = rng(seed, 'half-space trees')
  const size = 2 ** (height + 1)
  const limits: (readonly [number, number])[] = []
  let drawn = 0
  const forest = Array.from({ length: trees }, () => ({
    mass: new Float64Array(size), next: new Float64Array(size), split: new Map<number, readonly [number, number]>(),
    box: new Map<number, (readonly [number, number])[]>(),
  }))
  let count = 0
  return (values) => {
    const unit = values.map((x, j) => {
      const [low, high] = limits[j] ?? [x, x]
      limits[j] = [Math.min(low, x), Math.max(high, x)]
      return high > low ? (x - low) / (high - low) : 0.5
    })
    let total = 0
    for (const tree of forest) {
      let node = 1
      for (let depth = 0; depth <= height; depth++) {
        tree.next[node]!++
        const mass = tree.mass[node]!
        if (depth === height || mass < 0.1 * window) {
          total += mass * 2 ** depth
          if (depth === height) break
          if (mass < 0.1 * window && count >= window) break
        }
        const box = tree.box.get(node) ?? unit.map(() => [0, 1] as const)
        if (!tree.split.has(node)) {
          const axis = random.integer(drawn++, unit.length)
          tree.split.set(node, [axis, (box[axis]![0] + box[axis]![1]) / 2])
        }
        const [axis, middle] = tree.split.get(node)!
        const isUpper = unit[axis]! >= middle
        const child = 2 * node + Number(isUpper)
        if (!tree.box.has(child)) {
          const half = isUpper ? [middle, box[axis]![1]] as const : [box[axis]![0], middle] as const
          tree.box.set(child, box.map((range, j) => (j === axis ? half : range)))
        }
        node = child
      }
    }
    if (++count % window === 0) {
      for (const tree of forest) {
        tree.mass.set(tree.next)
        tree.next.fill(0)
      }
    }
    return -total
  }
}

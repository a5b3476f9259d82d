import type { Tensor } from '@eddy/tensor'
import { map, type Observable, pairwise } from 'rxjs'
import type { PerLayer } from './gradients.ts'
import { endOf, type Inspectable, type LayerParts, layersOf } from './graph-of.ts'
import { type Histogram, histogram, type HistogramOptions } from './histogram.ts'
import { hypotenuse, type Squares, sumOfSquares } from './numbers.ts'
import { together } from './together.ts'

type Weights = Readonly<Record<string, Tensor>>

/**
 * Euclidean length of each layer's parameters, all of them taken as one vector, as every event finds them.
 *
 * @example
 * weightNorms(loss).subscribe((norms) => console.log(norms))   // { linear: 2.1, linear_1: 0.9 }
 */
export function weightNorms(model: Inspectable): Observable<PerLayer> {
  const layers = layersOf(endOf(model, 'weightNorms'))
  return weightsOf(layers).pipe(map((weights) => perLayer(layers, (name) => sumOfSquares(weights[name]!.data))))
}

/**
 * Length of the last update over length of the weights it changed, for each layer: from the second event on, each event
 * tells of the update before it. About 0.001 is healthy in most networks; much less learns slowly, much more jumps.
 * Edge: 0 when nothing moved; Infinity when weights of zero moved.
 *
 * @example
 * updateRatios(loss).subscribe((ratios) => console.log(ratios))   // { linear: 0.0012, linear_1: 0.0031 }
 */
export function updateRatios(model: Inspectable): Observable<PerLayer> {
  const layers = layersOf(endOf(model, 'updateRatios'))
  return weightsOf(layers).pipe(pairwise(), map(([before, after]) => {
    const moved = perLayer(layers, (name) => sumOfSquares(difference(before[name]!.data, after[name]!.data)))
    const length = perLayer(layers, (name) => sumOfSquares(before[name]!.data))
    const ratio = (name: string): number => (moved[name] === 0 ? 0 : moved[name]! / length[name]!)
    return Object.fromEntries(Object.keys(moved).map((name) => [name, ratio(name)]))
  }))
}

/** A histogram of every parameter by name, as every event finds it. */
export function weightHistograms(
  model: Inspectable, options: HistogramOptions = {},
): Observable<Readonly<Record<string, Histogram>>> {
  const leaves = layersOf(endOf(model, 'weightHistograms')).flatMap(({ parameters }) => parameters)
  return together(leaves.map((leaf) => [leaf.name, leaf.pipe(histogram(options))]))
}

function weightsOf(layers: readonly LayerParts[]): Observable<Weights> {
  return together(layers.flatMap(({ parameters }) => parameters.map((leaf) => [leaf.name, leaf] as const)))
}

function perLayer(layers: readonly LayerParts[], squaresOf: (name: string) => Squares): PerLayer {
  return Object.fromEntries(layers.map(({ node, parameters }) => (
    [node.name, hypotenuse(parameters.map((leaf) => squaresOf(leaf.name)))]
  )))
}

/** Rows that a table has grown by in between were not updated: they do not count. */
function difference(before: ArrayLike<number>, after: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: Math.min(before.length, after.length) }, (_, i) => after[i]! - before[i]!)
}

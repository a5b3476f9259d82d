import type { Tensor } from '@eddy/tensor'
import { map, type Observable } from 'rxjs'
import { endOf, type Inspectable, layersOf } from './graph-of.ts'
import { hypotenuse, rootMeanSquare, sumOfSquares } from './numbers.ts'
import { together } from './together.ts'

/** A number for each layer, by the name of its node, from the first layer to the last. */
export type PerLayer = Readonly<Record<string, number>>

/**
 * The gradients of all parameters by name, one record for every event that is learned from.
 * Like all of `inspect` it is made of taps: it changes nothing that is learned, and costs only while it is subscribed.
 *
 * @example
 * namedGradients(loss).subscribe((gradients) => console.log(gradients['linear.weight']!.toString()))
 */
export function namedGradients(model: Inspectable): Observable<Readonly<Record<string, Tensor>>> {
  const parameters = layersOf(endOf(model, 'namedGradients')).flatMap((layer) => layer.parameters)
  return together(parameters.map((leaf) => [leaf.name, leaf.gradient$]))
}

/**
 * Euclidean length of the gradient of each layer's parameters, all of them taken as one vector.
 *
 * @example
 * gradientNorms(loss).subscribe((norms) => console.log(norms))   // { linear: 0.4, linear_1: 1.7 }
 */
export function gradientNorms(model: Inspectable): Observable<PerLayer> {
  const layers = layersOf(endOf(model, 'gradientNorms'))
  return namedGradients(model).pipe(map((gradients) => Object.fromEntries(layers.map(({ node, parameters }) => (
    [node.name, hypotenuse(parameters.map((leaf) => sumOfSquares(gradients[leaf.name]!.data)))]
  )))))
}

/** How a gradient fares on its way from the last layer back to the first. */
export interface GradientFlow {
  /** Root mean square of dL/d(output of the layer), which is comparable between layers of different widths. */
  readonly layers: PerLayer
  /** First layer over last: far below 1 the gradient vanishes on its way back, far above 1 it explodes. */
  readonly ratio: number
  /** 'none': no gradient came, so there is no ratio (NaN). */
  readonly verdict: 'vanishing' | 'steady' | 'exploding' | 'none'
}

export interface GradientFlowOptions {
  /** A ratio below it counts as vanishing; default 0.001. */
  readonly vanishing?: number
  /** A ratio above it counts as exploding; default 1000. */
  readonly exploding?: number
}

/**
 * Whether gradients vanish or explode between the last layer and the first, for every event that is learned from.
 *
 * @example
 * gradientFlow(loss).subscribe(({ ratio, verdict }) => console.log(verdict, ratio))
 */
export function gradientFlow(model: Inspectable, options: GradientFlowOptions = {}): Observable<GradientFlow> {
  const { vanishing = 1e-3, exploding = 1e3 } = options
  const layers = layersOf(endOf(model, 'gradientFlow')).map(({ node }) => node)
  return together(layers.map((node) => [node.name, node.gradient$])).pipe(map((gradients) => {
    const sizes = layers.map(({ name }) => rootMeanSquare(gradients[name]!.data))
    const [first, last] = [sizes[0]!, sizes.at(-1)!]
    const ratio = first / last
    const verdict = last === 0 ? (first === 0 ? 'none' : 'exploding')
      : ratio < vanishing ? 'vanishing' : ratio > exploding ? 'exploding' : 'steady'
    return { layers: Object.fromEntries(layers.map(({ name }, k) => [name, sizes[k]!])), ratio, verdict }
  }))
}

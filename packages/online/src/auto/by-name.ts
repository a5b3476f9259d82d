import { GraphError, type Optimizer, type OptimizerSlot, type Scope, type UpdateTarget } from '@eddy/graph'
import { publish } from '@eddy/optim'

/** What parameters of a layer are called behind its name. */
const parameters = ['', '.features', '.recent', '.out'].flatMap((part) => [`${part}.weight`, `${part}.bias`])

/** The layers, by the first part of their parameters' names, that an optimizer is for. */
export interface Share {
  readonly layers: readonly string[]
  readonly optimizer: Optimizer
}

/**
 * One optimizer made of several, each for some layers: one loss and one training for branches that learn at paces of
 * their own. Every parameter has as many slots as the optimizer with most, all starting at 0.
 * @throws GraphError for an optimizer that it cannot take, when made; for a parameter of no layer, when compiled.
 */
export function byName(shares: readonly Share[]): Optimizer {
  const count = Math.max(...shares.map(({ optimizer }) => slotsOf(optimizer).length))
  const slots: readonly OptimizerSlot[] = Array.from({ length: count }, (_, k) => ({ name: `slot${k}`, fill: 0 }))
  let cells = 0
  const places = shares.map(({ layers, optimizer }) => {
    const place = { layers, optimizer, cells, own: slotsOf(optimizer).length }
    cells += optimizer.cells
    return place
  })
  const keys = new Map(places.flatMap((place) => (
    place.layers.flatMap((layer) => parameters.map((name) => [hashOf(`${layer}${name}`), place] as const))
  )))
  // Coefficients that are the same at every step are copied; working them out anew costs ten times as much.
  const fixed = new Float64Array(cells)
  for (const { optimizer, cells: at } of places) if (optimizer.constant) optimizer.coefficients(0, null, fixed, at)
  const varying = places.filter(({ optimizer }) => !optimizer.constant)
  return {
    name: 'byName',
    slots: () => slots,
    cells,
    constant: shares.every(({ optimizer }) => optimizer.constant),
    coefficients: (step, schedule, out, at) => {
      for (let k = 0; k < cells; k++) out[at + k] = fixed[k]!
      for (let k = 0; k < varying.length; k++) {
        const place = varying[k]!
        place.optimizer.coefficients(step, schedule, out, at + place.cells)
      }
    },
    update: (scope: Scope, target: UpdateTarget, at: number) => {
      const place = keys.get(scope.key)
      if (place === undefined) {
        throw new GraphError('has an optimizer for no such parameter', 'byName', 'Name its layer')
      }
      place.optimizer.update(scope, { ...target, slots: target.slots.slice(0, place.own) }, at + 8 * place.cells)
    },
    bounded: shares.every(({ optimizer }) => optimizer.bounded),
    local: shares.every(({ optimizer }) => optimizer.local === true),
    publish,
  }
}

function slotsOf(optimizer: Optimizer): readonly OptimizerSlot[] {
  const slots = optimizer.slots([1])
  const fits = slots.every(({ fill }) => fill === 0) && optimizer.schedule === undefined
  if (fits) return slots
  throw new GraphError('has slots that do not start at 0, or a schedule', optimizer.name, 'Take another optimizer')
}

/** FNV-1a over the units of a name, as in `Scope.key`. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash | 0
}

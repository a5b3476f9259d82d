import { GraphError } from '@eddy/graph'
import type { Emit, Encoder } from '../encoder.ts'
import { categorical } from '../encoders/categorical.ts'
import { type Features, features } from '../features.ts'
import { armField } from './reward-model.ts'

/**
 * The features of a context and an arm: those of the context, the arm's name, and, where they are to interact, each
 * number of the context once more for each arm:
 *
 *     hour -> hour, (hour by arm: 3:top), (hour by arm: 4:side), ...
 *
 * A linear model of these has weights that all arms share and some that each has for itself. A number by arm has a slot
 * of its own, so that a new arm costs new rows and changes no bit of what is known about others, and an event costs
 * what its own arm costs. Names that are not declared do not interact.
 * @throws GraphError when a feature has the name of the arm's, or its encoder remembers.
 */
export function crossedFeatures(own: Features, interact: boolean): Features {
  checkDeclared(own)
  const declared = new Map<string, Encoder>(own.declared)
  declared.set(armField, categorical())
  if (interact) for (const [name, encoder] of own.declared) declared.set(`${name} by arm`, byArm(name, encoder))
  const { unknown, namesMax, overflow, pairsMax } = own
  return features(declared, {
    unknown, ignore: [...own.ignore], namesMax, pairsMax: 2 * pairsMax + 1, overflow: overflow ?? 'drop',
  })
}

/** @throws GraphError when features cannot be those of a context. */
export function checkDeclared({ declared, remembers }: Features): void {
  const taken = declared.find(([name]) => name === armField || name.endsWith(' by arm'))
  if (taken !== undefined) {
    throw new GraphError(
      `${JSON.stringify(taken[0])} is the name of a feature that the bandit makes`, 'bandit', 'Choose another one',
    )
  }
  if (!remembers) return
  throw new GraphError(
    'features of a context must not remember: what they know would depend on when rewards come', 'bandit',
    "Take encoders without memory, or add lags and aggregates to the context before; not numeric({ scale: 'robust' })",
  )
}

/** An encoder whose numbers are those of another, under the name of the arm. */
function byArm(name: string, inner: Encoder): Encoder {
  const { fields = [name], encode, missing, absent } = inner
  const isMade = inner.fields !== undefined
  return Object.freeze({
    name: `${inner.name} by arm`, standardize: inner.standardize, fields: Object.freeze([...fields, armField]),
    ...(inner.table === undefined ? {} : { table: inner.table }),
    ...(inner.limit === undefined ? {} : { limit: inner.limit }),
    encode(values: unknown, emit: Emit) {
      const row = values as readonly unknown[]
      const arm = row.at(-1) as string
      const mark = `${arm.length}:${arm}`
      const own: Emit = (part, value, standardize) => emit(part === null ? mark : `${mark}:${part}`, value, standardize)
      const value = isMade ? row.slice(0, -1) : row[0] ?? missing
      if (value !== undefined) encode(value, own)
      else absent?.(own)
    },
  } satisfies Encoder)
}

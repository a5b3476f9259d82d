import { EventError } from '@eddy/graph'
import { formatValue } from '@eddy/tensor'
import type { Offer } from './decision.ts'
import type { Choice } from './reward-model.ts'

type Named<A extends string> = Choice & { readonly arm: A }

/**
 * What can be chosen: `offers`, or else `arms`. With `arms` given, only those can be on offer.
 * @throws EventError when there is none, one is no arm, or one is there twice.
 */
export function choicesOf<A extends string>(
  offers: readonly Offer<A>[] | undefined, arms: readonly A[] | undefined,
): readonly Named<A>[] {
  const given = offers ?? arms
  if (!Array.isArray(given) || given.length === 0) {
    throw new EventError(
      `${formatValue(given)} to choose from`, 'a list of arms',
      'Give bandit({ arms }) when they are always the same, else every decision its own',
    )
  }
  const seen = new Set<string>()
  return given.map((offer: Offer<A>) => {
    const choice = typeof offer === 'string' ? { arm: offer, features: null }
      : choiceOf<A>(offer as Exclude<Offer<A>, A>)
    if (seen.size === seen.add(choice.arm).size) {
      throw new EventError(`${formatValue(choice.arm)} twice`, 'each arm once', 'Arms are told apart by name')
    }
    if (arms === undefined || arms.includes(choice.arm)) return choice
    throw new EventError(
      `the arm ${formatValue(choice.arm)}`, `one of ${arms.join(', ')}`,
      'Leave arms out of bandit({ ... }) when they come and go',
    )
  })
}

function choiceOf<A extends string>(offer: Exclude<Offer<A>, A>): Named<A> {
  const { arm, features = {} } = (offer ?? {}) as Partial<Exclude<Offer<string>, string>>
  if (typeof arm === 'string' && typeof features === 'object' && features !== null) {
    return { arm: arm as A, features: Object.freeze({ ...features }) }
  }
  throw new EventError(
    `${formatValue(offer)} as an arm`, "a name, or { arm, features: { ... } }", 'Write a number as text',
  )
}

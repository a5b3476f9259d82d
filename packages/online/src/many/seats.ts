import { GraphError, type Optimizer } from '@eddy/graph'
import { accuracy, type Probabilities } from '../metrics/accuracy.ts'
import { logLoss } from '../metrics/log-loss.ts'
import { mae } from '../metrics/mae.ts'
import { r2 } from '../metrics/r2.ts'
import { rmse } from '../metrics/rmse.ts'
import type { LearnerLoss, LearnerOptions } from '../options.ts'
import { type Judge, Prequential } from '../prequential.ts'
import type { Label } from '../target.ts'
import type { Task } from '../task.ts'
import type { EnsembleMember } from './ensemble-options.ts'
import { formOf } from './take-turns.ts'
import { Turns } from './turns.ts'

type Options<E> = LearnerOptions<E, LearnerLoss, Label, string>

/** One model of an ensemble: where it lives, and how it is doing. */
export interface Seat<E, P> {
  readonly name: string
  readonly turns: Turns<E, P>
  readonly turn: number
  readonly judge: Judge<Probabilities, string>
  loss: number
  rejected: number
}

/** A member with the options of all filled in. */
interface Whole<E> {
  readonly name: string
  readonly model: Options<E>['model']
  readonly loss: LearnerLoss
  readonly optimizer: Optimizer
  readonly seed: number
}

/**
 * Seats members: those with the same model, the same loss and optimizers of one form share a program.
 * @throws GraphError when there is no member, two have one name, or they predict different things.
 */
export function seatsOf<E, P>(options: Options<E>, members: readonly EnsembleMember[]): readonly Seat<E, P>[] {
  const wholes = members.map((member, k): Whole<E> => ({
    name: member.name ?? `${k}`, model: member.model ?? options.model, loss: member.loss ?? options.loss,
    optimizer: member.optimizer ?? options.optimizer, seed: member.seed ?? options.seed ?? 0,
  }))
  if (wholes.length === 0) {
    throw new GraphError('has no members', 'ensemble', 'For example members: [{ seed: 1 }, { seed: 2 }]')
  }
  const names = new Set<string>()
  for (const { name } of wholes) {
    if (names.has(name)) throw new GraphError('is the name of two members', name, 'Give each a name of its own')
    names.add(name)
  }
  const seats: Seat<E, P>[] = []
  for (const group of groupsOf(wholes)) {
    const [{ model, loss }] = group.map((k) => wholes[k]!) as [Whole<E>]
    const turns = new Turns<E, P>({ ...options, model, loss }, group.map((k) => wholes[k]!))
    group.forEach((k, turn) => {
      seats[k] = { name: wholes[k]!.name, turns, turn, judge: judgeOf(turns.learner.task), loss: 0, rejected: 0 }
    })
  }
  const odd = seats.find(({ turns }) => turns.learner.task !== seats[0]!.turns.learner.task)
  if (odd !== undefined) {
    throw new GraphError(
      `is for ${odd.turns.learner.task}, the first one for ${seats[0]!.turns.learner.task}`, odd.name,
      'Give all members losses of the same kind',
    )
  }
  return seats
}

/** Positions of members that can share a program. */
function groupsOf<E>(wholes: readonly Whole<E>[]): readonly (readonly number[])[] {
  const forms = new Map<Optimizer, string | null>()
  const groups: { readonly first: Whole<E>; readonly members: number[] }[] = []
  wholes.forEach((whole, k) => {
    const { optimizer, model, loss } = whole
    if (!forms.has(optimizer)) forms.set(optimizer, formOf(optimizer))
    const form = forms.get(optimizer)
    const group = groups.find(({ first }) => (
      first.model === model && first.loss === loss
        && (first.optimizer === optimizer || (form !== null && forms.get(first.optimizer) === form))
    ))
    if (group === undefined) groups.push({ first: whole, members: [k] })
    else group.members.push(k)
  })
  return groups.map(({ members }) => members)
}

/** The metrics of one model; baselines are those of the ensemble. */
function judgeOf(task: Task): Judge<Probabilities, string> {
  const judge = task === 'regression' ? new Prequential({ mae, rmse, r2 }) : new Prequential({ accuracy, logLoss })
  return judge as unknown as Judge<Probabilities, string>
}

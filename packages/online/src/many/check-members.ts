import { ValueError } from '@eddy/tensor'
import { checkCount, checkState } from '../check-state.ts'

/** @throws ValueError unless these are states of as many members of an ensemble; each is then asked about its own. */
export function checkMembers(members: unknown, count: number): void {
  const where = 'Ensemble.restore'
  if (!Array.isArray(members) || members.length !== count) {
    throw new ValueError({
      what: 'the state is one of another ensemble', where, got: Array.isArray(members) ? members.length : members,
      wanted: `${count} members`, hint: 'Make the ensemble that wrote it.',
    })
  }
  for (const [k, member] of members.entries()) {
    checkState(`${where}, member ${k}`, member, 'training', 'names', 'metrics', 'loss', 'rejected')
    const { loss, rejected } = member as { readonly loss: unknown; readonly rejected: unknown }
    checkCount(`${where}, member ${k}`, 'rejected', rejected)
    if (Number.isFinite(loss)) continue
    throw new ValueError({
      what: 'the loss is no number', where: `${where}, member ${k}`, got: loss, wanted: 'a finite number',
      hint: 'Restore only what snapshot() of such an ensemble gave.',
    })
  }
}

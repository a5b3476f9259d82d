import { ValueError } from '@eddy/tensor'

/**
 * What `restore` asks before anything else, so that what is no state is refused with words, and nothing has changed.
 * @throws ValueError unless this is a record with these parts.
 */
export function checkState(where: string, state: unknown, ...parts: readonly string[]): void {
  const given = (typeof state === 'object' && state !== null ? state : {}) as Readonly<Record<string, unknown>>
  const missing = parts.find((part) => given[part] === undefined)
  if (missing === undefined) return
  throw new ValueError({
    what: `this is no state, it has no ${missing}`, where, got: state, wanted: `{ ${parts.join(', ')} }`,
    hint: 'Restore only what snapshot() of such a model gave.',
  })
}

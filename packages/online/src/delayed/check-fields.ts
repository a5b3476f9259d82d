import { ValueError } from '@eddy/tensor'
import { checkOptions } from '../known-options.ts'

/** What an option has to be: where something is in an event, by a function of it or a name; a function; ?: if given. */
export type FieldKind = 'field' | 'field?' | 'function?' | 'any'

/**
 * What is said of where things are in events. A misspelt name would find nothing, in silence, event after event.
 * @throws ValueError naming the option.
 */
export function checkFields(where: string, options: unknown, kinds: Readonly<Record<string, FieldKind>>): void {
  checkOptions(where, options, Object.keys(kinds))
  for (const [name, kind] of Object.entries(kinds)) {
    const got = (options as Readonly<Record<string, unknown>>)[name]
    const isOf = typeof got === 'function' || (typeof got === 'string' && kind.startsWith('field'))
    if (isOf || kind === 'any' || (got === undefined && kind.endsWith('?'))) continue
    const isField = kind.startsWith('field')
    throw new ValueError({
      what: `there is no ${name}`, where, got,
      wanted: isField ? 'a function of the event, or the name of a field' : 'a function of the event',
      hint: isField ? `For example ${name}: 'id', or ${name}: (event) => event.id.` : 'Leave it out for what arrives.',
    })
  }
}

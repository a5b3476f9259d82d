import { EddyError } from '@eddy/tensor'

/** Misuse found while a graph is built or a run is set up. Always thrown at once, never sent into a stream. */
export class GraphError extends EddyError {
  override readonly name = 'GraphError'
  /** The layer, node or function the message is about. */
  readonly where: string

  constructor(what: string, where: string, hint: string, options?: ErrorOptions) {
    super('E_GRAPH', `${where}: ${what}. ${hint}`, options)
    this.where = where
  }
}

/** An event that cannot be used as it is: wrong length, wrong type, no value. Becomes a rejection, never a throw. */
export class EventError extends EddyError {
  override readonly name = 'EventError'

  constructor(got: string, wanted: string, hint: string) {
    super('E_EVENT', `got ${got}, wanted ${wanted}. ${hint}`)
  }
}

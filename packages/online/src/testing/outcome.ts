import { RejectedError } from '@eddy/graph'

/** What an act gives, or why its event was rejected. */
export function outcome<T>(act: () => T): T | string {
  try {
    return act()
  } catch (error) {
    if (error instanceof RejectedError) return error.message
    throw error
  }
}

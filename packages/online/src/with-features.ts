import { checkFeatures } from './features.ts'
import { checkRecord } from './known-options.ts'

/**
 * Options as a constructor needs them that somebody has called without its maker, which would have asked for more.
 * @throws ValueError when they are no record; GraphError when they have no features.
 */
export function withFeatures<O>(maker: string, options: O): O {
  asRecord(maker, options)
  checkFeatures(maker, (options as { readonly features?: unknown }).features)
  return options
}

/** The same for options that need none. @throws ValueError when they are no record. */
export function asRecord<O>(maker: string, options: O): O {
  checkRecord(maker, 'the options are no record', options, `those of ${maker}({ ... })`, `Call ${maker}, without new.`)
  return options
}

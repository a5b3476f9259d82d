import { checkOptions, ValueError } from '@eddy/tensor'

export interface StoreOptions {
  /** Checkpoints kept, at least; default 10. */
  readonly keep?: number
  /**
   * When what was written is made to survive the end of the machine; the end of the process it survives anyway.
   * 'background' (default): soon, beside the program, see `durable$`. 'each': before a write returns.
   */
  readonly durability?: 'background' | 'each'
  /**
   * Bytes after which a new file of checkpoints begins, at least; default 4 MiB. A large state begins one after four
   * times its own size. Two to four such files are there at a time, more when `keep` wants more checkpoints.
   */
  readonly fileBytes?: number
  /**
   * Milliseconds of rest after each time in the background; default 1,000 for files, 100 for a browser's database,
   * where the end of the process may cost as much. `flush` and `close` wait for none.
   */
  readonly rest?: number
  /** Only look: nothing is locked or written. */
  readonly readOnly?: boolean
}

/** @throws ValueError for options that cannot be. */
export function checkStoreOptions(options: StoreOptions): void {
  checkOptions('openStore', options, ['keep', 'durability', 'fileBytes', 'rest', 'readOnly'])
  check('keep', options.keep, (keep) => Number.isInteger(keep) && keep >= 1, 'a whole number from 1 on')
  check('fileBytes', options.fileBytes, (bytes) => Number.isInteger(bytes) && bytes >= 1, 'a whole number from 1 on')
  check('rest', options.rest, (rest) => Number.isFinite(rest) && rest >= 0, 'milliseconds from 0 on')
  check('durability', options.durability, (kind) => kind === 'background' || kind === 'each', "'background' or 'each'")
  check('readOnly', options.readOnly, (isReadOnly) => typeof isReadOnly === 'boolean', 'true or false')
}

function check<T>(name: string, value: T | undefined, isGood: (value: T) => boolean, wanted: string): void {
  if (value === undefined || isGood(value)) return
  throw new ValueError({
    what: `${name} cannot be this`, where: 'openStore', got: value, wanted, hint: `Leave ${name} out for the default.`,
  })
}

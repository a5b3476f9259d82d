import { EddyError } from '@eddy/tensor'
import { type Position, startPosition } from './position.ts'

/**
 * E_SOURCE: reading failed. E_FORMAT: the content as a whole is not what was expected. E_BOMB: compressed data grows
 * without measure. E_OVERFLOW: a push source was faster than its reader and its policy is 'error'. E_OPTION: a source
 * was made or used in a way that cannot work.
 */
export type SourceErrorCode = 'E_SOURCE' | 'E_FORMAT' | 'E_BOMB' | 'E_OVERFLOW' | 'E_OPTION'

/** The parts of a source's error, in the order in which they are told. */
export interface SourceErrorParts {
  readonly code?: SourceErrorCode
  /** What failed, as a clause without a full stop. */
  readonly what: string
  /** The source's name: a path, an address, `standard input`. */
  readonly source: string
  readonly position?: Position
  /** What to do about it, as a sentence. */
  readonly hint: string
}

/** Ends a source. A record that cannot be read never does: it is counted and reported instead. */
export class SourceError extends EddyError {
  override readonly name = 'SourceError'
  readonly source: string
  readonly what: string
  /** After the last record that was handed over. */
  readonly position: Position
  readonly hint: string

  constructor(
    { code = 'E_SOURCE', what, source, position = startPosition, hint }: SourceErrorParts, options?: ErrorOptions,
  ) {
    const { records, bytes, lines } = position
    const at = bytes > 0 ? `line ${lines + 1}, byte ${bytes}` : records > 0 ? `record ${records + 1}` : 'its start'
    super(code, `${source}, at ${at}: ${what}. ${hint}`, options)
    this.source = source
    this.what = what
    this.position = position
    this.hint = hint
  }
}

/** Any failure while reading, as a SourceError that says where: what fails below records does not know. */
export function asSourceError(error: unknown, source: string, position: Position): SourceError {
  if (error instanceof SourceError) {
    if (error.position !== startPosition || position === startPosition) return error
    const { code, what, hint, cause } = error
    return new SourceError({ code: code as SourceErrorCode, what, source, position, hint }, { cause })
  }
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const hint = hints.get(code) ?? 'Check that it can be read to its end, then continue from this position.'
  return new SourceError({ what: message.replace(/\.$/, ''), source, position, hint }, { cause: error })
}

const hints: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'Check the path.'],
  ['EISDIR', 'Name a file inside this folder.'],
  ['EACCES', 'Ask for permission to read it.'],
  ['EMFILE', 'Close other files, or raise the limit of open files.'],
  ['Z_BUF_ERROR', 'The compressed file ends too early: copy or download it again.'],
  ['Z_DATA_ERROR', 'The compressed file is damaged: copy or download it again.'],
])

import { ValueError } from '@eddy/tensor'

interface Range {
  readonly least?: number
  readonly most?: number
  /** The limits themselves are refused. */
  readonly above?: number
  readonly below?: number
  readonly integer?: boolean
}

/**
 * Makes sure that a hyper-parameter is a finite number in its range.
 * @throws ValueError saying which option of which function, and what would have been accepted.
 */
export function checkNumber(where: string, option: string, value: unknown, range: Range, hint: string): void {
  const { least = -Infinity, most = Infinity, above = -Infinity, below = Infinity, integer = false } = range
  const fits = typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most
    && value > above && value < below && (!integer || Number.isSafeInteger(value))
  if (!fits) {
    throw new ValueError({ what: `${option} is out of range`, where, got: value, wanted: describe(range), hint })
  }
}

function describe({ least, most, above, below, integer = false }: Range): string {
  const parts = [
    least === undefined ? '' : `>= ${least}`, above === undefined ? '' : `> ${above}`,
    most === undefined ? '' : `<= ${most}`, below === undefined ? '' : `< ${below}`,
  ].filter((part) => part !== '')
  return `${integer ? 'an integer' : 'a finite number'} ${parts.join(' and ')}`.trimEnd()
}

/**
 * Makes sure that a plain-JavaScript caller has misspelt no option: an unknown one would silently do nothing.
 * @throws ValueError naming the option and the known ones.
 */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ValueError({
      what: 'the options are not an object', where, got: options, wanted: `an object with any of ${known.join(', ')}`,
      hint: `Write ${where}({ ${known[0]}: ... }).`,
    })
  }
  for (const option of Object.keys(options)) {
    if (!known.includes(option)) {
      throw new ValueError({
        what: 'there is no such option', where, got: option, wanted: `one of ${known.join(', ')}`,
        hint: `Names are PyTorch's in camelCase; lr is learningRate.`,
      })
    }
  }
}

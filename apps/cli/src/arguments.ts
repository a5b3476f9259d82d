import { InvalidArgumentError, Option } from 'commander'

/** Reads whole numbers from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`Give a whole number, at least ${least}.`)
  }
}

/** Reads names with commas between them. */
export function nameList(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim()).filter((name) => name !== '')
}

export function formatOption(): Option {
  return new Option('--format <format>', 'of the file').choices(['auto', 'csv', 'ndjson', 'parquet']).default('auto')
}

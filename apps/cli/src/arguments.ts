import { InvalidArgumentError, Option } from 'commander'
import { Misuse } from './misuse.ts'

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

/** @throws Misuse when records should come from a person's keyboard. */
export function checkInput(file: string): void {
  if (file === '-' && process.stdin.isTTY) {
    throw new Misuse('standard input is the keyboard. Name a file, or pipe records in.')
  }
}

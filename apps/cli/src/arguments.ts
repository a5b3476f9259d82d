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

/** Reads names with commas between them, after those of the same option `before`; one with a comma stands in quotes. */
export function nameList(text: string, before: readonly string[] = []): readonly string[] {
  const words = text.match(/\s*"(?:[^"]|"")*"\s*|[^,]+/g) ?? []
  const names = words.map((word) => word.trim()).filter((word) => word !== '')
  return [...before, ...names.map((name) => (/^".*"$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name))]
}

/**
 * The value of an option that has to be given. Commander's own check comes before that of unknown options, and would
 * ask for what was given, but misspelt.
 * @throws Misuse when it was not given.
 */
export function required<T>(value: T | undefined, option: string, what: string): T {
  if (value !== undefined) return value
  throw new Misuse(`required option '${option}' is missing. ${what}.`)
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

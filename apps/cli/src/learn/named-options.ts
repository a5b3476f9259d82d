import { InvalidArgumentError } from 'commander'

/** A name with options behind it. */
export interface NamedOptions {
  readonly name: string
  readonly options: Readonly<Record<string, number | boolean | string>>
}

/**
 * Reads `adam:learning-rate=0.01,amsgrad=true` as a name and its options, whose names become camelCase.
 * @throws InvalidArgumentError when something is no `name=value`.
 */
export function readNamedOptions(text: string, example: string): NamedOptions {
  const [name, ...rest] = text.split(':')
  const parts = rest.join(':').split(',').filter((part) => part !== '')
  const options = Object.fromEntries(parts.map((part) => {
    const [key, value, ...more] = part.split('=').map((word) => word.trim())
    if (!/^[a-z][a-zA-Z0-9-]*$/.test(key!) || value === undefined || value === '' || more.length > 0) {
      throw new InvalidArgumentError(`Wanted options as in ${example}, got ${JSON.stringify(part)}.`)
    }
    return [key!.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()), readValue(value)]
  }))
  return { name: name!.trim(), options }
}

function readValue(text: string): number | boolean | string {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  return Number.isNaN(number) ? text : number
}

const itemsMax = 8
const charactersMax = 80

/**
 * Writes any value for a person: `[2, 8]`, `"text"`, `-0`, `Float32Array(784) [0, 1, ...]`.
 * Never throws and never grows long, whatever it is given, so it is safe inside an error message.
 */
export function formatValue(value: unknown): string {
  try {
    return describe(value)
  } catch {
    return 'an object that cannot be read'
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') return shorten(JSON.stringify(value.slice(0, charactersMax)))
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'bigint') return shorten(`${value}n`)
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${shorten(value.name)}`
  if (Array.isArray(value)) return formatItems(value)
  if (ArrayBuffer.isView(value) && 'length' in value) {
    const items = value as unknown as ArrayLike<unknown>
    return `${value.constructor.name}(${items.length}) ${formatItems(items)}`
  }
  if (typeof value === 'object' && value !== null) {
    const kind: unknown = value.constructor?.name
    const isPlain = typeof kind !== 'string' || kind === 'Object' || kind === ''
    return isPlain ? 'an object' : `an instance of ${shorten(kind)}`
  }
  return String(value)
}

/** Like `String`, but tells -0 from 0. */
export function formatNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function formatItems(items: ArrayLike<unknown>): string {
  const shown = Array.from({ length: Math.min(items.length, itemsMax) }, (_, i) => formatItem(items[i]))
  if (items.length > itemsMax) shown.push('...')
  return `[${shown.join(', ')}]`
}

/** One level deep only, so that a nested or circular array stays short. */
function formatItem(item: unknown): string {
  return Array.isArray(item) ? `[${item.length === 0 ? '' : '...'}]` : formatValue(item)
}

function shorten(text: string): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 3)}...`
}

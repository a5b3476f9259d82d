import type { EncodedEvent } from './encoded-event.ts'

const cut = 3
const categoriesMax = 8
const wide = 3

/** The numbers by which events are compared: standardised ones cut to 3, and two coordinates for each category. */
export function likenessOf({ columns, values, categories }: EncodedEvent, known: number, out: number[]): void {
  out.length = 0
  for (let i = 0; i < known; i++) out.push(0)
  for (let i = 0; i < columns.length; i++) {
    const z = values[i]!
    if (columns[i]! < known) out[columns[i]!] = z > cut ? cut : z < -cut ? -cut : z
  }
  for (let i = 0; i < categories.length && i < categoriesMax; i++) {
    const { hash } = categories[i]!
    out.push((hash % 97) / 97 * wide, ((hash >>> 8) % 89) / 89 * wide)
  }
}

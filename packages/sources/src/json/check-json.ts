import type { Fault } from '../malformed.ts'

const depthMax = 32
const partsMax = 10_000
const tooDeep: Fault = { code: 'E_SHAPE', reason: `it is nested deeper than ${depthMax} levels` }
const tooMany: Fault = { code: 'E_SHAPE', reason: `it has more than ${partsMax} names and items` }
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/**
 * Looks at everything inside a parsed value, without recursion: numbers must be finite, texts well-formed, names free
 * of NUL, the depth at most 32, the names and items of all levels at most 10,000 together. Makes -0 a 0.
 * `isEscaped`: the source had escapes, so texts can hold what UTF-8 cannot.
 */
export function checkJson(root: object, isEscaped: boolean): Fault | null {
  let parts = 0
  let depth = 0
  let level: object[] = [root]
  while (level.length > 0) {
    if (++depth > depthMax) return tooDeep
    const deeper: object[] = []
    for (const parent of level) {
      const names = Object.keys(parent)
      parts += names.length
      if (parts > partsMax) return tooMany
      for (const name of names) {
        const value = (parent as Record<string, unknown>)[name]
        if (isEscaped && (name.includes('\0') || loneSurrogate.test(name))) {
          return { code: 'E_UTF8', reason: `the name ${JSON.stringify(name)} has a NUL or half a character` }
        }
        if (typeof value === 'number') {
          if (!Number.isFinite(value)) {
            return { code: 'E_NONFINITE', reason: `${JSON.stringify(name)} is beyond the range of numbers` }
          }
          if (Object.is(value, -0)) set(parent, name, 0)
        } else if (typeof value === 'string') {
          if (isEscaped && loneSurrogate.test(value)) {
            return { code: 'E_UTF8', reason: `${JSON.stringify(name)} has half a character` }
          }
        } else if (typeof value === 'object' && value !== null) {
          deeper.push(value)
        }
      }
    }
    level = deeper
  }
  return null
}

const [quote, backslash, comma] = [34, 92, 44]
const [openList, closeList, openRecord, closeRecord] = [91, 93, 123, 125]

/**
 * Finds what `checkJson` would refuse by its depth or number of parts, in the text and without parsing it: one pass
 * that ends where a limit is passed. Says nothing about text that is no JSON.
 */
export function scanJson(text: string): Fault | null {
  let depth = 0
  let parts = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === quote) {
      at = endOfText(text, at)
      if (at < 0) return null
    } else if (unit === comma) {
      // At least as many parts as commas, and one.
      if (++parts >= partsMax) return tooMany
    } else if (unit === openList || unit === openRecord) {
      if (++depth > depthMax) return tooDeep
    } else if (unit === closeList || unit === closeRecord) depth--
  }
  return null
}

/** Where the quote is that ends the text which begins here; -1 for nowhere. */
function endOfText(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return at
  }
  return -1
}

/** An assignment to `__proto__` would change the prototype. */
function set(parent: object, name: string, value: number): void {
  Object.defineProperty(parent, name, { value, writable: true, enumerable: true, configurable: true })
}

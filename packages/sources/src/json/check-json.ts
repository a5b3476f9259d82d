import type { Fault } from '../malformed.ts'

const depthMax = 32
const partsMax = 10_000
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
    if (++depth > depthMax) return { code: 'E_SHAPE', reason: `it is nested deeper than ${depthMax} levels` }
    const deeper: object[] = []
    for (const parent of level) {
      const names = Object.keys(parent)
      parts += names.length
      if (parts > partsMax) return { code: 'E_SHAPE', reason: `it has more than ${partsMax} names and items` }
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

/** An assignment to `__proto__` would change the prototype. */
function set(parent: object, name: string, value: number): void {
  Object.defineProperty(parent, name, { value, writable: true, enumerable: true, configurable: true })
}

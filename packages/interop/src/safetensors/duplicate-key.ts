/**
 * The first key that an object of a JSON text has twice, at any depth; null without one. `JSON.parse` would keep the
 * last of them and say nothing. The text must be valid JSON.
 */
export function duplicateKey(json: string): string | null {
  const open: (Set<string> | null)[] = []
  let isKey = false
  for (let at = 0; at < json.length; at++) {
    const letter = json[at]!
    if (letter === '"') {
      const end = endOfText(json, at)
      const keys = open.at(-1)
      if (isKey && keys != null) {
        const key = JSON.parse(json.slice(at, end)) as string
        if (keys.has(key)) return key
        keys.add(key)
        isKey = false
      }
      at = end - 1
    } else if (letter === '{') {
      open.push(new Set())
      isKey = true
    } else if (letter === '[') {
      open.push(null)
      isKey = false
    } else if (letter === '}' || letter === ']') {
      open.pop()
      isKey = false
    } else if (letter === ',') isKey = open.at(-1) !== null
  }
  return null
}

/** Where the text that starts at a quotation mark is over. */
function endOfText(json: string, start: number): number {
  let at = start + 1
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at + 1
}

/** A file that may be longer than the limit, for now: its length today, and why. */
export interface LengthException {
  readonly lines: number
  readonly reason: string
}

export const linesMax = 500
export const columnsMax = 120

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|test-d|bench|config|d))?\.(ts|tsx|mts|js|mjs)$/
// The letters in brackets keep the pattern from finding itself.
const unfinished = /\b(T[O]DO|F[I]XME)\b/
const restricted = /\b(?:it|test|describe)(?:\.\w+)*\.(only|skip|todo)\b/

/**
 * Checks one source file: name, length, line width, unfinished work, and tests that are switched off.
 * @returns one sentence per violation.
 */
export function checkFile(path: string, text: string, exception?: LengthException): string[] {
  const problems: string[] = []
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (!kebabCase.test(name)) problems.push(`${path}: the file name is not kebab-case`)

  const lines = text.replace(/\n$/, '').split('\n')
  problems.push(...checkLength(path, lines.length, exception))
  lines.forEach((line, index) => {
    const where = `${path}:${index + 1}`
    if (line.length > columnsMax) problems.push(`${where}: ${line.length} columns, at most ${columnsMax}`)
    if (unfinished.test(line)) problems.push(`${where}: finish it, or open an issue instead of leaving a marker`)
    const mark = restricted.exec(line)?.[1]
    if (mark === 'only') problems.push(`${where}: .only switches every other test off`)
    else if (mark !== undefined && !hasComment(line) && !hasComment(lines[index - 1] ?? '')) {
      problems.push(`${where}: .${mark} needs a comment that says why, on this line or the one before`)
    }
  })
  return problems
}

/** An exception may only shrink: it must state the exact length, and go once the file fits. */
function checkLength(path: string, count: number, exception: LengthException | undefined): string[] {
  if (exception === undefined) {
    return count > linesMax ? [`${path}: ${count} lines, at most ${linesMax}: split it by idea`] : []
  }
  if (count <= linesMax) return [`${path}: fits in ${linesMax} lines now: remove its exception`]
  if (count > exception.lines) return [`${path}: grew to ${count} lines, its exception allows ${exception.lines}`]
  if (count < exception.lines) return [`${path}: shrank to ${count} lines: lower its exception to that`]
  return []
}

function hasComment(line: string): boolean {
  return /\/\/\s*\S/.test(line)
}

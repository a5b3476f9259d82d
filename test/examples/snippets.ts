/** A code block of a text in Markdown that says where it was taken from. */
export interface Snippet {
  readonly path: string
  readonly region: string
  /** The code in the block; null when no ```ts block follows. */
  readonly code: string | null
  readonly line: number
}

const marker = /^<!-- example: (\S+?)#([\w-]+) -->$/

/**
 * The blocks that are marked like this, with nothing but empty lines in between:
 *
 *     <!-- example: test/examples/b-learner.ts#learner -->
 *     ```ts
 *     ...
 *     ```
 */
export function snippetsOf(markdown: string): Snippet[] {
  const lines = markdown.split('\n')
  return lines.flatMap((text, index) => {
    const [, path, region] = marker.exec(text.trim()) ?? []
    if (path === undefined || region === undefined) return []
    let start = index + 1
    while (lines[start]?.trim() === '') start++
    const end = lines.indexOf('```', start)
    const code = lines[start] === '```ts' && end > start ? lines.slice(start + 1, end).join('\n') : null
    return [{ path, region, code, line: index + 1 }]
  })
}

/**
 * The lines between `// #region name` and `// #endregion` of a source, without their common indentation. Parts of one
 * name are joined by an empty line, so that imports and the code that needs them make one snippet. Null without any.
 */
export function regionOf(source: string, name: string): string | null {
  const parts: string[] = []
  let part: string[] | null = null
  for (const line of source.split('\n')) {
    const [, kind, opened] = /^\s*\/\/ #(region|endregion)\b ?([\w-]*)$/.exec(line) ?? []
    if (kind === 'region' && opened === name) part = []
    else if (kind === 'endregion' && part !== null) {
      parts.push(dedent(part))
      part = null
    } else part?.push(line)
  }
  return parts.length === 0 || part !== null ? null : parts.join('\n\n')
}

function dedent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/))
  const common = Math.min(...indents)
  return lines.map((line) => line.slice(common)).join('\n').replace(/^\n+|\n+$/g, '')
}

/** One sentence for each marked snippet that is not what its example says; `read` gives null for no such file. */
export function driftsOf(markdown: string, read: (path: string) => string | null): string[] {
  return snippetsOf(markdown).flatMap(({ path, region, code, line }) => {
    const source = read(path)
    if (source === null) return [`line ${line}: there is no ${path}`]
    const wanted = regionOf(source, region)
    if (wanted === null) return [`line ${line}: ${path} has no region ${region}`]
    if (code === null) return [`line ${line}: no \`\`\`ts block follows the marker of ${path}#${region}`]
    return code === wanted ? [] : [`line ${line}: the snippet differs from ${path}#${region}, which says:\n${wanted}`]
  })
}

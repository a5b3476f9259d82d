const eighths = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█']

/**
 * A horizontal bar that fills `fraction` of `columns`, in steps of an eighth of one.
 * Edge: where no column is left, in a narrow terminal, it is empty.
 */
export function bar(fraction: number, columns: number): string {
  const width = Math.max(0, Math.floor(columns))
  const steps = Math.round(Math.max(0, Math.min(1, Number.isFinite(fraction) ? fraction : 0)) * width * 8)
  const full = Math.floor(steps / 8)
  return ('█'.repeat(full) + (full < width ? eighths[steps % 8]! : '')).padEnd(width, ' ')
}

const eighths = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█']

/** A horizontal bar that fills `fraction` of `width` columns, in steps of an eighth of one. */
export function bar(fraction: number, width: number): string {
  const steps = Math.round(Math.max(0, Math.min(1, Number.isFinite(fraction) ? fraction : 0)) * width * 8)
  const full = Math.floor(steps / 8)
  return ('█'.repeat(full) + (full < width ? eighths[steps % 8]! : '')).padEnd(width, ' ')
}

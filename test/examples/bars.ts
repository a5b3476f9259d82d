/** Numbers as a row of bars, the largest at full height: [1, 2, 4] -> '▂▄█'. */
export function bars(values: readonly number[]): string {
  const most = Math.max(...values, Number.MIN_VALUE)
  return values.map((value) => ' ▁▂▃▄▅▆▇█'[Math.max(0, Math.ceil((value / most) * 8))]).join('')
}

/** Means of so many equal parts, in order. */
export function meansOf(values: readonly number[], parts: number): number[] {
  const size = Math.ceil(values.length / parts)
  return Array.from({ length: parts }, (_, k) => {
    const part = values.slice(k * size, (k + 1) * size)
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
}

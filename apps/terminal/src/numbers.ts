/** `1234567` -> `1,234,567` */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** A fixed number of decimals, or a dash for what is not known. */
export function decimals(value: number, count: number): string {
  return Number.isFinite(value) ? value.toFixed(count) : '–'
}

/** A rate in events a second: `950/s`, `18,400/s`. Three significant digits are all it is worth. */
export function perSecond(value: number): string {
  if (!Number.isFinite(value)) return '–/s'
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 2)
  return `${grouped(Math.round(value / unit) * unit)}/s`
}

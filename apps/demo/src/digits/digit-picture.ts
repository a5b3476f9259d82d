import { digitSide } from './digits.ts'

/** Draws a digit with half blocks: two rows of pixels to a line of text, 28 columns by 14 lines. */
export function digitPicture(pixels: ArrayLike<number>): string[] {
  return Array.from({ length: digitSide / 2 }, (_, line) => (
    Array.from({ length: digitSide }, (_, column) => {
      const upper = pixels[2 * line * digitSide + column]! > 0.4
      const lower = pixels[(2 * line + 1) * digitSide + column]! > 0.4
      return upper ? (lower ? '█' : '▀') : lower ? '▄' : ' '
    }).join('')
  ))
}

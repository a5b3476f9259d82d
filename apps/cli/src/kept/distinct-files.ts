import { type Stats, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Misuse } from '../misuse.ts'

/** A file that is read or written, by the option that names it; null: there is none, or it is standard input. */
export type NamedFile = readonly [option: string, path: string | null | undefined]

/**
 * Sees to it that no file that is to be written is one that is read, or written for something else: opening it would
 * empty it. Links are followed; terminals, pipes and devices may be named twice.
 * @throws Misuse naming both options.
 */
export function checkDistinct(read: readonly NamedFile[], written: readonly NamedFile[]): void {
  written.forEach(([option, path], k) => {
    if (path == null) return
    for (const [other, another] of [...read, ...written.slice(0, k)]) {
      if (another == null || another === '-' || !isSame(path, another)) continue
      throw new Misuse(
        `${option} ${path} is the file of ${other}, and would overwrite it. Name another file with ${option}.`,
      )
    }
  })
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [statOf(a), statOf(b)]
  if (one === undefined || other === undefined) return one === other && resolve(a) === resolve(b)
  return one.isFile() && one.dev === other.dev && one.ino === other.ino
}

/** undefined: it is not there, or must not be looked at, which opening it will say. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

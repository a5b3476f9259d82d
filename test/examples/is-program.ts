import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Whether a module is the program that was started, `npx tsx file.ts`, rather than imported by another. */
export function isProgram(moduleUrl: string): boolean {
  const started = process.argv[1]
  return started !== undefined && realpathSync(started) === realpathSync(fileURLToPath(moduleUrl))
}

/** Where an example puts what it wants to be seen; nothing unless it is the program. */
export type Show = (...values: readonly unknown[]) => void

export const silently: Show = () => {}

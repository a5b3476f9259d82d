import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** How a program is found: what the variable names, or the first of these that the PATH has. */
export interface Sought {
  readonly variable: string
  readonly names: readonly string[]
}

/** null: there is none on this machine. */
export function findProgram({ variable, names }: Sought): string | null {
  return process.env[variable] ?? names.map(onPath).find((path) => path !== null) ?? null
}

/** Why a test does without. */
export function missing({ variable }: Sought): string {
  return `${variable} names none, nor has the PATH one; .ci/run gets it`
}

function onPath(program: string): string | null {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program))
  return places.find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

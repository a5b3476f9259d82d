import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from './recorded.ts'
import { runOperations } from './run-operations.ts'
import { runOptimizers } from './run-optimizers.ts'
import { runSchedulers } from './run-schedulers.ts'

const runners: Readonly<Record<string, (file: string, contents: never) => Report>> = {
  'ops.json': runOperations,
  'optimizers.json': runOptimizers,
  'schedulers.json': runSchedulers,
}

/** One report for each file of fixtures that the folder holds. */
export function runFolder(folder: string): readonly Report[] {
  return Object.entries(runners).flatMap(([file, run]) => {
    const path = join(folder, file)
    return existsSync(path) ? [run(file, JSON.parse(readFileSync(path, 'utf8')) as never)] : []
  })
}

export function formatReport({ file, cases, worst, failures }: Report): string {
  const errors = `worst error f64 ${worst.f64.toExponential(1)}, f32 ${worst.f32.toExponential(1)}`
  return `${file}: ${cases} cases, ${errors}, ${failures.length} failures`
}

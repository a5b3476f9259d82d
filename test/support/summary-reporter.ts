import { writeSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** How many tests ended in each way. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * Counts the tests of a run.
 * Edge: a module that breaks before any of its tests ran, and an error outside any test, each count as one failure,
 * so a broken run never reads as a green one.
 */
export function tally(modules: Iterable<TestModule>, unhandledErrors: readonly unknown[]): Tally {
  let passed = 0
  let failed = unhandledErrors.length
  let skipped = 0
  for (const module of modules) {
    failed += module.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') passed++
      else if (state === 'failed') failed++
      else skipped++
    }
  }
  return { passed, failed, skipped }
}

export function formatTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** Prints the tally, alone on its line, as the last thing the test process writes. */
export class SummaryReporter implements Reporter {
  private line = ''

  onInit(): void {
    // Written while the process exits: by then the default reporter has said everything it has to say.
    process.once('exit', () => {
      if (this.line !== '') writeSync(1, `${this.line}\n`)
    })
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    this.line = formatTally(tally(modules, unhandledErrors))
  }
}
